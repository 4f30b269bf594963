import { expect, test } from 'vitest';
import { OneAtATime, settlesWithin } from '../index.ts';

test('work runs in order, one piece at a time, also after one that failed', async () => {
  const queue = new OneAtATime();
  const steps: string[] = [];
  const piece = (name: string) => async (): Promise<string> => {
    steps.push(`${name} begins`);
    await Promise.resolve();
    steps.push(`${name} ends`);
    return name;
  };
  const first = queue.run(piece('first'));
  const failed = queue.run(() => Promise.reject(new Error('no')));
  const last = queue.run(piece('last'));
  await expect(failed).rejects.toThrow('no');
  expect(await Promise.all([first, last])).toEqual(['first', 'last']);
  expect(steps).toEqual(['first begins', 'first ends', 'last begins', 'last ends']);
  await queue.idle;
});

test('settlesWithin is true in time and false when late, and an error in time is thrown', async () => {
  expect(await settlesWithin(Promise.resolve(), 60_000)).toBe(true);
  expect(await settlesWithin(new Promise(() => undefined), 1)).toBe(false);
  await expect(settlesWithin(Promise.reject(new Error('no')), 60_000)).rejects.toThrow('no');
});
