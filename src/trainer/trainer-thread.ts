import { once } from 'node:events';
import { platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type BarColumns, BarSeries } from '../domain/index.ts';
import { type PlainError, sha256, systemClock, toPlainError } from '../runtime/index.ts';
import {
  type ComputePool,
  computeTasks,
  type InstrumentBars,
  inlineCompute,
  type OwnParts,
  type OwnSources,
  runTraining,
  type TrainingOutput,
  type TrainingProgress,
  type TrainingRequest,
  trainingParts,
} from '../training/index.ts';
import { workerPool } from './compute/worker-pool.ts';
import { loadOwn } from './own-sources.ts';

/** The one message to a trainer thread. */
export type SentRequest = Omit<TrainingRequest, 'instruments' | 'context' | 'own'> & {
  /** A class is lost between threads: of the bars their columns arrive. */
  readonly instruments: readonly (Omit<InstrumentBars, 'bars'> & { readonly bars: BarColumns })[];
  readonly context?: readonly { readonly instrument: string; readonly bars: BarColumns }[];
};

/** `workerData` of a trainer thread. */
export interface TrainerThreadData {
  /** Definitions of the caller, which the thread loads and verifies once, at its start. */
  readonly own: OwnSources;
  readonly workers: number;
  /** Whether the thread gets the lowest priority, so that threads that serve go first. */
  readonly isBackground: boolean;
}

export type TrainerReply =
  | { readonly progress: TrainingProgress }
  | { readonly output: TrainingOutput }
  | { readonly error: PlainError };

/** Lowest priority of a Linux thread (nice value). */
const BACKGROUND = 19;

/** Loads all it needs, waits for one training, runs it and ends. */
async function main(port: NonNullable<typeof parentPort>, data: TrainerThreadData): Promise<void> {
  if (data.isBackground && platform() === 'linux') setPriority(BACKGROUND); // of this thread and of the threads it starts
  const loaded = load(data);
  loaded.catch(() => undefined); // the training is told, once it has come
  try {
    const [request] = (await once(port, 'message')) as [SentRequest];
    const { own, pool } = await loaded;
    const onProgress = (progress: TrainingProgress): void => port.postMessage({ progress } satisfies TrainerReply);
    const output = await train(request, own, pool, onProgress);
    port.postMessage({ output } satisfies TrainerReply, memoryOf(output));
  } catch (error) {
    port.postMessage({ error: toPlainError(error) } satisfies TrainerReply);
  }
}

/** This thread is one of those that compute: it has nothing else to do most of the time. */
async function load({ own: sources, workers }: TrainerThreadData) {
  const own = await loadOwn(sources);
  const here = inlineCompute(computeTasks(trainingParts(own)));
  return { own, pool: workers === 1 ? here : workerPool(workers, sources, here) };
}

async function train(
  request: SentRequest,
  own: OwnParts,
  pool: ComputePool,
  onProgress: (progress: TrainingProgress) => void,
): Promise<TrainingOutput> {
  try {
    const instruments = request.instruments.map((each) => ({ ...each, bars: BarSeries.fromChecked(each.bars) }));
    const context = request.context?.map((each) => ({ ...each, bars: BarSeries.fromChecked(each.bars) })) ?? [];
    const machinery = { pool, sha256, clock: systemClock, onProgress };
    return await runTraining({ ...request, instruments, context, own }, machinery);
  } finally {
    await pool.close();
  }
}

/** Buffers that are transferred, because a copy would delay the receiving thread, which also serves. */
function memoryOf({ modelBytes, dataset }: TrainingOutput): ArrayBuffer[] {
  const columns = [modelBytes, ...Object.values(dataset)].filter((value) => ArrayBuffer.isView(value));
  const memory = columns.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
  return [...new Set(memory)];
}

if (parentPort !== null) await main(parentPort, workerData as TrainerThreadData);
