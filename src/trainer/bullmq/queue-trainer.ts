import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { FlowProducer, type Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { OrchestratorConfig } from '../../config/index.ts';
import { type CancelSignal, TrainingError } from '../../core/index.ts';
import type { Logger } from '../../ports/index.ts';
import { fromPlainError, redisAddress, settlesWithin, shownPlaces } from '../../runtime/index.ts';
import {
  cancelledError,
  orCancelled,
  TRAINING_STAGES,
  type Trainer,
  type TrainingOutput,
  type TrainingProgress,
  type TrainingRequest,
} from '../../training/index.ts';
import { checkQueueName, connectQueue, queueWay } from './connection.ts';
import { jobIdOf, NO_PIECE, PIECE_VERSION, type Piece, packRequest, unpackFold, unpackResult } from './pieces.ts';
import { failUnreachable, type Patience, refusalOf } from './reachability.ts';
import { TrainingStore } from './training-store.ts';

const POLL_MS = 100;
/** Number of polls between two looks for workers. */
const POLLS_A_LOOK = 30;
const FINISH = 'finish';
const FOLD = 'fold';
const MEGABYTE = 1 << 20;
/** Size of a bar without columns of the caller: seven columns of eight bytes, a signal, and room for the settings; bytes. */
const BYTES_PER_BAR = 64;
const STOPPED = 'the training was stopped';
const OLDER_WORKER =
  'a worker of another version took the training and did not know it; run the same version of ml4t on every machine, then train again';
/** Maximum time that closing waits for open trainings to be removed from Redis, milliseconds. */
const REMOVE_MS = 1000;
/** Longer than Redis needs to start again with its data, and than it takes to start a worker by hand. */
const PATIENCE: Patience = { firstMs: 10_000, laterMs: 60_000, workerMs: 600_000 };

export interface QueueTrainerOptions {
  readonly config: Pick<OrchestratorConfig, 'redis' | 'trainer'>;
  readonly logger: Logger;
  /** Maximum duration of a training, milliseconds, in which it waits for Redis; by default none. */
  readonly timeoutMs?: number;
  /** How long a training without a maximum duration waits for Redis. */
  readonly patience?: Patience;
}

/** A training in the queue. */
interface QueuedTraining {
  readonly id: string;
  readonly job: Job;
  readonly nFolds: number;
  readonly onProgress: (progress: TrainingProgress) => void;
  readonly untilMs: number;
}

/**
 * Trains on `ml4t worker` processes, on any machine that reaches the Redis server. A training is a BullMQ flow with one job for
 * each fold. The model has the same bytes as one that is trained on threads of this process. While Redis is away, trainings
 * wait: for all of their maximum duration, or as long as the patience of those without one.
 */
export class QueueTrainer implements Trainer {
  readonly #options: QueueTrainerOptions;
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #flows: FlowProducer;
  readonly #store: TrainingStore;
  /** Connections of the queue and of its flows, which BullMQ does not close before they are open. */
  readonly #borrowed: readonly Redis[];
  readonly #closing = new AbortController();
  /** Trainings that are still to be removed from Redis. */
  readonly #removals = new Set<Promise<void>>();
  #isClosed = false;
  #wasAway = false;
  #fault = 'no connection yet';

  /** @throws {ConditionError} for a URL or a secret that cannot be used. */
  constructor(options: QueueTrainerOptions) {
    const { trainer, redis } = options.config;
    this.#options = options;
    const way = queueWay(redis);
    this.#redis = connectQueue(way);
    this.#redis.on('error', (error: Error) => this.#warnAway(error));
    this.#redis.on('ready', () => this.#noteBack());
    const [queue, flows] = [connectQueue(way), connectQueue(way)];
    this.#borrowed = [queue, flows];
    this.#queue = new Queue(trainer.queue, { connection: queue });
    this.#flows = new FlowProducer({ connection: flows });
    this.#queue.on('error', () => undefined); // the first connection logs it
    this.#flows.on('error', () => undefined);
    this.#store = new TrainingStore(this.#redis, {
      prefix: trainer.queue,
      ttlMs: trainer.keepSeconds * 1000,
      maxBytes: this.#maxBytes,
    });
  }

  async train(
    request: TrainingRequest,
    onProgress: (progress: TrainingProgress) => void,
    signal?: CancelSignal,
  ): Promise<TrainingOutput> {
    if (this.#isClosed) throw new TrainingError('TRAINING_FAILED', STOPPED);
    if (signal?.aborted === true) throw cancelledError(signal);
    const { timeoutMs = Number.POSITIVE_INFINITY } = this.#options;
    const untilMs = performance.now() + timeoutMs;
    const sent = this.#send(request, onProgress, untilMs);
    const over = Promise.withResolvers<void>();
    this.#removeAfter(sent, over.promise);
    const asking = new AbortController();
    try {
      const trained = this.#follow(sent, untilMs, signal);
      return await orCancelled(Promise.race([trained, this.#unreachable(asking.signal)]), signal);
    } catch (error) {
      throw refusalOf(error, this.#place);
    } finally {
      asking.abort();
      over.resolve();
    }
  }

  /** Rejects when Redis was away for too long. A training with a maximum duration waits for it. */
  #unreachable(signal: AbortSignal): Promise<never> {
    const { timeoutMs, patience = PATIENCE } = this.#options;
    if (timeoutMs !== undefined) return Promise.race([]);
    // Not by the connection on which a large training set may be on its way.
    const ping = async (): Promise<unknown> => this.#borrowed[0].ping();
    const reason = (): string => `${this.#place}: ${this.#fault}`;
    const unreachable = failUnreachable({ ping, patience, reason }, signal);
    unreachable.catch(() => undefined); // the end of the training ends the questions too
    return unreachable;
  }

  async #follow(
    sent: Promise<QueuedTraining>,
    untilMs: number,
    signal: CancelSignal | undefined,
  ): Promise<TrainingOutput> {
    const training = await this.#orEnd(sent, untilMs);
    await this.#wait(training, signal);
    return this.#orEnd(this.#fetch(training), untilMs);
  }

  /** Ends open trainings, and removes them from the queue where Redis can be reached. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#closing.abort();
    await settlesWithin(Promise.all(this.#removals), REMOVE_MS);
    const ended = Promise.allSettled([this.#queue.disconnect(), this.#flows.disconnect()]);
    await settlesWithin(ended, REMOVE_MS); // never, where they never were connected
    for (const redis of [this.#redis, ...this.#borrowed]) redis.disconnect();
  }

  async #send(
    request: TrainingRequest,
    onProgress: QueuedTraining['onProgress'],
    untilMs: number,
  ): Promise<QueuedTraining> {
    const { trainer } = this.#options.config;
    const nBars = [...request.instruments, ...(request.context ?? [])].reduce((n, { bars }) => n + bars.length, 0);
    const size = nBars * (BYTES_PER_BAR + 8 * request.config.columns.length);
    if (size > this.#maxBytes) {
      const megabytes = (size / MEGABYTE).toFixed(0);
      throw new TrainingError(
        'TRAINING_FAILED',
        `the training set has ${megabytes} MB, more than trainer.max_megabytes (${trainer.maxMegabytes}); raise it, or train on fewer bars`,
      );
    }
    const bytes = await packRequest(request);
    const id = randomUUID();
    const { nFolds } = request.config.walkForward;
    await checkQueueName(this.#redis, trainer.queue);
    const data = await this.#store.putData(bytes);
    const piece = (fold: number | null): Piece => ({ version: PIECE_VERSION, training: id, data, fold, nFolds });
    const kept = { age: trainer.keepSeconds };
    const options = { removeOnComplete: kept, removeOnFail: kept };
    const { job } = await this.#flows.add({
      name: FINISH,
      queueName: trainer.queue,
      data: piece(null),
      opts: { ...options, jobId: jobIdOf(id, null) },
      children: Array.from({ length: nFolds }, (_, fold) => ({
        name: FOLD,
        queueName: trainer.queue,
        data: piece(fold),
        opts: { ...options, jobId: jobIdOf(id, fold), failParentOnFailure: true },
      })),
    });
    return { id, job, nFolds, onProgress, untilMs };
  }

  /** Settles when the last job is done. @throws {TrainingError | DataError} when it failed, is lost, or takes too long. */
  async #wait(training: QueuedTraining, signal: CancelSignal | undefined): Promise<void> {
    let [nPolls, nWithoutWorker] = [0, 0];
    for (;;) {
      const state = await this.#orEnd(training.job.getState(), training.untilMs);
      if (signal?.aborted === true) throw cancelledError(signal);
      if (state === 'completed') return;
      if (state === 'failed') throw await this.#orEnd(this.#reason(training), training.untilMs);
      if (state === 'unknown') {
        throw new TrainingError(
          'TRAINING_FAILED',
          'Redis no longer knows the training: its data was lost; train again',
        );
      }
      await this.#orEnd(this.#reportProgress(training, state), training.untilMs);
      if (++nPolls % POLLS_A_LOOK === 0) {
        const hasWorker = (await this.#orEnd(this.#queue.getWorkersCount(), training.untilMs)) > 0;
        nWithoutWorker = hasWorker ? 0 : nWithoutWorker + 1;
        this.#checkWorkers(nWithoutWorker);
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

  /** Error of a failed training: that of the piece that failed, otherwise the reason that the queue has. */
  async #reason({ id, nFolds }: QueuedTraining): Promise<Error> {
    const pieces = [null, ...Array.from({ length: nFolds }, (_, fold) => fold)];
    const results = await Promise.all(pieces.map((fold) => this.#store.result(jobIdOf(id, fold))));
    for (const bytes of results.filter((each) => each !== null)) {
      const result = await unpackFold(bytes, this.#maxBytes).catch(() => null); // the output of the last piece is no fold
      if (result !== null && 'error' in result) return fromPlainError(result.error);
    }
    const jobs = await Promise.all(pieces.map((fold) => this.#queue.getJob(jobIdOf(id, fold))));
    const reasons = jobs.flatMap((job) => job?.failedReason ?? []).sort((a, b) => a.length - b.length);
    if (reasons.includes(NO_PIECE)) return new TrainingError('TRAINING_FAILED', OLDER_WORKER);
    return new TrainingError(
      'TRAINING_FAILED',
      `the training failed on its worker: ${reasons[0] ?? 'no reason is known; see the log of the worker'}`,
    );
  }

  async #fetch({ id }: QueuedTraining): Promise<TrainingOutput> {
    const bytes = await this.#store.result(jobIdOf(id, null));
    if (bytes === null)
      throw new TrainingError('TRAINING_FAILED', 'the result of the training is no longer in Redis; train again');
    const result = await unpackResult<TrainingOutput>(bytes, this.#maxBytes);
    if ('error' in result) throw fromPlainError(result.error);
    return result.output;
  }

  /** Removes a training when it is sent and over. One that ended while Redis was away is sent later, and removed then. */
  #removeAfter(sent: Promise<QueuedTraining>, over: Promise<void>): void {
    const removal = Promise.all([sent, over])
      .then(([training]) => this.#remove(training))
      .catch(() => undefined) // it was never sent, so nothing is to be removed
      .finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }

  /** Removes the jobs and results of a training. What cannot be removed now expires. */
  async #remove({ id, job, nFolds }: QueuedTraining): Promise<void> {
    const ids = [null, ...Array.from({ length: nFolds }, (_, fold) => fold)].map((fold) => jobIdOf(id, fold));
    // A flow with an active job cannot be removed; then only the jobs that have not started are.
    const removed = job.remove({ removeChildren: true }).catch(() => job.removeUnprocessedChildren());
    await Promise.allSettled([removed, this.#store.remove(ids)]);
  }

  /** @param nWithoutWorker - looks in a row that saw no worker. @throws {TrainingError} when none came in time. */
  #checkWorkers(nWithoutWorker: number): void {
    const { config, logger, timeoutMs, patience = PATIENCE } = this.#options;
    const sentence = `no ml4t worker takes trainings from ${config.trainer.queue}`;
    if (nWithoutWorker === 1) logger.warn(`${sentence}; start one`);
    if (timeoutMs === undefined && nWithoutWorker * POLLS_A_LOOK * POLL_MS > patience.workerMs) {
      const remedy = 'start one, then train again';
      throw new TrainingError('TRAINING_FAILED', `${sentence} for ${patience.workerMs / 1000} s; ${remedy}`);
    }
  }

  /** Waits for `work`. @throws {TrainingError} when the training takes too long, or the trainer is closed before. */
  async #orEnd<T>(work: Promise<T>, untilMs: number): Promise<T> {
    const leftMs = untilMs - performance.now();
    const { signal } = this.#closing;
    const over = new AbortController();
    const stopped = AbortSignal.any([signal, over.signal]);
    work.catch(() => undefined); // a rejection after the end is not unhandled
    const late = sleep(Math.min(Math.max(0, leftMs), 2 ** 31 - 1), undefined, { signal: stopped }).then(
      () => {
        const { timeoutMs } = this.#options;
        throw new TrainingError(
          'TRAINING_FAILED',
          `the training was ended after ${timeoutMs} ms; raise retrain.timeout_seconds if it needs longer`,
        );
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

  get #place(): string {
    return shownPlaces(redisAddress(this.#options.config.redis.url));
  }

  get #maxBytes(): number {
    return this.#options.config.trainer.maxMegabytes * MEGABYTE;
  }

  #warnAway(error: Error): void {
    this.#fault = error.message;
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
