import { platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type BarColumns, BarSeries } from '../domain/index.ts';
import { type PlainError, sha256, systemClock, toPlainError } from '../runtime/index.ts';
import {
  type InstrumentBars,
  inlineCompute,
  runTraining,
  type TrainingOutput,
  type TrainingProgress,
  type TrainingRequest,
} from '../training/index.ts';
import { workerPool } from './compute/worker-pool.ts';

/** `workerData` of a trainer thread. */
export interface TrainerThreadData {
  readonly request: Omit<TrainingRequest, 'instruments'> & {
    /** A class is lost between threads: of the bars their columns arrive. */
    readonly instruments: readonly (Omit<InstrumentBars, 'bars'> & { readonly bars: BarColumns })[];
  };
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

/** Runs one training and ends. */
async function main(port: NonNullable<typeof parentPort>, data: TrainerThreadData): Promise<void> {
  if (data.isBackground && platform() === 'linux') setPriority(BACKGROUND); // of this thread and of the threads it starts
  const pool = data.workers === 1 ? inlineCompute() : workerPool(data.workers);
  try {
    const instruments = data.request.instruments.map((each) => ({ ...each, bars: BarSeries.fromChecked(each.bars) }));
    const output = await runTraining(
      { ...data.request, instruments },
      {
        pool,
        sha256,
        clock: systemClock,
        onProgress: (progress) => port.postMessage({ progress } satisfies TrainerReply),
      },
    );
    port.postMessage({ output } satisfies TrainerReply, memoryOf(output));
  } catch (error) {
    port.postMessage({ error: toPlainError(error) } satisfies TrainerReply);
  } finally {
    await pool.close();
    port.close();
  }
}

/** Buffers that are transferred, because a copy would delay the receiving thread, which also serves. */
function memoryOf({ modelBytes, dataset }: TrainingOutput): ArrayBuffer[] {
  const columns = [modelBytes, ...Object.values(dataset)].filter((value) => ArrayBuffer.isView(value));
  const memory = columns.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
  return [...new Set(memory)];
}

if (parentPort !== null) await main(parentPort, workerData as TrainerThreadData);
