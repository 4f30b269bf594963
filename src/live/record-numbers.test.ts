import { expect, test } from 'vitest';
import { RecordNumbers } from './record-numbers.ts';

interface Pending {
  readonly recorded: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function pending(): Pending {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return { recorded: promise, resolve, reject };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('numbers go on after those of the journal, and stay when records are written', async () => {
  const numbers = new RecordNumbers(41);
  const all = [pending(), pending(), pending()];
  const given = all.map(({ recorded }) => numbers.add(recorded));
  expect(given.map(({ seq }) => seq)).toEqual([42, 43, 44]);
  for (const { resolve } of all) resolve();
  await turn();
  expect(given.map(({ seq }) => seq)).toEqual([42, 43, 44]);
  expect(numbers.add(pending().recorded).seq).toBe(45);
});

test('records behind one that is left out move up, and no number is given twice or left out', async () => {
  const numbers = new RecordNumbers(0);
  const all = Array.from({ length: 6 }, pending);
  const given = all.map(({ recorded }) => numbers.add(recorded));
  all[0].resolve();
  for (const k of [1, 3]) all[k].reject(new Error('no room'));
  await turn();
  expect([0, 2, 4, 5].map((k) => given[k].seq)).toEqual([1, 2, 3, 4]);
  const next = pending();
  const last = numbers.add(next.recorded);
  expect(last.seq).toBe(5);
  all[2].resolve();
  all[4].reject(new Error('refused'));
  all[5].resolve();
  next.resolve();
  await turn();
  expect([0, 2, 5].map((k) => given[k].seq)).toEqual([1, 2, 3]);
  expect(last.seq).toBe(4);
  expect(numbers.add(pending().recorded).seq).toBe(5);
});
