import { expect, test } from 'vitest';
import { OrderedCalls } from './ordered-calls.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a call that waits for nothing is made at once', () => {
  const calls = new OrderedCalls();
  const made: number[] = [];
  calls.add(() => made.push(1), null);
  calls.add(() => made.push(2), null);
  expect(made).toEqual([1, 2]);
});

test('calls wait for those before them, and one whose time never comes is left out', async () => {
  const calls = new OrderedCalls();
  const made: number[] = [];
  const [first, second, third] = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  calls.add(() => made.push(1), first.promise);
  calls.add(() => made.push(2), null);
  calls.add(() => made.push(3), second.promise);
  calls.add(() => made.push(4), third.promise);
  calls.add(() => made.push(5), null);
  third.resolve();
  await turn();
  expect(made).toEqual([]);
  first.resolve();
  await turn();
  expect(made).toEqual([1, 2]);
  second.reject(new Error('dropped'));
  await turn();
  expect(made).toEqual([1, 2, 4, 5]);
  calls.add(() => made.push(6), null);
  expect(made).toEqual([1, 2, 4, 5, 6]);
});
