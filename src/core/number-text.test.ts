import { expect, test } from 'vitest';
import { count, fixed, percent } from './index.ts';

test('numbers read the same wherever they are shown', () => {
  expect([fixed(0.612), fixed(0.6125, 3), fixed(-1, 1)]).toEqual(['0.6120', '0.613', '-1.0']);
  expect([percent(0.612), percent(0.00316, 2)]).toEqual(['61.2 %', '0.32 %']);
  expect([count(264_960), count(0)]).toEqual(['264,960', '0']);
});

test('a missing number is a dash, never 0', () => {
  for (const missing of [null, undefined, Number.NaN]) expect([fixed(missing), percent(missing)]).toEqual(['–', '–']);
});
