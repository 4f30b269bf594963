import { hash, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
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
import { workerPool } from '../adapters/compute/index.ts';
import { consoleLogger } from '../adapters/console-logger.ts';
import { fileModelRegistry, fileModelStore, removeLeftovers, threadedDecoder } from '../adapters/models/index.ts';
import { workerTrainer } from '../adapters/trainer/index.ts';
import { ConditionError, JournalError } from '../core/index.ts';
import type { BarSeries, FeatureName, OrchestratorConfig } from '../domain/index.ts';
import { MetaModel } from '../model/index.ts';
import { ML4TOrchestrator, type RecomputedDecision, recomputeDecision, SignalService } from '../orchestrator/index.ts';
import {
  type Logger,
  type MessageBus,
  type ModelDecoder,
  type ModelRegistry,
  type Sha256,
  SILENT,
} from '../ports/index.ts';
import { type ComputePool, inlineCompute, type Trainer } from '../training/index.ts';
import type { Progress } from './show/progress.ts';

export { readSettings } from '../adapters/config/index.ts';
export { checkWritable, writeFileAtomic } from '../adapters/files/atomic-write.ts';
export { probeMachine } from '../adapters/probe-machine.ts';
export { writeDatasetCsv } from '../adapters/write-dataset.ts';
export { writeLines } from '../adapters/write-lines.ts';
export { type BarReport, fileModelStore, systemClock };

const PRIVATE_FILE = 0o600;
/** What a service trains on: one core is for the signals. */
export const SPARE_CORES = Math.max(1, availableParallelism() - 1);
/** Each half of a stop: transports first, then the journal; both within ten seconds. */
const FINISH_MS = 4500;

/** SHA-256 by the platform. */
export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'hex');

export interface CreateOptions {
  /** Worker threads of a training; default one a core, in a service one a core but one. */
  readonly workers?: number;
  readonly logger?: Logger;
  /** How trainings run beside other work. */
  readonly training?: { readonly isBackground: boolean; readonly timeoutMs: number };
  /** Where model files are read; by default on the calling thread. */
  readonly decodeModel?: ModelDecoder;
}

const decodeHere: ModelDecoder = async (bytes, featureNames) =>
  MetaModel.decode(bytes, { sha256, ...(featureNames && { featureNames }) });

/** An orchestrator with model files on disk and training on worker threads: what most programs want. */
export function createOrchestrator(config: OrchestratorConfig, options: CreateOptions = {}): ML4TOrchestrator {
  const { workers = availableParallelism(), logger = consoleLogger } = options;
  return new ML4TOrchestrator(config, {
    clock: systemClock,
    logger,
    modelStore: fileModelStore,
    trainer: trainerOf(config, { workers, logger, ...options.training }),
    decodeModel: options.decodeModel ?? decodeHere,
  });
}

/** Threads of this process, or whoever takes trainings from the queue, as `trainer.kind` says. */
function trainerOf(
  config: OrchestratorConfig,
  options: { readonly workers: number; readonly logger: Logger; readonly timeoutMs?: number },
): Trainer {
  if (config.trainer.kind === 'threads') return workerTrainer(options);
  let trainer: Promise<Trainer> | null = null; // BullMQ is loaded for those who use it
  const open = async (): Promise<Trainer> => {
    const { QueueTrainer } = await import('../adapters/trainer/bullmq/index.ts');
    return new QueueTrainer({ config, ...options });
  };
  return {
    async train(request, onProgress) {
      trainer ??= open();
      return (await trainer).train(request, onProgress);
    },
    close: async () => (await trainer)?.close(),
  };
}

/** Threads for work of a training that is done beside it. */
export function createComputePool(workers: number): ComputePool {
  return workers === 1 ? inlineCompute() : workerPool(workers);
}

