import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { FlowProducer, type Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { OrchestratorConfig } from '../../config/index.ts';
import { TrainingError } from '../../core/index.ts';
import type { Logger } from '../../ports/index.ts';
import { fromPlainError } from '../../runtime/index.ts';
import {
  TRAINING_STAGES,
  type Trainer,
  type TrainingOutput,
  type TrainingProgress,
  type TrainingRequest,
} from '../../training/index.ts';
import { connectQueue } from './connection.ts';
import { jobIdOf, type Piece, packRequest, unpackFold, unpackResult } from './pieces.ts';
import { TrainingStore } from './training-store.ts';

const POLL_MS = 100;
/** After so long without anybody at work, it is said that workers are missing. */
const NO_WORKER_WARNING_MS = 5000;
const FINISH = 'finish';
const FOLD = 'fold';
const MEGABYTE = 1 << 20;
/** Seven columns of eight bytes, a signal, and room for the settings. */
const BYTES_A_BAR = 64;
const STOPPED = 'the training was stopped';
/** How long closing waits for Redis to forget what is still open. */
const LEAVE_MS = 1000;

export interface QueueTrainerOptions {
  readonly config: Pick<OrchestratorConfig, 'redis' | 'trainer'>;
  readonly logger: Logger;
  /** A training that takes longer is given up, ms; by default none is. */
  readonly timeoutMs?: number;
}

/** One training on its way. */
interface QueuedTraining {
  readonly id: string;
  readonly job: Job;
  readonly nFolds: number;
  readonly onProgress: (progress: TrainingProgress) => void;
  readonly untilMs: number;
}

/**
 * Trains on `ml4t worker` processes, on any machine that reaches the Redis server: one flow a training, whose folds are jobs of
 * their own. The model is byte for byte what threads of this process would make of it. While Redis is away it waits.
 */
export class QueueTrainer implements Trainer {
  readonly #options: QueueTrainerOptions;
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #flows: FlowProducer;
  readonly #store: TrainingStore;
  readonly #closing = new AbortController();
  /** Every training that is still to be forgotten. */
  readonly #leaving = new Set<Promise<void>>();
  #isClosed = false;
  #wasAway = false;

  /** @throws {ConditionError} for a URL or a secret that cannot be used. */
  constructor(options: QueueTrainerOptions) {
    const { trainer, redis } = options.config;
    this.#options = options;
    this.#redis = connectQueue(redis);
    this.#redis.on('error', (error: Error) => this.#warnAway(error));
    this.#redis.on('ready', () => this.#noteBack());
    this.#queue = new Queue(trainer.queue, { connection: connectQueue(redis) });
    this.#flows = new FlowProducer({ connection: connectQueue(redis) });
    this.#queue.on('error', () => undefined); // the first connection tells
    this.#flows.on('error', () => undefined);
    this.#store = new TrainingStore(this.#redis, trainer.queue, trainer.keepSeconds * 1000);
  }

  async train(request: TrainingRequest, onProgress: (progress: TrainingProgress) => void): Promise<TrainingOutput> {
    if (this.#isClosed) throw new TrainingError('TRAINING_FAILED', STOPPED);
    const { timeoutMs = Number.POSITIVE_INFINITY } = this.#options;
    const untilMs = performance.now() + timeoutMs;
    const sent = this.#send(request, onProgress, untilMs);
    const over = Promise.withResolvers<void>();
    this.#forgetAfter(sent, over.promise);
    try {
      const training = await this.#orEnd(sent, untilMs);
      await this.#wait(training);
      return await this.#orEnd(this.#fetch(training), untilMs);
    } finally {
      over.resolve();
    }
  }

  /** Ends what is under way, and takes it out of the queue where Redis can be reached. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#closing.abort();
    await Promise.race([Promise.all(this.#leaving), sleep(LEAVE_MS, undefined, { ref: false })]);
    await Promise.allSettled([this.#queue.disconnect(), this.#flows.disconnect()]);
    this.#redis.disconnect();
  }

  async #send(
    request: TrainingRequest,
    onProgress: QueuedTraining['onProgress'],
    untilMs: number,
  ): Promise<QueuedTraining> {
    const { trainer } = this.#options.config;
    const size = request.instruments.reduce((n, { bars }) => n + bars.length, 0) * BYTES_A_BAR;
    if (size > this.#maxBytes) {
      const megabytes = (size / MEGABYTE).toFixed(0);
      const rule = `the training set has ${megabytes} MB, more than trainer.max_megabytes (${trainer.maxMegabytes})`;
      throw new TrainingError('TRAINING_FAILED', rule);
    }
    const bytes = await packRequest(request);
    const id = randomUUID();
    const { nFolds } = request.config.walkForward;
    const data = await this.#store.putData(bytes);
    const piece = (fold: number | null): Piece => ({ training: id, data, fold, nFolds });
    const kept = { age: trainer.keepSeconds };
    const options = { removeOnComplete: kept, removeOnFail: kept };
    const { job } = await this.#flows.add({
      ...{ name: FINISH, queueName: trainer.queue, data: piece(null), opts: { ...options, jobId: jobIdOf(id, null) } },
      children: Array.from({ length: nFolds }, (_, fold) => ({
        ...{ name: FOLD, queueName: trainer.queue, data: piece(fold) },
        opts: { ...options, jobId: jobIdOf(id, fold), failParentOnFailure: true },
      })),
    });
    return { id, job, nFolds, onProgress, untilMs };
  }

  /** Settles when the last job is done. @throws {TrainingError | DataError} when it failed, is lost, or takes too long. */
  async #wait(training: QueuedTraining): Promise<void> {
    const sinceMs = performance.now();
    let hasWarnedNoWorker = false;
    for (;;) {
      const state = await this.#orEnd(training.job.getState(), training.untilMs);
      if (state === 'completed') return;
      if (state === 'failed') throw await this.#orEnd(this.#reason(training), training.untilMs);
      if (state === 'unknown') {
        throw new TrainingError('TRAINING_FAILED', 'Redis no longer knows the training: its data was lost');
      }
      await this.#orEnd(this.#reportProgress(training, state), training.untilMs);
      if (!hasWarnedNoWorker && performance.now() - sinceMs > NO_WORKER_WARNING_MS) {
        hasWarnedNoWorker = true;
        await this.#orEnd(this.#warnNoWorker(), training.untilMs);
      }
      await this.#orEnd(sleep(POLL_MS), training.untilMs);
    }
  }

  async #reportProgress({ id, job, nFolds, onProgress }: QueuedTraining, state: string): Promise<void> {
    if (state === 'waiting-children') {
      const { processed = 0 } = await job.getDependenciesCount({ processed: true });
      onProgress({ stage: 'walk-forward', done: processed, total: nFolds });
      return;
    }
    const progress = (await this.#queue.getJob(jobIdOf(id, null)))?.progress;
    if (isProgress(progress)) onProgress(progress);
  }

  /** Why a training failed: what the piece that failed says of itself, or what the queue says of it. */
  async #reason({ id, nFolds }: QueuedTraining): Promise<Error> {
    const pieces = [null, ...Array.from({ length: nFolds }, (_, fold) => fold)];
    const said = await Promise.all(pieces.map((fold) => this.#store.result(jobIdOf(id, fold))));
    for (const bytes of said.filter((each) => each !== null)) {
      const result = await unpackFold(bytes, this.#maxBytes).catch(() => null); // the last piece's is no fold's
      if (result !== null && 'error' in result) return fromPlainError(result.error);
    }
    const jobs = await Promise.all(pieces.map((fold) => this.#queue.getJob(jobIdOf(id, fold))));
    const reasons = jobs.flatMap((job) => job?.failedReason ?? []).sort((a, b) => a.length - b.length);
    return new TrainingError(
      'TRAINING_FAILED',
      `the training failed on its worker: ${reasons[0] ?? 'nobody says why'}`,
    );
  }

  async #fetch({ id }: QueuedTraining): Promise<TrainingOutput> {
    const bytes = await this.#store.result(jobIdOf(id, null));
    if (bytes === null) throw new TrainingError('TRAINING_FAILED', 'the result of the training is no longer in Redis');
    const result = await unpackResult<TrainingOutput>(bytes, this.#maxBytes);
    if ('error' in result) throw fromPlainError(result.error);
    return result.said;
  }

  /** Also what was given up before it was sent: while Redis is away its commands wait, and come to it later. */
  #forgetAfter(sent: Promise<QueuedTraining>, over: Promise<void>): void {
    const leaving = Promise.all([sent, over])
      .then(([training]) => this.#forget(training))
      .catch(() => undefined) // never sent: nothing is there
      .finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
  }

  /** What is done, or nobody waits for any more, needs no room; what cannot be removed now expires. */
  async #forget({ id, job, nFolds }: QueuedTraining): Promise<void> {
    const ids = [null, ...Array.from({ length: nFolds }, (_, fold) => fold)].map((fold) => jobIdOf(id, fold));
    // One piece under way keeps the flow from being removed: then no other is begun.
    const removed = job.remove({ removeChildren: true }).catch(() => job.removeUnprocessedChildren());
    await Promise.allSettled([removed, this.#store.forget(ids)]);
  }

  async #warnNoWorker(): Promise<void> {
    if ((await this.#queue.getWorkersCount()) > 0) return;
    this.#options.logger.warn(`no ml4t worker takes trainings from ${this.#options.config.trainer.queue}; start one`);
  }

  /** Waits for something, but no longer than the training may take, or the trainer is there. */
  async #orEnd<T>(work: Promise<T>, untilMs: number): Promise<T> {
    const leftMs = untilMs - performance.now();
    const { signal } = this.#closing;
    const over = new AbortController();
    const stopped = AbortSignal.any([signal, over.signal]);
    work.catch(() => undefined); // nobody may be left to hear of it
    const late = sleep(Math.min(Math.max(0, leftMs), 2 ** 31 - 1), undefined, { signal: stopped }).then(
      () => {
        const { timeoutMs } = this.#options;
        throw new TrainingError('TRAINING_FAILED', `the training was given up after ${timeoutMs} ms`);
      },
      () => {
        throw new TrainingError('TRAINING_FAILED', STOPPED);
      },
    );
    late.catch(() => undefined);
    try {
      return await Promise.race([work, late]);
    } finally {
      over.abort();
    }
  }

  get #maxBytes(): number {
    return this.#options.config.trainer.maxMegabytes * MEGABYTE;
  }

  #warnAway(error: Error): void {
    if (this.#wasAway) return;
    this.#wasAway = true;
    this.#options.logger.warn(`the queue of trainings is away (${error.message}); trainings wait for it`);
  }

  #noteBack(): void {
    if (this.#wasAway) this.#options.logger.info('the queue of trainings is back');
    this.#wasAway = false;
  }
}

function isProgress(value: unknown): value is TrainingProgress {
  if (typeof value !== 'object' || value === null) return false;
  const { stage, done, total } = value as Record<string, unknown>;
  return TRAINING_STAGES.some((known) => known === stage) && typeof done === 'number' && typeof total === 'number';
}
