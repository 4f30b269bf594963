import type { OrchestratorConfig } from '../config/index.ts';
import { count } from '../core/index.ts';
import type { BarSeries } from '../domain/index.ts';
import { BARRIER_KINDS, type Labeler } from '../labeling/index.ts';
import type { MetaModel } from '../model/index.ts';
import { judgedSignals, type ReplayedSignal, type ReplaySummary } from '../orchestrator/index.ts';
import { latencyChart, sizeChart } from './charts/answer-charts.ts';
import { chartDrawer, type DrawChart } from './charts/draw.ts';
import { type JudgedEvents, judgedFigures } from './figures/judged-figures.ts';
import { knownRateLoss, replayFinding } from './figures/replay-finding.ts';
import { figure, fixedFormat, moment, type ReportRecord, signedPercent } from './page/figure.ts';
import { foreign, type Html, html } from './page/html.ts';
import { chartFigure, pageText, pair, section, table } from './page/page.ts';
import { REPLAY_FINDING_TEXTS } from './sections/finding-texts.ts';
import { judgedSections } from './sections/judged-sections.ts';
import { labelSections } from './sections/label-sections.ts';
import { fileNames, type Origin, originSection } from './sections/origin-section.ts';

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
  /** Sentences on settings that make the figures hard to compare. */
  readonly warnings: readonly string[];
  readonly origin: Origin;
}

/** Report of a replay as one HTML file that loads nothing else. */
export async function replayReportPage(parts: ReplayReportParts): Promise<string> {
  const draw = await chartDrawer();
  const { record, bars, config, labeler, model, origin } = parts;
  const events = judgedEvents(parts.replayed);
  const hasOutcomes = events.label.length > 0;
  const regime = { regime: model?.regime ?? null, regimeNote: model?.metadata.regimeNote ?? null, isFittedHere: false };
  const judged = {
    record,
    scoresAt: 'scores.',
    events,
    bars,
    draw,
    isInSample: parts.summary.isInSample,
  };
  return pageText({
    title: `Replay: ${fileNames(origin)}`,
    subtitle: html`Replay report: ${foreign(fileNames(origin))}`,
    about: html`${count(bars.length)} bars from ${moment(bars.tsEvent[0])} to ${moment(bars.tsEvent[bars.length - 1])}; judged by
${model === null ? 'no model' : html`<code class="whole">${model.version}</code>`}.`,
    record,
    sections: [
      verdictSection(parts),
      ...(hasOutcomes ? judgedSections({ ...judged, figures: judgedFigures(events) }) : []),
      answerSection(parts, draw),
      ...(hasOutcomes
        ? labelSections({ dataset: events, bars, config, labelRule: labeler.rule, draw, ...regime })
        : []),
      originSection(origin, config, model),
    ],
  });
}

/** Columns of the signals that are judged. */
function judgedEvents(replayed: readonly ReplayedSignal[]): JudgedEvents {
  const signals = judgedSignals(replayed);
  return {
    t0: Int32Array.from(signals, ({ t0 }) => t0),
    t1: Int32Array.from(signals, ({ t1 }) => t1),
    kind: Uint8Array.from(signals, ({ kind }) => BARRIER_KINDS.indexOf(kind)),
    side: Int8Array.from(signals, ({ enriched }) => enriched.signalEvent.signal),
    label: Uint8Array.from(signals, ({ label }) => label ?? 0),
    ret: Float64Array.from(signals, ({ ret }) => ret),
    probability: Float64Array.from(signals, ({ enriched }) => enriched.metaConfidence),
    coin: new Float64Array(signals.length).fill(Number.NaN),
    take: new Uint8Array(signals.length),
  };
}

function verdictSection(parts: ReplayReportParts): Html {
  const { record, summary, model, warnings, config } = parts;
  const training = model?.metadata.training ?? null;
  const { scores, isInSample } = summary;
  const { word, sentence, tone } = REPLAY_FINDING_TEXTS[replayFinding({ scores, isInSample, training })];
  const f = (path: string, format: (value: number) => string): Html => figure(record, path, format);
  const inSample =
    summary.nInSample === 0
      ? html``
      : html` ${f('n_in_sample', count)} more lie in its training data and are left out.`;
  const judged =
    scores === null
      ? html``
      : html`<p>Judged on ${f('n_judged', count)} signals: log loss ${f('scores.log_loss', fixedFormat(4))}, against ${f('scores.benchmark_log_loss', fixedFormat(4))} of the
base rate as it came to be known and ${knownRateLoss(scores, training?.baseRate ?? null).toFixed(4)} of
${training?.baseRate == null ? 'the one that came true' : "the training's base rate"}; log-loss skill ${f('scores.log_loss_skill', signedPercent())}.${inSample}
A replay tests nothing: the verdict of the training was <strong>${(training?.verdict ?? 'unknown').replace('_', ' ')}</strong>.</p>
<p>For money: following every signal alike returned ${f('primary_only.net_return', signedPercent(1))} of one stake, sized at the same mean
exposure ${f('sized.net_return', signedPercent(1))}, at costs of ${config.labels.costBps ?? 'not set'} basis points a trade.</p>`;
  return html`<section class="verdict ${tone}" aria-labelledby="verdict">
<h2 class="word" id="verdict">${word}</h2>
<p class="sentence">${sentence}</p>
${judged}
${warnings.map((line) => html`<p class="warning">Warning: ${line}.</p>`)}
</section>
`;
}

function answerSection({ record, replayed, summary }: ReplayReportParts, draw: DrawChart): Html {
  const sources = Object.keys(summary.sources);
  const time = (ns: number): string => (ns < 1e6 ? `${(ns / 1e3).toFixed(1)} µs` : `${(ns / 1e6).toFixed(1)} ms`);
  const sides = [1, -1, 0].map(
    (side) => replayed.filter(({ enriched }) => enriched.signalEvent.signal === side).length,
  );
  return section(
    'Answers',
    html`<p>${figure(record, 'n_signals', count)} signals were answered (${count(sides[0])} buys, ${count(sides[1])} sells),
${figure(record, 'n_unresolved', count)} have no outcome yet.</p>`,
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
