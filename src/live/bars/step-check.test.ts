import { expect, test } from 'vitest';
import { measureCadence } from '../../domain/index.ts';
import { StepCheck, wrongStepError } from './step-check.ts';

const MINUTE = 60_000_000_000n;
const START = 1_700_000_000_000_000_000n;
const times = (minutes: readonly number[]): BigInt64Array =>
  BigInt64Array.from(minutes, (minute) => START + BigInt(minute) * MINUTE);
const every = (step: number, n: number): number[] => Array.from({ length: n }, (_, i) => step * i);
const none = (): null => null;
const QUARTERS = measureCadence(times(every(15, 1000)));

/** Which of bars that come one by one are refused. */
function refused(minutes: readonly number[]): boolean[] {
  const check = new StepCheck(10);
  return minutes.map((minute) => check.find('A', times([minute]), none, QUARTERS) !== null);
}

test('shorter bars are refused from the second on, and not every third is taken for a right one', () => {
  expect(refused(every(5, 9))).toEqual([false, ...new Array<boolean>(8).fill(true)]);
});

test('longer bars are refused from the first that chance does not explain', () => {
  expect(refused(every(60, 8))).toEqual([false, false, false, ...new Array<boolean>(5).fill(true)]);
});

test('bars of the right length are taken again after others, and holes are none of them', () => {
  expect(refused([0, 15, 30, 35, 40, 55, 70])).toEqual([false, false, false, true, true, false, false]);
  expect(refused([0, 15, 30, 480, 495, 510])).not.toContain(true);
});

test.each([every(5, 9), every(60, 8), [0, 15, 30, 35, 40, 55, 70]])(
  'bars that come twice, over two roads, are refused both times: %j',
  (...minutes) => {
    const check = new StepCheck(10);
    const both = minutes.map((minute) => [0, 1].map(() => check.find('A', times([minute]), none, QUARTERS) !== null));
    expect(both).toEqual(refused(minutes).map((isRefused) => [isRefused, isRefused]));
  },
);

test('many at once are judged together, behind those that are held, and without a step nothing is', () => {
  const found = new StepCheck(10).find('A', times(every(5, 3)), none, QUARTERS);
  expect(found && wrongStepError(found).message).toBe(
    'bars must be of the length the model learned from, 15 min, was "5 min"',
  );
  expect(new StepCheck(10).find('A', times([35]), () => times([0, 15, 30]), QUARTERS)).not.toBeNull();
  expect(new StepCheck(10).find('A', times(every(5, 3)), none, null)).toBeNull();
});
