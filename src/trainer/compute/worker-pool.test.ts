import { afterAll, beforeEach, expect, test } from 'vitest';
import { type ComputePool, inlineCompute } from '../../training/index.ts';
import { workerPool } from './worker-pool.ts';

/** Number of tasks that the calling thread has run. */
let nHere = 0;
let failure: Error | null = null;
const here: ComputePool = {
  ...inlineCompute(),
  run: async (task, ...input) => {
    nHere++;
    if (failure !== null) throw failure;
    return inlineCompute().run(task, ...input);
  },
};
const pool = workerPool(2, {}, here);
afterAll(() => pool.close());
beforeEach(() => {
  nHere = 0;
  failure = null;
});

/** A thread needs more time for one of them than the calling thread for a turn of its event loop. */
const columns = Array.from({ length: 8 }, (_, seed) =>
  Float32Array.from({ length: 100_000 }, (_, k) => Math.sin(k * (seed + 1))),
);
const bounds = (of: ComputePool): Promise<unknown>[] => columns.map((x) => of.run('bounds', 1, x));

test('the calling thread takes part, and the results are those of one thread', async () => {
  const found = await Promise.all(bounds(pool));
  expect(found).toEqual(await Promise.all(bounds(inlineCompute())));
  expect(nHere).toBeGreaterThan(0);
  expect(nHere).toBeLessThan(columns.length);
});

test('it takes none while it has work of its own, and takes part again after that', async () => {
  pool.withdraw?.();
  await Promise.all(bounds(pool));
  expect(nHere).toBe(0);
  const open = bounds(pool);
  pool.rejoin?.();
  await Promise.all(open);
  expect(nHere).toBeGreaterThan(0);
});

test('a task that throws on the calling thread fails alone', async () => {
  failure = new Error('not here');
  const settled = await Promise.allSettled(bounds(pool));
  const failed = settled.filter(({ status }) => status === 'rejected');
  expect(failed).toHaveLength(nHere);
  expect(failed[0]).toMatchObject({ reason: failure });
  expect(nHere).toBeLessThan(columns.length);
});

test('a pool of threads alone has none of it', async () => {
  const threads = workerPool(1);
  try {
    threads.withdraw?.();
    threads.rejoin?.();
    expect(await threads.run('bounds', 1, columns[0])).toEqual(await inlineCompute().run('bounds', 1, columns[0]));
    expect(nHere).toBe(0);
  } finally {
    await threads.close();
  }
});
