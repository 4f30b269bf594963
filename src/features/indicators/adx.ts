import type { BarSeries } from '../../domain/index.ts';
import { rowKernel } from '../windows/row-kernel.ts';
import { windowedFeature } from '../windows/windowed-feature.ts';

/** Number of bars, so that what lies before the window would weigh less than 1 %. */
const lookbackOf = (n: number): number => 7 * n + 2;

/** Average directional index: strength of the trend, up or down. */
export const adxFeature = windowedFeature({
  name: 'adx',
  directional: false,
  source: 'Wilder (1978), New Concepts in Technical Trading Systems; TA-Lib ADX of the same window',
  counts: 'bars in each of the averages',
  usual: 14,
  lowest: 2,
  shape: (n) => ({
    lookback: lookbackOf(n),
    unit: 'points',
    range: [0, 100],
    formula: `Wilder's average of DX = 100 |DI+ - DI-| / (DI+ + DI-) over ${n} bars, begun with plain sums at the start of a window of ${lookbackOf(n)} bars; a bar without movement keeps it`,
  }),
  kernel: (n) => {
    const nBars = lookbackOf(n);
    return rowKernel((bars, row) => averageDirectionalIndex(bars, row - nBars + 1, row, n));
  },
});

/** Sums of one direction each, smoothed; written by {@link addMovement}. */
const SUMS = { plus: 0, minus: 0, trueRange: 0 };

/**
 * ADX at bar `last` of the bars [first, last].
 *
 * @param n - bars in the averages; the window has at least 2 n bars.
 * @returns in [0, 100].
 */
function averageDirectionalIndex(bars: BarSeries, first: number, last: number, n: number): number {
  SUMS.plus = 0;
  SUMS.minus = 0;
  SUMS.trueRange = 0;
  let i = first + 1;
  for (; i < first + n; i++) addMovement(bars, i, 0);
  let adx = 0;
  for (; i < first + 2 * n; i++) {
    addMovement(bars, i, n);
    adx += directionalIndex() ?? 0;
  }
  adx /= n;
  for (; i <= last; i++) {
    addMovement(bars, i, n);
    const index = directionalIndex();
    if (index !== null) adx = (adx * (n - 1) + index) / n;
  }
  return Math.min(100, adx);
}

/** Adds the movement of bar i, after a share 1 / n of the sums has faded; n is 0 while plain sums are built. */
function addMovement({ high, low, close }: BarSeries, i: number, n: number): void {
  const up = high[i] - high[i - 1];
  const down = low[i - 1] - low[i];
  const trueRange = Math.max(high[i], close[i - 1]) - Math.min(low[i], close[i - 1]);
  if (n > 0) {
    SUMS.plus -= SUMS.plus / n;
    SUMS.minus -= SUMS.minus / n;
    SUMS.trueRange -= SUMS.trueRange / n;
  }
  if (up > down && up > 0) SUMS.plus += up;
  else if (down > up && down > 0) SUMS.minus += down;
  SUMS.trueRange += trueRange;
}

/** DX, [0, 100]; null where there was no movement. The true range cancels, and says only whether there was any. */
function directionalIndex(): number | null {
  const { plus, minus, trueRange } = SUMS;
  if (!(trueRange > 0 && plus + minus > 0)) return null;
  return (100 * Math.abs(plus - minus)) / (plus + minus);
}
