import { type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { OrchestratorConfig } from '../../config/index.ts';
import { DataError } from '../../core/index.ts';
import type { Logger } from '../../ports/index.ts';
import type { TrainingProgress } from '../../training/index.ts';
import { connectQueue } from './connection.ts';
import { PieceRunner } from './piece-runner.ts';
import { jobIdOf, type Piece, packError, pieceSchema, unpackFold } from './pieces.ts';
import { type Attempt, TrainingStore } from './training-store.ts';

const MEGABYTE = 1 << 20;
/** Progress is told no more often than that, ms. */
const PROGRESS_MS = 250;

export interface TrainingWorkerOptions {
  readonly config: Pick<OrchestratorConfig, 'redis' | 'trainer'>;
  /** Compute threads of a piece. */
  readonly threads: number;
  readonly logger: Logger;
}

/** Takes pieces of trainings from the queue, one at a time, until it is closed. */
export class TrainingWorker {
  readonly #options: TrainingWorkerOptions;
  readonly #redis: Redis;
  readonly #store: TrainingStore;
  readonly #runner: PieceRunner;
  readonly #worker: Worker;
  readonly #maxBytes: number;
  #isAway = false;

  /** @throws {ConditionError} for a URL or a secret that cannot be used. */
  constructor(options: TrainingWorkerOptions) {
    const { config, threads } = options;
    const { queue, keepSeconds, lockSeconds, maxMegabytes } = config.trainer;
    this.#options = options;
    this.#maxBytes = maxMegabytes * MEGABYTE;
    this.#redis = connectQueue(config.redis);
    this.#redis.on('error', (error: Error) => this.#warnAway(error.message));
    this.#redis.on('ready', () => this.#noteThere());
    this.#store = new TrainingStore(this.#redis, queue, keepSeconds * 1000);
    this.#runner = new PieceRunner({ threads, maxBytes: this.#maxBytes });
    const lockMs = lockSeconds * 1000;
    this.#worker = new Worker(queue, (job, token) => this.#work(job, token ?? ''), {
      connection: connectQueue(config.redis),
      ...{ lockDuration: lockMs, stalledInterval: lockMs / 2, maxStalledCount: 1 },
    });
    this.#worker.on('error', () => undefined); // our own connection tells
    this.#worker.on('stalled', (id) => options.logger.warn(`${id}: its worker fell silent; it is run again`));
    this.#worker.on('lockRenewalFailed', (ids) => options.logger.warn(`${ids.join()}: the lock is lost`));
  }

  /** Settles when it takes pieces. */
  async ready(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /** Finishes its piece, or, where that takes longer than `deadlineMs`, leaves it to another worker. */
  async close(deadlineMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), deadlineMs);
    });
    const end = await Promise.race([this.#worker.close(), late]);
    clearTimeout(timer);
    if (end === 'late') this.#options.logger.warn('a piece under way is left to another worker');
    await this.#runner.close();
    await this.#worker.disconnect();
    this.#redis.disconnect();
  }

  async #work(job: Job, lockToken: string): Promise<void> {
    const { logger } = this.#options;
    const jobId = job.id ?? '';
    const piece = pieceOf(job);
    const name = piece.fold === null ? 'final fit' : `fold ${piece.fold + 1} of ${piece.nFolds}`;
    const lockKey = `${this.#worker.toKey(jobId)}:lock`;
    const attempt = await this.#store.begin(jobId, lockKey, lockToken);
    logger.info(`${piece.training}: ${name}${attempt.fence > 1 ? ` (attempt ${attempt.fence})` : ''}`);
    const { result, isFailed, why } = await this.#run(piece, (progress) => tellOf(job, progress));
    if (!(await this.#store.publish(attempt, result))) return this.#giveWay(piece, name, attempt);
    if (!isFailed) return void logger.info(`${piece.training}: ${name} done`);
    logger.warn(`${piece.training}: ${name} failed: ${why}`);
    throw new UnrecoverableError(why); // the same data gives the same failure
  }

  /** @throws {Error} so that the queue does not take what this attempt did for done. */
  #giveWay({ training }: Piece, name: string, { fence }: Attempt): never {
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
      const folds = fold === null ? await this.#foldResults(piece) : null;
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

  async #foldResults({
    training,
    nFolds,
  }: Piece): Promise<{ readonly raw: readonly Float64Array[]; readonly ms: number }> {
    const ids = Array.from({ length: nFolds }, (_, fold) => jobIdOf(training, fold));
    const said = await Promise.all(
      ids.map(async (id) => {
        const bytes = await this.#store.result(id);
        const result = bytes === null ? null : await unpackFold(bytes, this.#maxBytes);
        if (result === null || 'error' in result)
          throw new DataError('FILE_UNREADABLE', `what ${id} said is not there`);
        return result.said;
      }),
    );
    return { raw: said.map(({ raw }) => raw), ms: Math.max(...said.map(({ ms }) => ms)) };
  }

  #warnAway(reason: string): void {
    if (!this.#isAway) this.#options.logger.warn(`Redis is away (${reason}); trying again`);
    this.#isAway = true;
  }

  #noteThere(): void {
    this.#options.logger.info(`takes pieces of trainings from ${this.#options.config.trainer.queue}`);
    this.#isAway = false;
  }
}

/** @throws {UnrecoverableError} for a job that is none of ours. */
function pieceOf(job: Job): Piece {
  const { data } = pieceSchema.safeParse(job.data);
  if (data === undefined || jobIdOf(data.training, data.fold) !== job.id) {
    throw new UnrecoverableError('it is no piece of a training');
  }
  return data;
}

const lastTold = new WeakMap<Job, number>();

/** Nobody waits for this one. */
function tellOf(job: Job, progress: TrainingProgress): void {
  const now = performance.now();
  if (now - (lastTold.get(job) ?? Number.NEGATIVE_INFINITY) < PROGRESS_MS) return;
  lastTold.set(job, now);
  job.updateProgress({ ...progress }).catch(() => undefined);
}
