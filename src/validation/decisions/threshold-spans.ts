import { count, fixed } from '../../core/index.ts';
import type { ThresholdRow } from './threshold-figures.ts';

/** Neighbouring thresholds that take the same trades, shown as one row of a table. */
export interface ThresholdSpan {
  /** Places of the first and the last among all rows. */
  readonly first: number;
  readonly last: number;
  readonly isBreakEven: boolean;
}

/**
 * The rows that a table of thresholds shows: those that take the same trades once, the median break-even by itself, and not at all where
 * no probability reaches it.
 *
 * @param rows - by rising thresholds: what takes as many takes the same.
 */
export function thresholdSpans(rows: readonly ThresholdRow[]): ThresholdSpan[] {
  const spans: ThresholdSpan[] = [];
  rows.forEach(({ threshold, nTaken, isBreakEven }, k) => {
    if (isBreakEven && (threshold ?? 0) >= 1) return;
    const before = spans.at(-1);
    if (before === undefined || isBreakEven || before.isBreakEven || rows[before.last].nTaken !== nTaken)
      spans.push({ first: k, last: k, isBreakEven });
    else spans[spans.length - 1] = { ...before, last: k };
  });
  return spans;
}

/** What stands behind the first threshold of a row, ` to 0.55: the same 8`; empty for a single threshold. */
export function spanText(rows: readonly ThresholdRow[], { first, last }: ThresholdSpan): string {
  return first === last ? '' : ` to ${fixed(rows[last].threshold, 2)}: the same ${count(rows[first].nTaken)}`;
}
