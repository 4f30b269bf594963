import { join } from 'node:path';
import { createTrainingLoop, type GivenModules, loadModules } from '../../app/index.ts';
import { readBars } from '../../bars/index.ts';
import type { OrchestratorConfig } from '../../config/index.ts';
import { count, fixed, Ml4tError, TrainingError } from '../../core/index.ts';
import { SILENT } from '../../ports/index.ts';
import type { ContextInstrument } from '../../training/index.ts';
import { bp, edgePValue, holmAdjusted, provenCost, pText, SIGNIFICANCE } from '../../validation/index.ts';
import { type BarOptions, readingOptions } from '../options.ts';
import { barLines, recognisedLine } from '../show/bar-lines.ts';
import { costAt } from '../show/claim-rows.ts';
import { print, printJson, say, table } from '../show/output.ts';
import { showProgress } from '../show/progress.ts';
import { seenBars, type TrainingRun, trainingRecord } from '../show/training-report.ts';
import { modelFileName, type UniverseFile, universeFiles } from './universe-files.ts';

/** Maximum number of trainings in the queue of other processes at once; on threads of this process it is one, on every core. */
const MAX_QUEUED = 4;
/** The training of one instrument, or why there is none. */
type UniverseResult = UniverseFile &
  ({ readonly run: TrainingRun } | { readonly code: string; readonly reason: string });

export interface UniverseOptions {
  readonly directory: string;
  /** Directory of the models. */
  readonly modelDirectory: string;
  readonly workers: number;
  readonly reading: BarOptions;
  /** A catalog with the signals of each; absent where they come with the bars, or from the built-in primary. */
  readonly signals?: string | undefined;
  readonly context: readonly ContextInstrument[];
  readonly isJson: boolean;
}

/**
 * Trains one model for every file of bars in a directory, and prints which edges remain when the number of looks is taken into
 * account. An instrument that cannot be trained on fails alone.
 *
 * @throws {DataError | ConditionError | TrainingError} when there is no file, two files have one name, or none could be trained
 * on.
 */
export async function trainUniverse(config: OrchestratorConfig, options: UniverseOptions): Promise<void> {
  const files = await universeFiles(options.directory, readingOptions(config, options.reading));
  const own = await loadModules(config);
  const progress = showProgress();
  const results: UniverseResult[] = [];
  const waiting = files.values();
  const work = async (): Promise<void> => {
    for (const file of waiting) {
      results.push(await trainOne(file, config, { ...options, ...own }));
      progress.update('universe', results.length, files.length);
    }
  };
  progress.update('universe', 0, files.length);
  const atOnce = config.trainer.kind === 'threads' ? 1 : MAX_QUEUED;
  await Promise.all(Array.from({ length: atOnce }, work));
  progress.stop();
  results.sort(
    (a, b) =>
      files.findIndex(({ instrument }) => instrument === a.instrument) -
      files.findIndex(({ instrument }) => instrument === b.instrument),
  );
  for (const each of results) if ('run' in each) say(recognisedLine(each.run.report));
  const adjusted = adjustedByInstrument(results);
  if (options.isJson) printJson(universeRecord(results, adjusted));
  else print(...universeReport(results, adjusted));
  if (!results.some((each) => 'run' in each)) {
    throw new TrainingError('TRAINING_FAILED', `none of the ${results.length} instruments could be trained on`);
  }
}

async function trainOne(
  file: UniverseFile,
  config: OrchestratorConfig,
  options: UniverseOptions & GivenModules,
): Promise<UniverseResult> {
  const modelPath = join(options.modelDirectory, modelFileName(file.instrument));
  const { features, labeler, learner, workers } = options;
  const own = { ...(features && { features }), ...(labeler && { labeler }), ...(learner && { learner }) };
  const trainingLoop = createTrainingLoop({ ...config, modelPath }, { ...own, workers, logger: SILENT });
  const startMs = performance.now();
  try {
    const reading = { ...options.reading, symbol: file.symbol ?? options.reading.symbol, ...signalsOf(options) };
    const { bars, side, sent, report } = await readBars([file.path], readingOptions(config, reading));
    const readMs = performance.now() - startMs;
    const result = await trainingLoop.train(bars, {
      side,
      sent,
      strict: reading.strict,
      accounts: true,
      context: options.context,
    });
    const durationMs = performance.now() - startMs;
    return { ...file, run: { result, report, labelRule: trainingLoop.labeler.rule, modelPath, readMs, durationMs } };
  } catch (error) {
    if (!(error instanceof Ml4tError)) throw error;
    return { ...file, code: error.code, reason: error.message };
  } finally {
    await trainingLoop.close();
  }
}