/** A process that works on trainings others ask for. @throws {ConditionError} for a URL or a secret that cannot be used. */
export async function createTrainingWorker(
  config: OrchestratorConfig,
  { workers = availableParallelism(), logger = consoleLogger }: Pick<CreateOptions, 'workers' | 'logger'> = {},
): Promise<{ close(deadlineMs: number): Promise<void> }> {
  const { TrainingWorker } = await import('../adapters/trainer/bullmq/index.ts');
  return new TrainingWorker({ config, threads: workers, logger });
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
  const training = { isBackground: true, timeoutMs: config.retrain.timeoutSeconds * 1000 };
  const { openJournal } = await import('../adapters/journal/index.ts');
  const journal = await openJournal({ directory, ...config.journal, logger });
  const decodeModel = threadedDecoder();
  const models = join(directory, 'models');
  await removeLeftovers(models); // the directory is locked: nobody writes there
  const ports = {
    orchestrator: createOrchestrator(config, { training, decodeModel, workers: SPARE_CORES, ...options, logger }),
    decodeModel,
    journal,
    registry: fileModelRegistry(models),
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

/** Logs for machines on stderr: one line of JSON a change. */
export async function structuredLogger(): Promise<Logger> {
  const { pinoLogger } = await import('../adapters/pino-logger.ts');
  return pinoLogger();
}

/** A service and its transports, as one process. */
export interface LiveProcess {
  readonly service: SignalService;
  /** Begins to answer. @throws {ConditionError} when the address cannot be had. */
  listen(): Promise<{ readonly url: string }>;
  /** Takes nothing more, finishes what is under way within ten seconds, and lets everything go. */
  close(): Promise<void>;
}

/**
 * The live service with HTTP, WebSocket and, unless it is switched off, Redis.
 *
 * @throws {ConditionError} when the address may not be bound, or a secret cannot be read. Else as {@link createSignalService}.
 */
export async function createLiveService(
  config: OrchestratorConfig,
  options: CreateServiceOptions = {},
): Promise<LiveProcess> {
  const { logger = consoleLogger } = options;
  const { createServer } = await import('../server/index.ts');
  const secrets = await readSecrets(config.server);
  const service = await createSignalService(config, options);
  try {
    const clock = systemClock;
    const bus = config.redisEnabled ? await createBus(config, logger) : null;
    const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
    const server = await createServer({ config, service, bus, logger, version, secrets, nowMs: Date.now, clock });
    const listen = async (): Promise<{ readonly url: string }> => {
      const address = await server.listen();
      bus?.start(service);
      return address;
    };
    const close = async (): Promise<void> => {
      await Promise.all([bus?.stop(FINISH_MS), server.close(FINISH_MS)]);
      await service.stop(FINISH_MS);
    };
    return { service, listen, close };
  } catch (error) {
    await service.stop();
    throw error;
  }
}

async function createBus(config: OrchestratorConfig, logger: Logger): Promise<MessageBus> {
  const { createRedisBus } = await import('../adapters/bus/redis/index.ts');
  const { createCodec } = await import('../adapters/bus/codecs/index.ts');
  const consumerName = config.redis.consumer ?? (await consumerOf(config.server.dataDir));
  const codec = createCodec(config.redis);
  return createRedisBus(config, { logger, clock: systemClock, nowMs: Date.now, codec, consumerName });
}

/** A name in the consumer group that a data directory keeps, so that a process finds its own unfinished entries again. */
async function consumerOf(directory: string): Promise<string> {
  const path = join(directory, 'consumer');
  const known = await readFile(path, 'utf8').catch(() => '');
  if (/^ml4t-[0-9a-f-]{36}$/.test(known)) return known;
  const name = `ml4t-${randomUUID()}`;
  // On a full disk the name lasts as long as the process; entries it leaves are then claimed like anybody's.
  await writeFile(path, name, { mode: PRIVATE_FILE }).catch(() => undefined);
  return name;
}

async function readSecrets(server: OrchestratorConfig['server']): Promise<{
  readonly token: string | null;
  readonly tls: { readonly cert: string; readonly key: string } | null;
}> {
  const { tlsCertFile, tlsKeyFile } = server;
  const token = await readToken(server);
  if (tlsCertFile === null && tlsKeyFile === null) return { token, tls: null };
  if (tlsCertFile === null || tlsKeyFile === null) {
    const missing = tlsCertFile === null ? 'server.tls_cert_file' : 'server.tls_key_file';
    throw new ConditionError(missing, 'set together with its pair', null);
  }
  const cert = await readSecret('server.tls_cert_file', tlsCertFile);
  return { token, tls: { cert, key: await readSecret('server.tls_key_file', tlsKeyFile) } };
}

function readSecret(setting: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConditionError(setting, 'a file that can be read', `${path} (${error.code})`);
  });
}

/** Looks at every entry of the journal in a directory. @returns one sentence for each that is not as it was written. */
export async function verifyJournal(
  directory: string,
): Promise<{ readonly nRows: number; readonly faults: readonly string[] }> {
  const journal = await import('../adapters/journal/index.ts');
  return journal.verifyJournal(directory);
}

/** The models kept in a data directory, also while a service serves from it. Changes want {@link whileUnused}. */
export function openModels(directory: string): ModelRegistry {
  return fileModelRegistry(join(directory, 'models'));
}

/**
 * Does some work on a data directory while nobody else may.
 *
 * @returns false, and nothing is done, when a service uses the directory. @throws {JournalError} when it cannot be locked.
 */
export async function whileUnused(directory: string, work: () => Promise<void>): Promise<boolean> {
  const { lockDirectory } = await import('../adapters/journal/index.ts');
  try {
    const lock = lockDirectory(directory);
    await work().finally(() => lock.release());
    return true;
  } catch (error) {
    if (error instanceof JournalError && error.code === 'JOURNAL_LOCKED') return false;
    throw error;
  }
}

/** The bearer token of a service, from the file that holds it; null where there is none. */
export async function readToken({ tokenFile }: OrchestratorConfig['server']): Promise<string | null> {
  return tokenFile === null ? null : (await readSecret('server.token_file', tokenFile)).trim();
}

/** Recorded decisions, to be taken again. */
export interface DecisionReader {
  /** Null when the journal does not know the signal. @throws {ModelError} when its model is not kept any more. */
  recompute(signalId: string): Promise<RecomputedDecision | null>;
  close(): void;
}

/** Reads the journal in `server.data_dir`, also while a service writes to it. @throws {JournalError} when there is none. */
export async function createDecisionReader(config: OrchestratorConfig): Promise<DecisionReader> {
  const directory = config.server.dataDir;
  const { readJournal } = await import('../adapters/journal/index.ts');
  const journal = readJournal(directory);
  const registry = fileModelRegistry(join(directory, 'models'));
  const recompute = async (signalId: string): Promise<RecomputedDecision | null> => {
    const recorded = journal.findSignal(signalId);
    if (recorded === null) return null;
    const { barIds, settingsId, modelVersion } = recorded;
    const model = modelVersion === null ? null : MetaModel.decode(await registry.read(modelVersion), { sha256 });
    const settings = journal.findSettings(settingsId) ?? '{}';
    const ports = {
      clock: systemClock,
      logger: SILENT,
      modelStore: fileModelStore,
      trainer: workerTrainer({ workers: 1 }),
      decodeModel: decodeHere,
    };
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
