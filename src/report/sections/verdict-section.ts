import { count, nounFor } from '../../core/index.ts';
import {
  type Claims,
  costText,
  headlineOfClaims,
  otherWarnings,
  paysText,
  possibleCost,
  powerText,
  primaryText,
  provenCost,
} from '../../validation/index.ts';
import { figure, fixedFormat, pValue, type ReportRecord, signedFixed } from '../page/figure.ts';
import { type Html, html } from '../page/html.ts';
import { sentence as asSentence, table, withMinus } from '../page/page.ts';

export interface ClaimParts {
  /** The object that `--json` prints, with the claims at its top. */
  readonly record: ReportRecord;
  readonly claims: Claims;
}

export interface VerdictParts extends ClaimParts {
  /** What was left out, a clause. */
  readonly notCounted: Html | string;
  /** Paragraphs after the claims. */
  readonly more?: readonly Html[];
}

/** A warning about the data or the settings. @param line - a sentence without its period. */
export function warningParagraph(line: string): Html {
  return html`<p class="warning">Warning: ${withMinus(line)}.</p>`;
}

/** First section of a report: the word, the test that decided, the cost counted, and what pays. */
export function verdictSection({ record, claims, notCounted, more = [] }: VerdictParts): Html {
  const { word, sentence } = headlineOfClaims(claims);
  const f = (path: string): Html => figure(record, path, count);
  return html`<section class="verdict ${toneOf(claims)}" aria-labelledby="verdict">
<h2 class="word" id="verdict">${word}</h2>
<p class="sentence">${sentence}</p>
<p>${withMinus(claims.reason)}</p>
<p>Judged on ${f('n_judged')} ${nounFor(claims.nJudged, 'event')} out of sample${claims.coin === 'known' ? ' whose two sides have both ended' : ''}, ${f('n_taken')} of them taken; ${notCounted}.
Overlap leaves ${figure(record, 'n_effective', fixedFormat(0))} independent ones.
${asSentence(powerText(claims))}</p>
${[costText(claims.cost), paysText(claims), primaryText(claims)].map((line) => html`<p>${asSentence(line)}</p>`)}
${otherWarnings(claims).map(({ message }) => html`<p class="warning">Warning: ${withMinus(message)}</p>`)}
${more}
${paysTable(record, claims)}
</section>
`;
}

function toneOf({ verdict, primaryPays }: Claims): 'good' | 'bad' | 'open' {
  if (verdict === 'edge') return 'good';
  return verdict === 'none' && !primaryPays ? 'bad' : 'open';
}

function paysTable(record: ReportRecord, claims: Claims): Html {
  const f = (path: string): Html => figure(record, path, fixedFormat(2));
  const model = [
    provenCost(claims) === null ? '–' : f('pays_up_to_bps'),
    possibleCost(claims) === null ? '–' : f('would_pay_up_to_bps'),
  ];
  const signed = (path: string): Html => figure(record, path, signedFixed(2));
  return table({
    caption: 'Basis points a round trip, or a trade',
    head: ['', 'pays up to', 'would pay up to', 'timing', 'p of timing', 'drift'],
    rows: [
      ['the model', ...model, '', '', ''],
      claims.coin === 'known'
        ? [
            'the primary alone',
            f('primary_pays_up_to_bps'),
            '',
            signed('timing.timing_bps'),
            figure(record, 'timing.p_value', pValue),
            signed('timing.drift_bps'),
          ]
        : ['the primary alone', '–', '', '–', '–', '–'],
    ],
  });
}
