import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../runtime/index.ts';
import {
  finishTraining,
  inlineCompute,
  judgeFolds,
  type PreparedTraining,
  predictFold,
  prepareTraining,
  type TrainingMachinery,
  type TrainingProgress,
} from '../../training/index.ts';
import { workerPool } from '../compute/worker-pool.ts';
import { packError, packFinish, packFold, unpackRequest } from './pieces.ts';

/** What a thread is started with. */
export interface PieceThreadData {
  readonly threads: number;
  readonly maxBytes: number;
}

/** A piece to work on. */
export interface PieceOrder {
  readonly data: string;
  /** The packed training set; null where this thread has it. */
  readonly bytes: Uint8Array | null;
  readonly fold: number | null;
  /** What the folds said, in their order; null for a fold. */
  readonly folds: { readonly raw: readonly Float64Array[]; readonly ms: number } | null;
}

export type PieceReply =
  | { readonly progress: TrainingProgress }
  /** The packed result: what came of it, or why nothing did. */
  | { readonly result: Uint8Array; readonly isFailed: boolean };

/** Works on pieces, one after the other; of the training set of the last one it remembers labels and features. */
function main(port: NonNullable<typeof parentPort>, { threads, maxBytes }: PieceThreadData): void {
  const pool = threads === 1 ? inlineCompute() : workerPool(threads);
  const machinery: TrainingMachinery = {
    pool,
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    clock: systemClock,
    onProgress: (progress) => port.postMessage({ progress } satisfies PieceReply),
  };
  let known: { readonly data: string; readonly prepared: PreparedTraining } | null = null;

  async function prepare(data: string, bytes: Uint8Array | null): Promise<PreparedTraining> {
    if (known?.data === data) return known.prepared;
    known = null;
    const request = await unpackRequest(bytes ?? new Uint8Array(), maxBytes);
    const prepared = await prepareTraining(request, machinery);
    known = { data, prepared };
    return prepared;
  }

  async function work({ data, bytes, fold, folds }: PieceOrder): Promise<Buffer> {
    const prepared = await prepare(data, bytes);
    const { context } = prepared;
    if (fold === null) {
      const tested = judgeFolds(context, folds?.raw ?? []);
      return packFinish(await finishTraining(prepared, { tested, walkForwardMs: folds?.ms ?? 0 }, machinery));
    }
    const startNs = systemClock.monotonicNs();
    const raw = await predictFold(context, fold);
    return packFold({ raw, ms: (systemClock.monotonicNs() - startNs) / 1e6 });
  }

  const answer = (result: Uint8Array, isFailed: boolean): void =>
    port.postMessage({ result, isFailed } satisfies PieceReply);
  port.on('message', (order: PieceOrder) => {
    work(order).then(
      (result) => answer(result, false),
      async (error: unknown) => answer(await packError(error), true),
    );
  });
}

// The port exists: this file is only ever a thread's entry.
if (parentPort !== null) main(parentPort, workerData as PieceThreadData);
