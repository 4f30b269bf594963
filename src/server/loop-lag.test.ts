import { expect, test } from 'vitest';
import { LoopLag } from './loop-lag.ts';

test('one long pause is no overload, three late turns in a row are, and one in time ends it', () => {
  let now = 0;
  const lag = new LoopLag(() => now);
  lag.start();
  const turn = (ms: number): boolean => {
    now += ms;
    lag.sample();
    return lag.isBehind;
  };
  expect([turn(50), turn(5000), turn(50)], 'a pause').toEqual([false, false, false]);
  expect([turn(250), turn(250), turn(250)], 'late again and again').toEqual([false, false, true]);
  expect(lag.lagMs).toBe(200);
  expect(turn(60), 'in time').toBe(false);
  lag.stop();
});
