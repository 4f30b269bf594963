import { count, nounFor } from '../../core/index.ts';
import type { TakeReason } from '../../domain/index.ts';
import {
  EXPECTED_TEXT,
  POSITION_STEP,
  REASON_TEXTS,
  type ReplaySummary,
  servedText,
  TAKEN_TEXT,
} from '../../orchestrator/index.ts';
import { figure, fixedFormat, meanInterval, type ReportRecord, signedFixed, valueAt } from '../page/figure.ts';
import { type Html, html } from '../page/html.ts';
import { section, sentence, table } from '../page/page.ts';

export interface ServedParts {
  readonly record: ReportRecord;
  readonly summary: Pick<ReplaySummary, 'served' | 'positions' | 'coin'>;
}

/** Section on what was decided as the service would decide it, and the positions that follow; nothing where nothing was judged. */
export function servedSection({ record, summary: { served, positions, coin } }: ServedParts): Html {
  if (served === null) return html``;
  const reasons = Object.keys(served.byReason) as TakeReason[];
  return section(
    'Decisions',
    html`<p>${sentence(servedText(served))}${coin === 'known' ? ' A coin pays the cost and earns nothing over itself.' : ''}</p>`,
    table({
      caption: `R${coin === 'known' ? " over a coin's average" : ''} after costs, with 95 % intervals`,
      head: ['', 'signals', 'promised', 'realised', 'realised / promised'],
      rows: [
        ...reasons.map((reason) => promiseRow(record, REASON_TEXTS[reason], `served.by_reason.${reason}`, 'n_signals')),
        promiseRow(record, TAKEN_TEXT, 'served.taken', 'n'),
        promiseRow(record, EXPECTED_TEXT, 'served.expected', 'n'),
      ],
    }),
    positions === null ? html`<p class="warning">Nothing was bet.</p>` : positionTable(record, positions.nBets),
  );
}

const R = signedFixed(3);

function promiseRow(record: ReportRecord, name: string, path: string, counted: string): (Html | string)[] {
  const hasOutcome = valueAt(record, `${path}.realised_r`) !== null;
  const realised = hasOutcome ? meanInterval(record, `${path}.realised_r`, 'mean', R) : '–';
  return [
    name,
    figure(record, `${path}.${counted}`, count),
    figure(record, `${path}.promised_r`, R),
    realised,
    figure(record, `${path}.ratio`, fixedFormat(2)),
  ];
}

function positionTable(record: ReportRecord, nBets: number): Html {
  const row = (name: string, path: string): (Html | string)[] => [
    name,
    figure(record, `positions.${path}.mean`, fixedFormat(4)),
    figure(record, `positions.${path}.largest`, fixedFormat(4)),
    figure(record, `positions.${path}.turnover`, fixedFormat(1)),
  ];
  return html`<p>${figure(record, 'positions.n_bets', count)} ${nounFor(nBets, 'bet')}, ${figure(record, 'positions.mean_size', fixedFormat(4))} on
average. Sizes that are answered are those of single signals; open ones may be put together (AFML 10.3 and 10.4).</p>
${table({
  caption: 'Position by how open bets are put together',
  head: ['', 'mean', 'largest', 'traded'],
  rows: [
    row('each bet by itself', 'summed'),
    row('mean of the open bets', 'averaged'),
    row(`their mean in steps of ${POSITION_STEP}`, 'stepped'),
  ],
})}`;
}
