import { expect, test } from 'vitest';
import { contained } from './contained.ts';

test('what a function throws or rejects with goes to the handler, and nowhere else', async () => {
  const faults: unknown[] = [];
  const note = (error: unknown): void => void faults.push(error);
  const seen: number[] = [];
  contained((value: number) => seen.push(value), note)(1);
  contained(() => {
    throw new Error('thrown');
  }, note)();
  contained(() => Promise.reject(new Error('rejected')), note)();
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual([1]);
  expect(faults.map(String)).toEqual(['Error: thrown', 'Error: rejected']);
});
