import { count } from '../../core/index.ts';
import { type ReplaySummary, replayHeadline } from '../../orchestrator/index.ts';
import { headline, primaryText } from '../../validation/index.ts';
import { figure, type ReportRecord } from '../page/figure.ts';
import { type Html, html } from '../page/html.ts';
import { sentence as asSentence } from '../page/page.ts';
import { verdictSection, warningParagraph } from './verdict-section.ts';

/** First section of a report of a replay: the verdict, or why there is none, and what its training had said. */
export function replayVerdictSection({
  record,
  summary,
  warnings,
}: {
  readonly record: ReportRecord;
  readonly summary: ReplaySummary;
  /** Sentences on settings that make the figures hard to compare and on bars that look wrong, without their periods. */
  readonly warnings: readonly string[];
}): Html {
  const { claims, finding, training, missing } = summary;
  const more = [
    ...(training === null ? [] : [html`<p>Its training said: <strong>${headline(training).word}</strong>.</p>`]),
    ...[...missing, ...warnings].map(warningParagraph),
  ];
  const notCounted = leftOut(record, summary);
  if (finding === 'judged' && claims !== null) return verdictSection({ record, claims, notCounted, more });
  const { word, sentence, tone } = replayHeadline(summary);
  const primary = claims === null ? html`` : html`<p>${asSentence(primaryText(claims))}</p>`;
  return html`<section class="verdict ${tone}" aria-labelledby="verdict">
<h2 class="word" id="verdict">${word}</h2>
<p class="sentence">${sentence}</p>
${primary}
${more}
</section>
`;
}

/** Signals that are not counted because they do not come after the training. */
function leftOut(record: ReportRecord, { nInSample, nBeforeTraining }: ReplaySummary): Html {
  const within = html`${figure(record, 'n_in_sample', count)} more lie in the time of the model's training (in sample)`;
  const before = html`${figure(record, 'n_before_training', count)} before it, which the model knows the future of`;
  if (nInSample === 0 && nBeforeTraining === 0) return html`none lies in the training data of the model`;
  if (nBeforeTraining === 0) return html`${within} and are not counted`;
  return html`${within} and ${before}; they are not counted`;
}
