import { join } from 'node:path';
import { createOrchestrator, loadBars } from '../../app/index.ts';
import type { OrchestratorConfig } from '../../config/index.ts';
import { count, fixed, Ml4tError, TrainingError } from '../../core/index.ts';
import { SILENT } from '../../ports/index.ts';
import { holmAdjusted } from '../../validation/index.ts';
import { print, printJson, table } from '../show/output.ts';
import { showProgress } from '../show/progress.ts';
import { type TrainingRun, trainingRecord } from '../show/training-report.ts';
import { type UniverseFile, universeFiles } from './universe-files.ts';

/** Trainings asked for at once where others do them; here they come one after the other, each on every core. */
const ON_THE_WAY = 4;
/** What a verdict takes for significant. */
const LEVEL = 0.05;

/** What came of one instrument. */
type UniverseEnd = UniverseFile & ({ readonly run: TrainingRun } | { readonly code: string; readonly reason: string });

export interface UniverseOptions {
  readonly directory: string;
  /** Where the models go. */
  readonly modelDirectory: string;
  readonly workers: number;
  readonly allowOhlcRepair: boolean | undefined;
  readonly isJson: boolean;
}

/**
 * Trains one model for every file of bars in a directory, and says what of it is more than having looked so often. One that
 * cannot be trained fails alone.
 *
 * @throws {DataError | ConditionError | TrainingError} when there is no file, a name stands twice, or none could be trained.
 */
export async function trainUniverse(config: OrchestratorConfig, options: UniverseOptions): Promise<void> {
  const files = await universeFiles(options.directory);
  const progress = showProgress();
  const ends: UniverseEnd[] = [];
  const waiting = files.values();
  const work = async (): Promise<void> => {
    for (const file of waiting) {
      ends.push(await trainOne(file, config, options));
      progress.update('universe', ends.length, files.length);
    }
  };
  progress.update('universe', 0, files.length);
  const atOnce = config.trainer.kind === 'threads' ? 1 : ON_THE_WAY;
  await Promise.all(Array.from({ length: atOnce }, work));
  progress.stop();
  ends.sort((a, b) => files.findIndex(({ path }) => path === a.path) - files.findIndex(({ path }) => path === b.path));
  const adjusted = adjustedByInstrument(ends);
  if (options.isJson) printJson(universeRecord(ends, adjusted));
  else print(...universeReport(ends, adjusted));
  if (!ends.some((end) => 'run' in end)) {
    throw new TrainingError('TRAINING_FAILED', `none of the ${ends.length} instruments could be trained on`);
  }
}

async function trainOne(
  file: UniverseFile,
  config: OrchestratorConfig,
  { modelDirectory, workers, allowOhlcRepair }: UniverseOptions,
): Promise<UniverseEnd> {
  const modelPath = join(modelDirectory, `${file.instrument}.onnx`);
  const orchestrator = createOrchestrator({ ...config, modelPath }, { workers, logger: SILENT });
  const startMs = performance.now();
  try {
    const { stamp } = config.bars;
    const { bars, sides, report } = await loadBars([file.path], { stamp, allowOhlcRepair });
    const readMs = performance.now() - startMs;
    const result = await orchestrator.train(bars, { sides });
    const durationMs = performance.now() - startMs;
    return { ...file, run: { result, report, modelPath, costBps: config.labels.costBps, readMs, durationMs } };
  } catch (error) {
    if (!(error instanceof Ml4tError)) throw error;
    return { ...file, code: error.code, reason: error.message };
  } finally {
    await orchestrator.stop();
  }
}

function adjustedByInstrument(ends: readonly UniverseEnd[]): ReadonlyMap<string, number> {
  const tested = ends.flatMap((end) =>
    'run' in end ? [[end.instrument, end.run.result.metrics.pValue] as const] : [],
  );
  const adjusted = holmAdjusted(tested.map(([, pValue]) => pValue));
  return new Map(tested.map(([instrument], k) => [instrument, adjusted[k]]));
}

function universeRecord(ends: readonly UniverseEnd[], adjusted: ReadonlyMap<string, number>): Record<string, unknown> {
  const rows = ends.map((end) => {
    if (!('run' in end)) return { instrument: end.instrument, path: end.path, code: end.code, reason: end.reason };
    return {
      instrument: end.instrument,
      path: end.path,
      adjusted_p_value: adjusted.get(end.instrument),
      ...trainingRecord(end.run),
    };
  });
  return { ...summaryOf(ends, adjusted), instruments: rows };
}

function summaryOf(ends: readonly UniverseEnd[], adjusted: ReadonlyMap<string, number>): Record<string, number> {
  const trained = ends.flatMap((end) => ('run' in end ? [end.run.result.metrics] : []));
  return {
    n_instruments: ends.length,
    n_trained: trained.length,
    n_failed: ends.length - trained.length,
    n_edge: trained.filter(({ verdict }) => verdict === 'edge').length,
    n_edge_by_chance: LEVEL * trained.length,
    n_edge_adjusted: [...adjusted.values()].filter((p) => p < LEVEL).length,
  };
}

function universeReport(ends: readonly UniverseEnd[], adjusted: ReadonlyMap<string, number>): string[] {
  const {
    n_trained: n,
    n_edge: nEdge,
    n_edge_by_chance: byChance,
    n_edge_adjusted: nAdjusted,
  } = summaryOf(ends, adjusted);
  const rows = ends.map((end) => {
    if (!('run' in end)) return [end.instrument, 'failed', '–', '–', '–', '–', '–', `${end.code}: ${end.reason}`];
    const { metrics, nSamples } = end.run.result;
    const { verdict, accuracy, auc, logLossSkill, pValue } = metrics;
    const p = `${significant(pValue)} → ${significant(adjusted.get(end.instrument) ?? 1)}`;
    return [
      end.instrument,
      verdict,
      count(nSamples),
      fixed(accuracy),
      fixed(auc),
      fixed(logLossSkill),
      p,
      end.run.modelPath,
    ];
  });
  return [
    `${nAdjusted} of ${n} instruments have an edge that having looked ${n} times does not explain (Holm, ${LEVEL * 100} %).`,
    `  By themselves ${nEdge} say edge; without any edge ${byChance.toFixed(1)} would, by chance.`,
    '',
    ...table(['instrument', 'verdict', 'events', 'accuracy', 'AUC', 'skill', 'p → adjusted', 'model'], rows),
  ];
}

function significant(p: number): string {
  return p < 1e-4 ? p.toExponential(0) : p.toFixed(4);
}