/** @returns the option for reading them, where there are any. */
export function signalsOf({ signals }: Pick<UniverseOptions, 'signals'>): { readonly signals?: string } {
  return signals === undefined ? {} : { signals };
}

function adjustedByInstrument(results: readonly UniverseResult[]): ReadonlyMap<string, number> {
  const tested = results.flatMap((each) =>
    'run' in each ? [[each.instrument, edgePValue(each.run.result.metrics)] as const] : [],
  );
  const adjusted = holmAdjusted(tested.map(([, pValue]) => pValue));
  return new Map(tested.map(([instrument], k) => [instrument, adjusted[k]]));
}

function universeRecord(
  results: readonly UniverseResult[],
  adjusted: ReadonlyMap<string, number>,
): Record<string, unknown> {
  const rows = results.map((each) => {
    if (!('run' in each)) return { instrument: each.instrument, path: each.path, code: each.code, reason: each.reason };
    return {
      instrument: each.instrument,
      path: each.path,
      edge_p_value: edgePValue(each.run.result.metrics),
      adjusted_p_value: adjusted.get(each.instrument),
      ...trainingRecord(each.run),
    };
  });
  return { ...summaryOf(results, adjusted), instruments: rows };
}

function summaryOf(results: readonly UniverseResult[], adjusted: ReadonlyMap<string, number>): Record<string, number> {
  const trained = results.flatMap((each) => ('run' in each ? [each.run.result.metrics] : []));
  return {
    n_instruments: results.length,
    n_trained: trained.length,
    n_failed: results.length - trained.length,
    n_edge: trained.filter(({ verdict }) => verdict === 'edge').length,
    n_edge_by_chance: SIGNIFICANCE * trained.length,
    n_edge_adjusted: [...adjusted.values()].filter((p) => p < SIGNIFICANCE).length,
    n_primary_pays: trained.filter(({ primaryPays }) => primaryPays).length,
  };
}

function universeReport(results: readonly UniverseResult[], adjusted: ReadonlyMap<string, number>): string[] {
  const summary = summaryOf(results, adjusted);
  const { n_trained: n, n_edge: nEdge, n_edge_by_chance: byChance, n_primary_pays: nPrimary } = summary;
  const rows = results.map((each) => {
    if (!('run' in each)) {
      return [each.instrument, 'failed', ...Array(7).fill('–'), `${each.code}: ${each.reason}`];
    }
    const { metrics, nSamples } = each.run.result;
    const p = `${pText(edgePValue(metrics))} → ${pText(adjusted.get(each.instrument) ?? 1)}`;
    return [
      each.instrument,
      metrics.verdict,
      costAt(provenCost(metrics)),
      p,
      count(nSamples),
      count(metrics.nTaken),
      fixed(metrics.auc),
      fixed(metrics.logLossSkill),
      bp(metrics.primaryPaysUpToBps),
      each.run.modelPath,
    ];
  });
  const head = [
    'instrument',
    'verdict',
    'pays up to',
    'p → adjusted',
    'events',
    'taken',
    'AUC',
    'skill',
    'primary',
    'model',
  ];
  return [
    `${summary.n_edge_adjusted} of ${n} instruments have an edge that having looked ${n} times does not explain (Holm, ${SIGNIFICANCE * 100} %, over the largest p of its tests).`,
    `  By themselves ${nEdge} say edge; without any edge up to ${byChance.toFixed(1)} would, by chance.`,
    ...(nPrimary === 0
      ? []
      : [`  The primary alone pays in ${nPrimary}; nothing corrects that for having looked ${n} times.`]),
    '',
    ...table(head, rows),
    ...results.flatMap((each) =>
      'run' in each ? barLines(seenBars(each.run)).map((line) => `${each.instrument}: ${line.trim()}`) : [],
    ),
  ];
}
