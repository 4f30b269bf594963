import { type BarSeries, WINDOW_BARS } from '../domain/index.ts';
import type { BuiltInFeature } from './feature-definition.ts';
import { TILE_BARS } from './feature-tile.ts';

/** Number of true ranges in the average; each needs the close before its bar. */
const ATR_BARS = 14;

const TRUE_RANGES = new Float64Array(TILE_BARS + WINDOW_BARS);

/** Mean true range of the last 14 bars, as a share of the price. */
export const normalizedAtrFeature: BuiltInFeature = {
  name: 'normalized_atr',
  unit: 'share of price',
  lookback: ATR_BARS + 1,
  directional: false,
  needs: [],
  range: [0, Infinity],
  formula: 'mean of the last 14 true ranges / c_t',
  source: "Wilder (1978), New Concepts in Technical Trading Systems; plain mean instead of Wilder's smoothing",
  kernel: (tile, out, stride, offset) => {
    const { bars, rows, base } = tile;
    writeTrueRanges(bars, tile.low - ATR_BARS + 1, tile.high + 1, TRUE_RANGES, base);
    for (let k = tile.start; k < tile.end; k++) {
      const row = rows[k];
      out[k * stride + offset] = meanTrueRange(TRUE_RANGES, row - base) / bars.close[row];
    }
  },
};

/**
 * ATR(14) at every bar: the mean true range of the last 14 bars; entry i uses bars i - 14 .. i only.
 *
 * @returns (nBars,) price units, >= 0; NaN until 14 true ranges are known (the first bar has none).
 */
export function averageTrueRange(bars: BarSeries): Float64Array {
  const n = bars.length;
  const trueRanges = new Float64Array(n);
  writeTrueRanges(bars, 1, n, trueRanges, 0);
  const out = new Float64Array(n).fill(Number.NaN);
  for (let i = ATR_BARS; i < n; i++) out[i] = meanTrueRange(trueRanges, i);
  return out;
}

/** {@link averageTrueRange} at one bar, with the same bits. @param row - bar index, >= 14. */
export function averageTrueRangeAt(bars: BarSeries, row: number): number {
  const first = row - ATR_BARS + 1;
  writeTrueRanges(bars, first, row + 1, TRUE_RANGES, first);
  return meanTrueRange(TRUE_RANGES, ATR_BARS - 1);
}

function meanTrueRange(x: Float64Array, last: number): number {
  const i = last - ATR_BARS + 1;
  const a = x[i] + x[i + 4] + x[i + 8] + x[i + 12];
  const b = x[i + 1] + x[i + 5] + x[i + 9] + x[i + 13];
  const c = x[i + 2] + x[i + 6] + x[i + 10];
  const d = x[i + 3] + x[i + 7] + x[i + 11];
  return (a + b + (c + d)) / ATR_BARS;
}

/** Writes max(h - l, |h - previous close|, |l - previous close|) of the bars [from, to) to `out[i - base]`; `from` >= 1. */
function writeTrueRanges(bars: BarSeries, from: number, to: number, out: Float64Array, base: number): void {
  const { high, low, close } = bars;
  // Since h >= l, the largest of the three differences is the range of the three prices, with the same bits.
  for (let i = from; i < to; i++) out[i - base] = Math.max(high[i], close[i - 1]) - Math.min(low[i], close[i - 1]);
}
