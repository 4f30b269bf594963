import { SIGNIFICANCE } from './claims/claims.ts';
import { meanOf } from './metrics.ts';
import { holmAdjusted } from './significance/holm.ts';
import { meanTest } from './significance/mean-test.ts';

/** Closes whose moves reverse by more than chance. */
export interface ReversingCloses {
  /** Position of the instrument with the widest spread. */
  readonly instrument: number;
  /** Roll's effective spread there, basis points of the price. */
  readonly spreadBps: number;
}

const BPS = 1e4;

/**
 * Finds closes that reverse: the first autocovariance of the moves of their logarithms is below 0 by more than chance, by
 * HAC errors, adjusted for the number of instruments. Such closes bounce between bid and ask, and the spread follows from
 * the autocovariance.
 *
 * @param closes - by instrument: (nBars,) prices > 0.
 * @returns null where none reverse.
 * @see Roll (1984), Journal of Finance 39(4): spread = 2 · √(−autocovariance). Newey, West (1994), Review of Economic Studies
 * 61(4), for the number of lags.
 */
export function reversingCloses(closes: readonly Float64Array[]): ReversingCloses | null {
  const tests = closes.map((close) => {
    const reversals = reversalsOf(close);
    return meanTest(reversals, Math.floor(4 * (reversals.length / 100) ** (2 / 9)));
  });
  const adjusted = holmAdjusted(tests.map(({ pValue }) => pValue));
  let widest: ReversingCloses | null = null;
  for (const [instrument, { mean }] of tests.entries()) {
    const spreadBps = adjusted[instrument] < SIGNIFICANCE ? 2 * Math.sqrt(mean) : 0;
    if (spreadBps > (widest?.spreadBps ?? 0)) widest = { instrument, spreadBps };
  }
  return widest;
}

/** Minus the product of each move with the one before, both without their mean. @returns (nBars − 2,) in squared basis points. */
function reversalsOf(close: Float64Array): Float64Array {
  const n = Math.max(0, close.length - 1);
  const moves = new Float64Array(n);
  for (let i = 0; i < n; i++) moves[i] = BPS * Math.log(close[i + 1] / close[i]);
  const mean = meanOf(moves);
  const reversals = new Float64Array(Math.max(0, n - 1));
  for (let i = 0; i < reversals.length; i++) reversals[i] = -(moves[i + 1] - mean) * (moves[i] - mean);
  return reversals;
}
