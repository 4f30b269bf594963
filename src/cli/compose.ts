import { hash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import {
  alignSignals,
  type BarFile,
  type BarReport,
  readBars,
  readSignals,
  writeBarsCsv,
} from '../adapters/bars/index.ts';
import { systemClock } from '../adapters/clock.ts';
import { consoleLogger } from '../adapters/console-logger.ts';
import { fileModelStore } from '../adapters/models/index.ts';
import { workerTrainer } from '../adapters/trainer/index.ts';
import type { BarSeries, OrchestratorConfig } from '../domain/index.ts';
import { ML4TOrchestrator } from '../orchestrator/index.ts';
import type { Logger, Sha256 } from '../ports/index.ts';
import type { Progress } from './show/progress.ts';

export { readSettings } from '../adapters/config/index.ts';
export { probeMachine } from '../adapters/probe-machine.ts';
export { writeDatasetCsv } from '../adapters/write-dataset.ts';
export { writeLines } from '../adapters/write-lines.ts';
export { type BarReport, fileModelStore, systemClock };

/** SHA-256 by the platform. */
export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'hex');

export interface CreateOptions {
  /** Worker threads of a training; default one a core. */
  readonly workers?: number;
  readonly logger?: Logger;
}

/** An orchestrator with model files on disk and training on worker threads: what most programs want. */
export function createOrchestrator(config: OrchestratorConfig, options: CreateOptions = {}): ML4TOrchestrator {
  const { workers = availableParallelism(), logger = consoleLogger } = options;
  return new ML4TOrchestrator(config, {
    clock: systemClock,
    logger,
    modelStore: fileModelStore,
    trainer: workerTrainer(workers),
    sha256,
  });
}

/** Bars with the signals that came along. */
export interface LoadedBars {
  readonly bars: BarSeries;
  /** (nBars,) sides of a `signal` column or of the signals file; null for the built-in primary. */
  readonly sides: Int8Array | null;
  readonly report: BarReport;
}

export interface LoadOptions {
  readonly signalsFile?: string | undefined;
  readonly stamp: 'close' | 'open';
  readonly allowOhlcRepair?: boolean | undefined;
  readonly progress: Progress;
}

/** Reads bars, and the signals file when there is one. A bar from the future is refused. */
export async function loadBars(paths: readonly string[], options: LoadOptions): Promise<LoadedBars> {
  const { signalsFile, stamp, allowOhlcRepair = false, progress } = options;
  const file: BarFile = await readBars(paths, {
    stamp,
    allowOhlcRepair,
    now: BigInt(Date.now()) * 1_000_000n,
    onProgress: (done, total) => progress.update('reading', done, total),
  });
  const { bars, report } = file;
  if (signalsFile === undefined) return { bars, sides: file.signals, report };
  const signals = await readSignals(signalsFile, report.shiftNs);
  return { bars, sides: alignSignals(bars, signals), report };
}

/** Writes bars as CSV. */
export async function saveBars(path: string, bars: BarSeries): Promise<void> {
  await writeBarsCsv(path, bars);
}
