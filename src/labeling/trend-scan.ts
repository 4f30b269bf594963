/** Fewest closes that a line is fitted to. */
export const FEWEST_TREND_CLOSES = 5;

/** The strongest of the trends that begin at a bar. */
export interface Trend {
  /** Last bar of its closes. */
  readonly bar: number;
  /** t-value of its slope; ±Infinity for closes on a line, 0 where all are the same. */
  readonly tValue: number;
}

/**
 * The strongest trend from a close on: of the lines through the closes `entry .. last` for every `last` that leaves at least
 * {@link FEWEST_TREND_CLOSES} of them, up to `horizonBars` after the entry, that with the largest |t| of its slope by ordinary least
 * squares. Of equal ones the shortest.
 *
 * @param close - (nBars,) prices, > 0; read from `entry` to `entry + horizonBars`, which must be there.
 * @param horizonBars - at least 4.
 * @see López de Prado (2020), MLAM, snippets 5.1 and 5.2. Closes on a line count as the strongest trend
 * there is; the snippet leaves them out.
 */
export function strongestTrend(close: Float64Array, entry: number, horizonBars: number): Trend {
  const first = close[entry];
  let [sumY, sumXY, sumYY] = [0, 0, 0];
  let best: Trend = { bar: entry + FEWEST_TREND_CLOSES - 1, tValue: 0 };
  for (let x = 1; x <= horizonBars; x++) {
    const y = close[entry + x] - first; // of moves, not of prices, so that sums of squares keep their digits
    sumY += y;
    sumXY += x * y;
    sumYY += y * y;
    const n = x + 1;
    if (n < FEWEST_TREND_CLOSES) continue;
    const tValue = slopeTValue(n, sumY, sumXY, sumYY);
    if (Math.abs(tValue) > Math.abs(best.tValue)) best = { bar: entry + x, tValue };
  }
  return best;
}

/** t-value of the slope of n values at 0 .. n − 1, by their sums. */
function slopeTValue(n: number, sumY: number, sumXY: number, sumYY: number): number {
  const spreadX = (n * (n * n - 1)) / 12;
  const together = sumXY - ((n - 1) / 2) * sumY;
  if (together === 0) return 0;
  const residual = sumYY - (sumY * sumY) / n - (together * together) / spreadX;
  if (!(residual > 0)) return together * Infinity;
  return (together / Math.sqrt(residual)) * Math.sqrt((n - 2) / spreadX);
}
