import { createHash } from 'node:crypto';
import { platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type BarColumns, BarSeries } from '../domain/index.ts';
import { type PlainError, systemClock, toPlainError } from '../runtime/index.ts';
import {
  type InstrumentBars,
  inlineCompute,
  runTraining,
  type TrainingOutput,
  type TrainingProgress,
  type TrainingRequest,
} from '../training/index.ts';
import { workerPool } from './compute/worker-pool.ts';

/** What a trainer thread is started with. */
export interface TrainerThreadData {
  readonly request: Omit<TrainingRequest, 'instruments'> & {
    /** A class is lost between threads: of the bars their columns arrive. */
    readonly instruments: readonly (Omit<InstrumentBars, 'bars'> & { readonly bars: BarColumns })[];
  };
  readonly workers: number;
  /** Whether everything else in the process goes first. */
  readonly isBackground: boolean;
}

export type TrainerReply =
  | { readonly progress: TrainingProgress }
  | { readonly output: TrainingOutput }
  | { readonly error: PlainError };

/** The lowest priority: a thread that serves takes its processor at once. */
const BACKGROUND = 19;

/** Runs one training and ends. The port exists: this file is only ever a thread's entry. */
async function main(port: NonNullable<typeof parentPort>, data: TrainerThreadData): Promise<void> {
  if (data.isBackground && platform() === 'linux') setPriority(BACKGROUND); // of this thread, and of those it starts
  const pool = data.workers === 1 ? inlineCompute() : workerPool(data.workers);
  try {
    const instruments = data.request.instruments.map((each) => ({ ...each, bars: BarSeries.fromChecked(each.bars) }));
    const output = await runTraining(
      { ...data.request, instruments },
      {
        pool,
        sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
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

/** What is handed over, not copied: the thread that waits for it also serves. */
function memoryOf({ modelBytes, dataset }: TrainingOutput): ArrayBuffer[] {
  const columns = [modelBytes, ...Object.values(dataset)].filter((value) => ArrayBuffer.isView(value));
  const memory = columns.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
  return [...new Set(memory)];
}

if (parentPort !== null) await main(parentPort, workerData as TrainerThreadData);
