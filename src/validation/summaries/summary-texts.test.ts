import { expect, test } from 'vitest';
import { HEADLINES, type HeadlineIntervals } from './headline-figures.ts';
import { bootstrapText, edgeDigits, figureText, independentText } from './summary-texts.ts';

const two = (value: number): string => value.toFixed(2);
const unknown = { value: null, low: null, high: null };
const intervals = (meanBlockBars: number | null): HeadlineIntervals => ({
  ...(Object.fromEntries(HEADLINES.map((name) => [name, unknown])) as Record<
    (typeof HEADLINES)[number],
    typeof unknown
  >),
  level: 0.95,
  nResamples: 1000,
  meanBlockBars,
});

test('a figure stands beside its interval, or says that none is known', () => {
  expect(figureText({ value: 0.531, low: 0.519, high: 0.544 }, two)).toBe('0.53 [0.52, 0.54]');
  expect(figureText({ value: 0.531, low: null, high: null }, two)).toBe('0.53 [unknown]');
  expect(figureText(unknown, two)).toBe('–');
});

test('how intervals are made is told with the length of the blocks', () => {
  expect(bootstrapText(intervals(1440.2))).toBe(
    "in brackets 95 % intervals: 1,000 resamples of blocks of time, 1,440 bars long on average, so that trades that overlap stay together. The table of money has the same means of excess with Newey–West's intervals: where the two differ, believe the wider",
  );
  expect(bootstrapText(intervals(null))).toBe('no interval: nothing was tested');
  expect(independentText(812.4)).toBe(' (n_effective 812)');
});

test('groups have as many digits as tell them apart', () => {
  const apart = [
    { low: 0.31, high: 0.37 },
    { low: 0.37, high: 0.42 },
  ];
  expect(edgeDigits(apart)).toBe(3);
  const close = [
    { low: 0.37201, high: 0.37214 },
    { low: 0.37215, high: 0.37231 },
  ];
  expect(edgeDigits(close), 'twice 0.372–0.372, and 0.3720–0.3721 with 0.3722–0.3723').toBe(4);
  expect(edgeDigits([{ low: 0.5, high: 0.5 }]), 'equal confidences are a point').toBe(3);
  const points = [0.37201, 0.37202].map((at) => ({ low: at, high: at }));
  expect(edgeDigits(points)).toBe(5);
  expect(edgeDigits([])).toBe(3);
});
