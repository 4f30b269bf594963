import { expect, test } from 'vitest';
import { InstrumentOrder } from './instrument-order.ts';

test('what waits goes in its order, by instrument, and an error harms nobody behind it', async () => {
  const order = new InstrumentOrder();
  const done: string[] = [];
  const [slow, other] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const note = (value: string): number => done.push(value);
  const fails = (): never => {
    throw new Error('first');
  };
  const first = order.run('A', slow.promise, fails);
  const second = order.run('A', 'second', note);
  const elsewhere = order.run('B', other.promise, note);
  expect([order.has('A'), order.has('B'), order.has('C')]).toEqual([true, true, false]);
  other.resolve('elsewhere');
  await elsewhere;
  expect(done, 'the first one of A still waits').toEqual(['elsewhere']);
  slow.resolve('');
  await expect(first).rejects.toThrow('first');
  await second;
  await order.idle;
  expect(done).toEqual(['elsewhere', 'second']);
  expect([order.has('A'), order.has('B')]).toEqual([false, false]);
});
