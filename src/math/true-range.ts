/** Number of true ranges in the average; each needs the close before its bar. */
export const ATR_BARS = 14;

/** Columns of prices, one row a bar. */
export interface PriceColumns {
  /** (nBars,) */
  readonly high: Float64Array;
  /** (nBars,) */
  readonly low: Float64Array;
  /** (nBars,) */
  readonly close: Float64Array;
}

const LATEST = new Float64Array(ATR_BARS);

/**
 * ATR(14) at every bar: the mean true range of the last 14 bars; entry i uses bars i - 14 .. i only.
 *
 * @returns (nBars,) price units, >= 0; NaN until 14 true ranges are known (the first bar has none).
 * @see Wilder (1978), New Concepts in Technical Trading Systems; plain mean instead of Wilder's smoothing.
 */
export function averageTrueRange(bars: PriceColumns): Float64Array {
  const n = bars.close.length;
  const trueRanges = new Float64Array(n);
  writeTrueRanges(bars, 1, n, trueRanges, 0);
  const out = new Float64Array(n).fill(Number.NaN);
  for (let i = ATR_BARS; i < n; i++) out[i] = meanTrueRange(trueRanges, i);
  return out;
}

/** {@link averageTrueRange} at one bar, with the same bits. @param row - bar index, >= 0. */
export function averageTrueRangeAt(bars: PriceColumns, row: number): number {
  if (row < ATR_BARS) return Number.NaN;
  const first = row - ATR_BARS + 1;
  writeTrueRanges(bars, first, row + 1, LATEST, first);
  return meanTrueRange(LATEST, ATR_BARS - 1);
}

/** Mean of the 14 true ranges `x[last - 13] .. x[last]`; the order of the additions is fixed. */
export function meanTrueRange(x: Float64Array, last: number): number {
  const i = last - ATR_BARS + 1;
  const a = x[i] + x[i + 4] + x[i + 8] + x[i + 12];
  const b = x[i + 1] + x[i + 5] + x[i + 9] + x[i + 13];
  const c = x[i + 2] + x[i + 6] + x[i + 10];
  const d = x[i + 3] + x[i + 7] + x[i + 11];
  return (a + b + (c + d)) / ATR_BARS;
}

/** Writes max(h - l, |h - previous close|, |l - previous close|) of the bars [from, to) to `out[i - base]`; `from` >= 1. */
export function writeTrueRanges(bars: PriceColumns, from: number, to: number, out: Float64Array, base: number): void {
  const { high, low, close } = bars;
  // Since h >= l, the largest of the three differences is the range of the three prices, with the same bits.
  for (let i = from; i < to; i++) out[i - base] = Math.max(high[i], close[i - 1]) - Math.min(low[i], close[i - 1]);
}
