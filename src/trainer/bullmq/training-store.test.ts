import type { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { TrainingStore } from './training-store.ts';

test('a value that is larger than any training is refused by its size, and never read', async () => {
  const redis: unknown = {
    strlen: async () => 5e9,
    getBuffer: () => Promise.reject(new Error('it was read')),
  };
  const store = new TrainingStore(redis as Redis, { prefix: 'q', ttlMs: 1000, maxBytes: 2 ** 20 });
  const rule = 'in Redis has 5000000000 bytes, more than trainer.max_megabytes';
  await expect(store.data('0')).rejects.toThrow(`the training set ${rule}`);
  await expect(store.result('job-1')).rejects.toThrow(`the result of job-1 ${rule}`);
});

test('what could not be packed smaller is read', async () => {
  const bytes = Buffer.alloc(2 ** 20 + 5000);
  const redis: unknown = { strlen: async () => bytes.length, getBuffer: async () => null };
  const store = new TrainingStore(redis as Redis, { prefix: 'q', ttlMs: 1000, maxBytes: 2 ** 20 });
  expect(await store.result('job-1')).toBeNull();
});
