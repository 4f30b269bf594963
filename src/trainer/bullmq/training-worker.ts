import { type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { OrchestratorConfig } from '../../config/index.ts';
import { DataError, TrainingError } from '../../core/index.ts';
import type { Logger } from '../../ports/index.ts';
import { settlesWithin } from '../../runtime/index.ts';
import type { OwnParts, TrainingProgress } from '../../training/index.ts';
import { sourcesOf } from '../own-sources.ts';
import { checkQueueName, connectQueue, queueWay } from './connection.ts';
import { PieceRunner } from './piece-runner.ts';
import type { PieceTask } from './piece-thread.ts';
import {
  isOfOtherVersion,
  jobIdOf,
  NO_PIECE,
  OTHER_VERSION,
  type Piece,
  packError,
  pieceSchema,
  unpackFold,
} from './pieces.ts';
import { type Attempt, TrainingStore } from './training-store.ts';

const MEGABYTE = 1 << 20;
/** Minimum time between two updates of a job's progress, milliseconds. */
const PROGRESS_MS = 250;
/** Time that closing waits for the queue where no piece is under way, and for its connections, milliseconds. */
const IDLE_MS = 2000;

export interface TrainingWorkerOptions {
  readonly config: Pick<OrchestratorConfig, 'redis' | 'trainer'>;
  /** Compute threads of a piece. */
  readonly threads: number;
  /** Definitions beside the built-in ones; a training is run with those of the same hash only. */
  readonly own?: OwnParts;
  readonly logger: Logger;
}

/** Runs pieces of trainings from the queue, one at a time, until it is closed. */
export class TrainingWorker {
  readonly #options: TrainingWorkerOptions;
  readonly #redis: Redis;
  readonly #store: TrainingStore;
  readonly #runner: PieceRunner;
  readonly #worker: Worker;
  /** Connections of the worker, which BullMQ does not close before they are open. */
  readonly #borrowed: Redis[] = [];
  #nPieces = 0;
  readonly #maxBytes: number;
  #isAway = false;
  #isClosed = false;

  /** @throws {ConditionError} for a URL or a secret that cannot be used. @throws {TrainingError} for definitions that are closures. */
  constructor(options: TrainingWorkerOptions) {
    const { config, threads, own } = options;
    const sources = sourcesOf(own);
    const { queue, keepSeconds, lockSeconds, maxMegabytes } = config.trainer;
    this.#options = options;
    this.#maxBytes = maxMegabytes * MEGABYTE;
    const way = queueWay(config.redis);
    this.#redis = connectQueue(way);
    this.#redis.on('error', (error: Error) => this.#warnAway(error.message));
    this.#redis.on('ready', () => void this.#noteReady());
    this.#store = new TrainingStore(this.#redis, {
      prefix: queue,
      ttlMs: keepSeconds * 1000,
      maxBytes: this.#maxBytes,
    });
    this.#runner = new PieceRunner({ threads, maxBytes: this.#maxBytes, own: sources });
    const lockMs = lockSeconds * 1000;
    this.#worker = new Worker(queue, (job, token) => this.#workOn(job, token ?? ''), {
      connection: this.#borrow(connectQueue(way)),
      lockDuration: lockMs,
      stalledInterval: lockMs / 2,
      maxStalledCount: 1,
      autorun: false, // it would start its timers even after it was closed
    });
    this.#worker.on('error', () => undefined); // the first connection logs it
    this.#worker.on('stalled', (id) =>
      options.logger.warn(`${id}: its worker stopped renewing the lock; it is run again`),
    );
    this.#worker.on('lockRenewalFailed', (ids) => options.logger.warn(`${ids.join()}: the lock is lost`));
    void this.#runWhenReady();
  }

  async #runWhenReady(): Promise<void> {
    try {
      await this.#worker.waitUntilReady();
      if (!this.#isClosed) await this.#worker.run();
    } catch (error) {
      if (!this.#isClosed) this.#options.logger.warn(`the worker takes nothing any more: ${String(error)}`);
    }
  }

  /** Settles when the worker is connected to the queue. */
  async ready(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /** Finishes the current piece, or leaves it to another worker where that takes longer than `deadlineMs`. */
  async close(deadlineMs: number): Promise<void> {
    this.#isClosed = true;
    await settlesWithin(this.#worker.close(), this.#nPieces > 0 ? deadlineMs : Math.min(deadlineMs, IDLE_MS));
    if (this.#nPieces > 0) this.#options.logger.warn('a piece of a training is left unfinished to another worker');
    await this.#runner.close();
    await settlesWithin(this.#worker.disconnect(), IDLE_MS); // never, where Redis is away
    for (const redis of [this.#redis, ...this.#borrowed]) redis.disconnect();
  }

  /** Notes a connection and the one that BullMQ makes of it to wait on. */
  #borrow(redis: Redis): Redis {
    this.#borrowed.push(redis);
    redis.on('error', () => undefined); // the first connection logs it
    const duplicate = redis.duplicate.bind(redis);
    redis.duplicate = (override) => this.#borrow(duplicate(override));
    return redis;
  }

  async #workOn(job: Job, lockToken: string): Promise<void> {
    this.#nPieces++;
    try {
      await this.#work(job, lockToken);
    } finally {
      this.#nPieces--;
    }
  }

  async #work(job: Job, lockToken: string): Promise<void> {
    const { logger } = this.#options;
    const jobId = job.id ?? '';
    const piece = pieceOf(job);
    const name = piece.fold === null ? 'final fit' : `fold ${piece.fold + 1} of ${piece.nFolds}`;
    const lockKey = `${this.#worker.toKey(jobId)}:lock`;
    const attempt = await this.#store.begin(jobId, lockKey, lockToken);
    logger.info(`${piece.training}: ${name}${attempt.fence > 1 ? ` (attempt ${attempt.fence})` : ''}`);
    const { result, isFailed, why } = await this.#run(piece, progressUpdater(job));
    if (!(await this.#store.publish(attempt, result))) return this.#failAttempt(piece, name, attempt);
    if (!isFailed) return void logger.info(`${piece.training}: ${name} done`);
    logger.warn(`${piece.training}: ${name} failed: ${why}`);
    throw new UnrecoverableError(why); // not retried: the same data fails again
  }

  /** @throws {Error} so that the queue does not mark the job as completed by this attempt. */
  #failAttempt({ training }: Piece, name: string, { fence }: Attempt): never {
    const message = `attempt ${fence} lost its lock, so nothing of it is published`;
    this.#options.logger.warn(`${training}: ${name}: ${message}`);
    throw new Error(message);
  }

  async #run(
    piece: Piece,
    onProgress: (progress: TrainingProgress) => void,
  ): Promise<{ readonly result: Buffer; readonly isFailed: boolean; readonly why: string }> {
    const { data, fold } = piece;
    try {
      const folds = fold === null ? await this.#readFolds(piece) : null;
      const end = await this.#runner.run({ data, fold, folds }, () => this.#store.data(data), onProgress);
      const result = Buffer.from(end.result);
      const failed = end.isFailed ? await unpackFold(result, this.#maxBytes) : null;
      return { result, isFailed: end.isFailed, why: failed !== null && 'error' in failed ? failed.error.message : '' };
    } catch (error) {
      return {
        result: await packError(error),
        isFailed: true,
        why: error instanceof Error ? error.message : String(error),
      };
    }
  }

  /** Reads the published outputs of all folds of a training. */
  async #readFolds({ training, nFolds }: Piece): Promise<NonNullable<PieceTask['folds']>> {
    const ids = Array.from({ length: nFolds }, (_, fold) => jobIdOf(training, fold));
    const outputs = await Promise.all(
      ids.map(async (id) => {
        const bytes = await this.#store.result(id);
        const result = bytes === null ? null : await unpackFold(bytes, this.#maxBytes);
        if (result === null || 'error' in result) {
          throw new DataError('FILE_UNREADABLE', `the result of ${id} is no longer in Redis; train again`);
        }
        return result.output;
      }),
    );
    return { forecasts: outputs, ms: Math.max(...outputs.map(({ ms }) => ms)) };
  }

  #warnAway(reason: string): void {
    if (!this.#isAway) this.#options.logger.warn(`Redis is away (${reason}); trying again`);
    this.#isAway = true;
  }

  async #noteReady(): Promise<void> {
    const { logger, config } = this.#options;
    this.#isAway = false;
    try {
      await checkQueueName(this.#redis, config.trainer.queue);
      logger.info(`takes pieces of trainings from ${config.trainer.queue}`);
    } catch (error) {
      if (error instanceof TrainingError) logger.warn(`takes nothing: ${error.message}`);
    }
  }
}

/** @throws {UnrecoverableError} for a job that is no piece of a training. */
function pieceOf(job: Job): Piece {
  const { data } = pieceSchema.safeParse(job.data);
  if (data !== undefined && jobIdOf(data.training, data.fold) === job.id) return data;
  throw new UnrecoverableError(isOfOtherVersion(job.data) ? OTHER_VERSION : NO_PIECE);
}

/** Makes a function that updates the progress of a job, at most every {@link PROGRESS_MS}. A failed update is ignored. */
function progressUpdater(job: Job): (progress: TrainingProgress) => void {
  let updatedMs = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const nowMs = performance.now();
    if (nowMs - updatedMs < PROGRESS_MS) return;
    updatedMs = nowMs;
    job.updateProgress({ ...progress }).catch(() => undefined);
  };
}
