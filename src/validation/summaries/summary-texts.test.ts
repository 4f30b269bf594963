import { expect, test } from 'vitest';
import { HEADLINES, type HeadlineIntervals } from './headline-figures.ts';
import { bootstrapText, figureText, independentText } from './summary-texts.ts';

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
    "in brackets 95 % intervals: 1,000 resamples of blocks of time, 1,440 bars long on average, so that trades that overlap stay together (those of the table of money are Newey–West's)",
  );
  expect(bootstrapText(intervals(null))).toBe('no interval: nothing was tested');
  expect(independentText(812.4)).toBe(' (n_effective 812)');
});
