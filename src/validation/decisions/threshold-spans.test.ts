import { expect, test } from 'vitest';
import type { ThresholdRow } from './threshold-figures.ts';
import { spanText, thresholdSpans } from './threshold-spans.ts';

const row = (threshold: number, nTaken: number, isBreakEven = false): ThresholdRow => ({
  threshold,
  nTaken,
  nSkipped: 100 - nTaken,
  isBreakEven,
  precision: null,
  recall: null,
  excessR: null,
});

/** Rows as a table names them. */
function namesOf(rows: readonly ThresholdRow[]): string[] {
  return thresholdSpans(rows).map((span) => `${rows[span.first].threshold}${spanText(rows, span)}`);
}

test('thresholds that take the same trades are told once', () => {
  expect(namesOf([row(0.35, 40), row(0.4, 8), row(0.45, 8), row(0.5, 8), row(0.55, 8), row(0.6, 1)])).toEqual([
    '0.35',
    '0.4 to 0.55: the same 8',
    '0.6',
  ]);
  expect(namesOf([])).toEqual([]);
});

test('the median break-even stands by itself, and not at all where no probability reaches it', () => {
  expect(namesOf([row(0.4, 8), row(0.45, 8), row(0.47, 8, true), row(0.5, 8), row(0.55, 8)])).toEqual([
    '0.4 to 0.45: the same 8',
    '0.47',
    '0.5 to 0.55: the same 8',
  ]);
  expect(namesOf([row(0.4, 8), row(1, 0, true)])).toEqual(['0.4']);
  expect(namesOf([row(0.4, 8), row(0.999, 0, true)])).toEqual(['0.4', '0.999']);
});
