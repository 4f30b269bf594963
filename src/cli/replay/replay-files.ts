import { type BarReport, readBars } from '../../bars/index.ts';
import type { OrchestratorConfig } from '../../config/index.ts';
import type { BarSeries, Series } from '../../domain/index.ts';
import type { MetaModel } from '../../model/index.ts';
import {
  type ML4TOrchestrator,
  type ReplayedSignal,
  type ReplaySummary,
  replay as replayBars,
  summarizeReplay,
} from '../../orchestrator/index.ts';
import { type MissingInputs, NOTHING_MISSING, refuseMissing } from '../../training/index.ts';
import { asRead, type BarOptions, readingOptions } from '../options.ts';
import { recognisedLine } from '../show/bar-lines.ts';
import { labelLines, labelRecord } from '../show/labels/label-lines.ts';
import { say } from '../show/output.ts';
import { type Progress, readingProgress } from '../show/progress.ts';
import { replayRecord } from '../show/replay-report.ts';
import { type ContextFile, readContext } from '../train/context-files.ts';
import type { StartedReplay } from './start-replay.ts';
import { writeAnswers } from './write-answers.ts';

/** What is replayed of one series, and where its answers go. */
export interface FilesOptions extends BarOptions {
  readonly signals?: string;
  readonly labels?: string;
  readonly context?: readonly ContextFile[];
  readonly out?: string;
}

/** The replay of one series of bars. */
export interface ReplayedFiles {
  readonly bars: BarSeries;
  readonly report: BarReport;
  readonly missing: MissingInputs;
  readonly replayed: readonly ReplayedSignal[];
  readonly summary: ReplaySummary;
  /** JSON-ready. */
  readonly record: ReturnType<typeof replayRecord>;
  /** Null without one. */
  readonly model: MetaModel | null;
  /** The settings that it was judged by. */
  readonly config: OrchestratorConfig;
  readonly labeler: ML4TOrchestrator['labeler'];
}

/**
 * Reads the bars of one series, replays them, and writes the answers where that is asked for.
 *
 * @param series - instrument of the signals, and the bar type of the bars; null where none is known.
 */
export async function replayFiles(
  paths: readonly string[],
  { orchestrator, differences }: StartedReplay,
  series: Series,
  options: FilesOptions,
  progress: Progress,
): Promise<ReplayedFiles> {
  const { config, labeler } = orchestrator;
  for (const line of differences) say(`warning: ${line}`);
  const { model } = orchestrator.inferenceLoop;
  const columns = model?.columnFeatures?.names ?? config.columns;
  const reading = {
    ...readingOptions(config, options, readingProgress(progress)),
    columns,
    strength: true,
    probability: true,
  };
  const { bars, side, sent, labels: given, report } = await readBars(paths, reading);
  const labels = given?.trades ?? null;
  progress.stop();
  say(recognisedLine(report));
  const named = model?.featureNames ?? config.featureNames;
  const context = await readContext(options.context, named, { ...config, columns }, asRead(options));
  if (given !== null) for (const line of labelLines(given)) say(line);
  const onProgress = (done: number, total: number): void => progress.update('replay', done, total);
  let missing = NOTHING_MISSING;
  const onMissing = (found: MissingInputs): void => {
    if (options.strict === true) refuseMissing(found);
    missing = found;
  };
  const events = { ...series, side, sent, labels, context };
  const replayed = replayBars(orchestrator, bars, { ...events, onMissing, onProgress });
  progress.stop();
  if (options.out !== undefined) {
    const { tsEvent } = bars;
    await writeAnswers(options.out, { replayed, names: model?.featureNames ?? [], tsEvent, series });
  }
  const summary = summarizeReplay(orchestrator, bars, replayed);
  const record = {
    ...replayRecord(summary, differences, { ...report, missing }),
    labels: labelRecord(given, model?.metadata.config.labels),
  };
  return { bars, report, missing, replayed, summary, record, model, config, labeler };
}
