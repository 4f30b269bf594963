import type { OrchestratorConfig } from '../config/index.ts';
import { count, counted, nounFor } from '../core/index.ts';
import type { BarSeries } from '../domain/index.ts';
import { BARRIER_KINDS, type Labeler } from '../labeling/index.ts';
import type { MetaModel } from '../model/index.ts';
import {
  isTaken,
  judgedTrades,
  type ReplayedSignal,
  type ReplaySummary,
  scoredSignals,
} from '../orchestrator/index.ts';
import { type Claims, coinOf } from '../validation/index.ts';
import { latencyChart, sizeChart } from './charts/answer-charts.ts';
import { chartDrawer, type DrawChart } from './charts/draw.ts';
import { accountCurves } from './figures/account-curves.ts';
import { type JudgedEvents, judgedFigures } from './figures/judged-figures.ts';
import { figure, moment, type ReportRecord } from './page/figure.ts';
import { foreign, type Html, html } from './page/html.ts';
import { chartFigure, pageText, pair, section, table } from './page/page.ts';
import { accountSection } from './sections/account-section.ts';
import { judgedSections } from './sections/judged-sections.ts';
import { labelSections } from './sections/label-sections.ts';
import { moneySection } from './sections/money-section.ts';
import { fileNames, type Origin, originSection } from './sections/origin-section.ts';
import { replayVerdictSection } from './sections/replay-verdict-section.ts';
import { servedSection } from './sections/served-section.ts';
import { testSection } from './sections/test-section.ts';

/** Contents of a report of a replay. */
export interface ReplayReportParts {
  /** The object that `--json` prints. */
  readonly record: ReportRecord;
  readonly replayed: readonly ReplayedSignal[];
  readonly summary: ReplaySummary;
  readonly bars: BarSeries;
  readonly config: OrchestratorConfig;
  readonly labeler: Labeler;
  /** The model that judged; null where there was none. */
  readonly model: MetaModel | null;
  /** Sentences on settings that make the figures hard to compare and on bars that look wrong, without their periods. */
  readonly warnings: readonly string[];
  readonly origin: Origin;
}

/** Report of a replay as one HTML file that loads nothing else. */
export async function replayReportPage(parts: ReplayReportParts): Promise<string> {
  const draw = await chartDrawer();
  const { record, bars, config, labeler, model, origin } = parts;
  const { claims } = parts.summary;
  const events = judgedEvents(parts.replayed, model, claims);
  const regime = { regime: model?.regime ?? null, regimeNote: model?.metadata.regimeNote ?? null, isFittedHere: false };
  const figures = judgedFigures(events);
  const { summaries, isInSample, coin } = parts.summary;
  return pageText({
    title: `Replay: ${fileNames(origin)}`,
    subtitle: html`Replay report: ${foreign(fileNames(origin))}`,
    about: html`${counted(bars.length, 'bar')} from ${moment(bars.tsEvent[0])} to ${moment(bars.tsEvent[bars.length - 1])}; judged by
${model === null ? 'no model' : html`<code class="whole">${model.version}</code>`}.`,
    record,
    sections: [
      replayVerdictSection(parts),
      ...claimSections(parts, claims, events, draw),
      ...(parts.summary.accounts === null ? [] : accountSection(record, parts.summary.accounts)),
      servedSection(parts),
      ...(summaries === null
        ? []
        : judgedSections({ record, scoresAt: 'scores.', events, figures, summaries, bars, draw, isInSample, coin })),
      answerSection(parts, draw),
      ...(summaries !== null
        ? labelSections({ dataset: events, bars, config, labelRule: labeler.rule, draw, ...regime })
        : []),
      originSection(origin, config, model),
    ],
  });
}

/** Sections on the tests and on money; none where nothing may be claimed. */
function claimSections(
  { record, bars, summary }: ReplayReportParts,
  claims: Claims | null,
  events: JudgedEvents,
  draw: DrawChart,
): Html[] {
  if (claims === null) return [];
  const money = moneySection({ record, claims, curves: accountCurves(bars.tsEvent, events, claims), draw });
  return summary.finding === 'judged' ? [testSection({ record, claims }, summary.testable), money] : [money];
}

/** Columns of the signals behind the scores. */
function judgedEvents(
  replayed: readonly ReplayedSignal[],
  model: MetaModel | null,
  claims: Claims | null,
): JudgedEvents {
  const signals = scoredSignals(replayed, model);
  const { ret, otherRet } = judgedTrades(signals, Number.NaN);
  return {
    t0: Int32Array.from(signals, ({ t0 }) => t0),
    t1: Int32Array.from(signals, ({ t1 }) => t1),
    kind: Uint8Array.from(signals, ({ kind }) => BARRIER_KINDS.indexOf(kind)),
    side: Int8Array.from(signals, ({ enriched }) => enriched.signalEvent.signal),
    label: Uint8Array.from(signals, ({ label }) => label),
    ret: Float64Array.from(signals, ({ ret }) => ret),
    probability: Float64Array.from(signals, ({ enriched }) => enriched.metaConfidence),
    coin: Float64Array.from(signals, ({ ret, other }) => (other === null ? Number.NaN : (ret + other.ret) / 2)),
    excess: coinOf({ ret, otherRet }).excess,
    take: Uint8Array.from(signals, (signal) => (claims !== null && isTaken(signal, claims.cost.bps) ? 1 : 0)),
  };
}

function answerSection({ record, replayed, summary }: ReplayReportParts, draw: DrawChart): Html {
  const sources = Object.keys(summary.sources);
  const time = (ns: number): string => (ns < 1e6 ? `${(ns / 1e3).toFixed(1)} µs` : `${(ns / 1e6).toFixed(1)} ms`);
  const sides = [1, -1, 0].map(
    (side) => replayed.filter(({ enriched }) => enriched.signalEvent.signal === side).length,
  );
  return section(
    'Answers',
    html`<p>${figure(record, 'n_signals', count)} ${nounFor(summary.nSignals, 'signal')} answered (${counted(sides[0], 'buy')}, ${counted(sides[1], 'sell')}),
${figure(record, 'n_unresolved', count)} without an outcome yet.</p>`,
    table({
      caption: 'Where the confidence came from',
      head: ['source', 'signals'],
      rows: sources.map((source) => [source.replaceAll('_', ' '), figure(record, `sources.${source}`, count)]),
    }),
    replayed.length === 0
      ? html``
      : pair(
          chartFigure('Sizes', draw(sizeChart(Float64Array.from(replayed, ({ enriched }) => enriched.size)))),
          chartFigure(
            'Latency',
            draw(latencyChart(summary.latenciesNs)),
            html`The slowest half percent is in the last bar.`,
          ),
        ),
    table({
      caption: 'From call to answer, in this process',
      head: ['p50', 'p99', 'p99.9', 'max'],
      words: [],
      rows: [['p50', 'p99', 'p999', 'max'].map((p) => figure(record, `latency_ns.${p}`, time))],
    }),
  );
}
