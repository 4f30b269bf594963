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

test('what cannot be looked up is refused in its turn, so nothing behind it goes before what still waits', async () => {
  const order = new InstrumentOrder();
  const done: string[] = [];
  const note = (value: string): number => done.push(value);
  const slow = Promise.withResolvers<string>();
  const first = order.run('A', slow.promise, note);
  const second = order.run('A', Promise.reject<string>(new Error('no connection')), note);
  const refused = expect(second).rejects.toThrow('no connection');
  const third = order.run('A', 'third', note);
  await new Promise((resolve) => setImmediate(resolve));
  expect(order.has('A'), 'the first one still waits').toBe(true);
  expect(done).toEqual([]);
  slow.resolve('first');
  await Promise.all([first, refused, third]);
  expect(done).toEqual(['first', 'third']);
});
