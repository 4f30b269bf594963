import { expect, test } from 'vitest';
import { blockLength } from './index.ts';

test.each([
  ['a day where there are thirty', { nBars: 2880, days: 30, longestSpan: 10 }, 96],
  ['a thirtieth of shorter data', { nBars: 2880, days: 29.9, longestSpan: 10 }, 96],
  ['a thirtieth, not a day, of few days', { nBars: 3000, days: 10, longestSpan: 10 }, 100],
  ['twice the longest trade where that is more', { nBars: 2880, days: 30, longestSpan: 60 }, 120],
  ['at most the data', { nBars: 100, days: 1, longestSpan: 90 }, 100],
  ['at least a bar, as of daily bars', { nBars: 31, days: 31, longestSpan: 0 }, 1],
  ['also where bars are rarer than days', { nBars: 10, days: 300, longestSpan: 0 }, 1],
])('%s', (_, span, bars) => expect(blockLength(span)).toBeCloseTo(bars, 10));
