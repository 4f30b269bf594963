import { hash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { DataError } from '../../core/index.ts';

/** Script that writes a result only for the latest attempt at a job, and only while that attempt owns BullMQ's lock. */
const PUBLISH = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[4])
return 1`;
const HASH_LENGTH = 64;

/** An attempt at a job. */
export interface Attempt {
  readonly jobId: string;
  /** Number of the attempt, from 1. */
  readonly fence: number;
  /** Key of BullMQ's lock of the job. */
  readonly lockKey: string;
  /** Value of the lock while this attempt owns it. */
  readonly lockToken: string;
}

/**
 * Data of trainings in Redis beside the queue: the training sets, named by their SHA-256, and the results, which only the latest
 * attempt can write. Every key expires.
 */
export class TrainingStore {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #ttlMs: number;
  readonly #maxBytes: number;

  /** @param maxBytes - maximum size of a training set or a result before it is packed, in bytes. */
  constructor(redis: Redis, { prefix, ttlMs, maxBytes }: { prefix: string; ttlMs: number; maxBytes: number }) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#ttlMs = ttlMs;
    this.#maxBytes = packedBound(maxBytes) + HASH_LENGTH;
  }

  /** @returns the name of the training set, its SHA-256. */
  async putData(bytes: Buffer): Promise<string> {
    const sha256 = hash('sha256', bytes, 'hex');
    await this.#redis.set(this.#key('data', sha256), bytes, 'PX', this.#ttlMs);
    return sha256;
  }

  /** @throws {DataError} `FILE_UNREADABLE` when the training set is gone, or its SHA-256 is not its name. */
  async data(sha256: string): Promise<Buffer> {
    const bytes = await this.#read(this.#key('data', sha256), 'the training set');
    if (bytes === null) throw new DataError('FILE_UNREADABLE', 'the training set is no longer in Redis');
    if (hash('sha256', bytes, 'hex') !== sha256) {
      throw new DataError('FILE_UNREADABLE', 'the training set in Redis is not what its name says');
    }
    return bytes;
  }

  async begin(jobId: string, lockKey: string, lockToken: string): Promise<Attempt> {
    const key = this.#key('fence', jobId);
    const fence = await this.#redis.incr(key);
    await this.#redis.pexpire(key, this.#ttlMs);
    return { jobId, fence, lockKey, lockToken };
  }

  /** @returns false when a later attempt has begun or the lock is lost, and nothing was written. */
  async publish({ jobId, fence, lockKey, lockToken }: Attempt, bytes: Buffer): Promise<boolean> {
    const keys = [this.#key('fence', jobId), lockKey, this.#key('result', jobId)];
    const record = Buffer.concat([Buffer.from(hash('sha256', bytes, 'hex'), 'latin1'), bytes]);
    return (await this.#redis.call('EVAL', PUBLISH, keys.length, ...keys, fence, lockToken, record, this.#ttlMs)) === 1;
  }

  /** @returns the published result of a job; null where there is none. @throws {DataError} `FILE_UNREADABLE` when it was changed. */
  async result(jobId: string): Promise<Buffer | null> {
    const record = await this.#read(this.#key('result', jobId), `the result of ${jobId}`);
    if (record === null) return null;
    const bytes = record.subarray(HASH_LENGTH);
    if (hash('sha256', bytes, 'hex') !== record.toString('latin1', 0, HASH_LENGTH)) {
      throw new DataError('FILE_UNREADABLE', `the result of ${jobId} in Redis was changed`);
    }
    return bytes;
  }

  /** Reads a value whose size was looked at before. @throws {DataError} `FILE_UNREADABLE` for one that nobody here wrote. */
  async #read(key: string, what: string): Promise<Buffer | null> {
    const nBytes = await this.#redis.strlen(key);
    if (nBytes <= this.#maxBytes) return this.#redis.getBuffer(key);
    throw new DataError('FILE_UNREADABLE', `${what} in Redis has ${nBytes} bytes, more than trainer.max_megabytes`);
  }

  async remove(jobIds: readonly string[]): Promise<void> {
    await this.#redis.del(...jobIds.flatMap((id) => [this.#key('result', id), this.#key('fence', id)]));
  }

  #key(kind: 'data' | 'fence' | 'result', name: string): string {
    return `${this.#prefix}:${kind}:${name}`;
  }
}

/** Maximum size of bytes that zstd could not make smaller. @param nBytes - their size. */
function packedBound(nBytes: number): number {
  return Math.ceil(nBytes * 1.01) + 1024;
}
