import { Worker } from 'node:worker_threads';
import { TrainingError } from '../../core/index.ts';
import { threadEntry } from '../../runtime/index.ts';
import type { TrainingProgress } from '../../training/index.ts';
import type { PieceOrder, PieceReply, PieceThreadData } from './piece-thread.ts';

/** What came of a piece: packed, and whether it is the reason why nothing did. */
export interface PieceEnd {
  readonly result: Uint8Array;
  readonly isFailed: boolean;
}

/**
 * One thread that works on pieces, so that whoever holds a job's lock can go on renewing it. A thread that dies fails the piece
 * it had; the next piece gets a new one.
 */
export class PieceRunner {
  readonly #data: PieceThreadData;
  #thread: Worker | null = null;
  #known: string | null = null;

  constructor(data: PieceThreadData) {
    this.#data = data;
  }

  /** @param bytes - called for the training set where the thread does not have it. @throws {TrainingError} when the thread dies. */
  async run(
    order: Omit<PieceOrder, 'bytes'>,
    bytes: () => Promise<Uint8Array>,
    onProgress: (progress: TrainingProgress) => void,
  ): Promise<PieceEnd> {
    const isKnown = this.#known === order.data && this.#thread !== null;
    const sent: PieceOrder = { ...order, bytes: isKnown ? null : await bytes() };
    this.#thread ??= new Worker(threadEntry(import.meta.url, './piece-thread'), { workerData: this.#data });
    const thread = this.#thread;
    this.#known = null;
    const ended = Promise.withResolvers<PieceEnd>();
    const hear = (reply: PieceReply): void => ('progress' in reply ? onProgress(reply.progress) : ended.resolve(reply));
    const die = (reason: unknown): void =>
      ended.reject(new TrainingError('TRAINING_FAILED', `the training thread died: ${String(reason)}`));
    const exit = (): void => die('it ended before it was done');
    thread.on('message', hear).on('error', die).on('exit', exit);
    thread.postMessage(sent);
    try {
      const end = await ended.promise;
      this.#known = end.isFailed ? null : order.data;
      return end;
    } catch (error) {
      this.#thread = null;
      throw error;
    } finally {
      thread.off('message', hear).off('error', die).off('exit', exit);
    }
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
    this.#thread = null;
  }
}
