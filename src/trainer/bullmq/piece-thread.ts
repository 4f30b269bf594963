import { parentPort, workerData } from 'node:worker_threads';
import { sha256, systemClock } from '../../runtime/index.ts';
import {
  computeTasks,
  type FoldForecasts,
  finishTraining,
  inlineCompute,
  judgeFolds,
  type OwnSources,
  type PreparedTraining,
  predictFold,
  prepareTraining,
  type TrainingMachinery,
  type TrainingProgress,
  trainingParts,
} from '../../training/index.ts';
import { workerPool } from '../compute/worker-pool.ts';
import { loadOwn } from '../own-sources.ts';
import { packError, packFinish, packFold, unpackRequest } from './pieces.ts';

/** `workerData` of the thread. */
export interface PieceThreadData {
  readonly threads: number;
  /** Maximum size of an unpacked training set, bytes. */
  readonly maxBytes: number;
  /** Definitions that the worker was started with. */
  readonly own: OwnSources;
}

/** Message to the thread: one piece of a training. */
export interface PieceTask {
  /** Name of the training set. */
  readonly data: string;
  /** The packed training set; null where the thread has prepared it already. */
  readonly bytes: Uint8Array | null;
  /** Index of the fold; null for the piece that comes after the folds. */
  readonly fold: number | null;
  /** Forecasts of the folds, in their order, and the time of the slowest, milliseconds; null for a fold. */
  readonly folds: { readonly forecasts: readonly FoldForecasts[]; readonly ms: number } | null;
}

export type PieceReply =
  | { readonly progress: TrainingProgress }
  /** The packed output, or the packed error where the piece failed. */
  | { readonly result: Uint8Array; readonly isFailed: boolean };

/** Runs pieces, one after the other. The labels and features of the latest training set are kept for its next piece. */
async function main(port: NonNullable<typeof parentPort>, data: PieceThreadData): Promise<void> {
  const { threads, maxBytes } = data;
  const own = await loadOwn(data.own);
  const pool = threads === 1 ? inlineCompute(computeTasks(trainingParts(own))) : workerPool(threads, data.own);
  const machinery: TrainingMachinery = {
    pool,
    sha256,
    clock: systemClock,
    onProgress: (progress) => port.postMessage({ progress } satisfies PieceReply),
  };
  let latest: { readonly data: string; readonly prepared: PreparedTraining } | null = null;

  async function prepare(data: string, bytes: Uint8Array | null): Promise<PreparedTraining> {
    if (latest?.data === data) return latest.prepared;
    latest = null;
    const request = await unpackRequest(bytes ?? new Uint8Array(), maxBytes, own);
    const prepared = await prepareTraining(request, machinery);
    latest = { data, prepared };
    return prepared;
  }

  async function run({ data, bytes, fold, folds }: PieceTask): Promise<Buffer> {
    const prepared = await prepare(data, bytes);
    const { context } = prepared;
    if (fold === null) {
      const judge = async () => ({
        tested: await judgeFolds(context, folds?.forecasts ?? []),
        walkForwardMs: folds?.ms ?? 0,
      });
      return packFinish(await finishTraining(prepared, judge, machinery));
    }
    const startNs = systemClock.monotonicNs();
    const forecasts = await predictFold(context, fold);
    return packFold({ ...forecasts, ms: (systemClock.monotonicNs() - startNs) / 1e6 });
  }

  const answer = (result: Uint8Array, isFailed: boolean): void =>
    port.postMessage({ result, isFailed } satisfies PieceReply);
  port.on('message', (task: PieceTask) => {
    run(task).then(
      (result) => answer(result, false),
      async (error: unknown) => answer(await packError(error), true),
    );
  });
}

if (parentPort !== null) await main(parentPort, workerData as PieceThreadData);
