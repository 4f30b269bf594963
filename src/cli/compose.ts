import { hash, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
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
import { openJournal, readJournal } from '../adapters/journal/index.ts';
import { fileModelRegistry, fileModelStore } from '../adapters/models/index.ts';
import { workerTrainer } from '../adapters/trainer/index.ts';
import type { BarSeries, FeatureName, OrchestratorConfig } from '../domain/index.ts';
import { MetaModel } from '../model/index.ts';
import { ML4TOrchestrator, type RecomputedDecision, recomputeDecision, SignalService } from '../orchestrator/index.ts';
import { type Logger, type Sha256, SILENT } from '../ports/index.ts';
import type { Progress } from './show/progress.ts';

export { readSettings } from '../adapters/config/index.ts';
export { probeMachine } from '../adapters/probe-machine.ts';
export { writeDatasetCsv } from '../adapters/write-dataset.ts';
export { writeLines } from '../adapters/write-lines.ts';
export { type BarReport, fileModelStore, systemClock };

const PRIVATE_DIRECTORY = 0o700;

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

export interface CreateServiceOptions extends CreateOptions {
  /** The file at `model_path` serves even where a champion is kept. */
  readonly isModelNamed?: boolean;
  /** The columns of a forest that is not ours. */
  readonly features?: readonly FeatureName[] | undefined;
}

/**
 * The live service, in this process: a journal and models in `server.data_dir`. Its transports are the caller's.
 *
 * @throws {JournalError} `JOURNAL_LOCKED` | `JOURNAL_DAMAGED`. @throws {DataError} when the directory cannot be used.
 */
export async function createSignalService(
  config: OrchestratorConfig,
  options: CreateServiceOptions = {},
): Promise<SignalService> {
  const { logger = consoleLogger, isModelNamed = false, features } = options;
  const { dataDir: directory } = config.server;
  await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
  const journal = await openJournal({ directory, ...config.journal, logger });
  const ports = {
    orchestrator: createOrchestrator(config, { ...options, logger }),
    journal,
    registry: fileModelRegistry(join(directory, 'models')),
    modelStore: fileModelStore,
    clock: systemClock,
    nowMs: Date.now,
    logger,
    sha256,
    newId: randomUUID,
  };
  try {
    return await SignalService.start(ports, { isNamed: isModelNamed, features });
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/** Recorded decisions, to be taken again. */
export interface DecisionReader {
  /** Null when the journal does not know the signal. @throws {ModelError} when its model is not kept any more. */
  recompute(signalId: string): Promise<RecomputedDecision | null>;
  close(): void;
}

/** Reads the journal in `server.data_dir`, also while a service writes to it. @throws {JournalError} when there is none. */
export function createDecisionReader(config: OrchestratorConfig): DecisionReader {
  const directory = config.server.dataDir;
  const journal = readJournal(directory);
  const registry = fileModelRegistry(join(directory, 'models'));
  const recompute = async (signalId: string): Promise<RecomputedDecision | null> => {
    const recorded = journal.findSignal(signalId);
    if (recorded === null) return null;
    const { barIds, settingsId, modelVersion } = recorded;
    const model = modelVersion === null ? null : MetaModel.decode(await registry.read(modelVersion), { sha256 });
    const settings = journal.findSettings(settingsId) ?? '{}';
    const ports = { clock: systemClock, logger: SILENT, modelStore: fileModelStore, trainer: workerTrainer(1), sha256 };
    return recomputeDecision(recorded, journal.readBars(barIds), settings, model, ports);
  };
  return { recompute, close: () => journal.close() };
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
