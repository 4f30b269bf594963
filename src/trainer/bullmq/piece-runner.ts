import type { Worker } from 'node:worker_threads';
import { TrainingError } from '../../core/index.ts';
import { startThread } from '../../runtime/index.ts';
import type { TrainingProgress } from '../../training/index.ts';
import type { PieceReply, PieceTask, PieceThreadData } from './piece-thread.ts';

/** End of a piece: its packed output, or the packed error where it failed. */
export interface PieceEnd {
  readonly result: Uint8Array;
  readonly isFailed: boolean;
}

/**
 * Runs pieces on a thread, so that the main thread can go on renewing the lock of the job. When the thread dies, its piece fails
 * and the next piece gets a new thread.
 */
export class PieceRunner {
  readonly #data: PieceThreadData;
  #thread: Worker | null = null;
  /** Name of the training set that the thread has prepared. */
  #prepared: string | null = null;
  #isClosed = false;

  constructor(data: PieceThreadData) {
    this.#data = data;
  }

  /**
   * @param bytes - reads the training set, where the thread does not have it.
   * @throws {TrainingError} when the thread dies, or this was closed meanwhile.
   */
  async run(
    task: Omit<PieceTask, 'bytes'>,
    bytes: () => Promise<Uint8Array>,
    onProgress: (progress: TrainingProgress) => void,
  ): Promise<PieceEnd> {
    const isPrepared = this.#prepared === task.data && this.#thread !== null;
    const sent: PieceTask = { ...task, bytes: isPrepared ? null : await bytes() };
    if (this.#isClosed) throw new TrainingError('TRAINING_FAILED', 'the worker was stopped');
    const thread = this.#thread ?? this.#start();
    this.#prepared = null;
    const ended = Promise.withResolvers<PieceEnd>();
    const onMessage = (reply: PieceReply): void =>
      'progress' in reply ? onProgress(reply.progress) : ended.resolve(reply);
    const onError = (reason: unknown): void =>
      ended.reject(new TrainingError('TRAINING_FAILED', `the training thread died: ${String(reason)}`));
    const onExit = (): void => onError('it ended before it was done');
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    thread.postMessage(sent);
    try {
      const end = await ended.promise;
      this.#prepared = end.isFailed ? null : task.data;
      return end;
    } catch (error) {
      this.#thread = null;
      throw error;
    } finally {
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
    }
  }

  #start(): Worker {
    const thread = startThread(import.meta.url, './piece-thread', this.#data);
    thread.on('error', () => undefined); // between two pieces, by code of the caller that goes on: the next one gets a new thread
    thread.once('exit', () => {
      if (this.#thread === thread) this.#thread = null;
    });
    this.#thread = thread;
    return thread;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread?.terminate();
    this.#thread = null;
  }
}
