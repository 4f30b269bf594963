import { checkSameLength } from '../core/index.ts';
import { rowsWhere } from '../math/index.ts';

/** Trades with their own returns. Rows are events. */
export interface OwnReturns {
  /** (n,) bar or tick of entry, not decreasing. */
  readonly t0: Int32Array;
  /** (n,) bar or tick at which the trade had ended, after t0. */
  readonly t1: Int32Array;
  /** (n,) -1 or +1. */
  readonly side: Int8Array;
  /** (n,) gross simple return in the direction of the side, finite. */
  readonly ret: Float64Array;
}

/**
 * Mean return of the trades of the same side that had ended before each event: what its side earned so far, where nothing is known
 * of the other side.
 *
 * @returns (n,) simple returns; NaN before the first trade of a side has ended. Entry k uses rows with t1 < t0[k] only.
 * @throws {ConditionError} when the lengths differ.
 */
export function earlierMeanReturns({ t0, t1, side, ret }: OwnReturns): Float64Array {
  for (const [name, column] of Object.entries({ t1, side, ret })) checkSameLength(name, column, 't0', t0);
  const mean = new Float64Array(t0.length).fill(Number.NaN);
  for (const own of [-1, 1]) {
    const rows = rowsWhere(t0.length, (k) => side[k] === own);
    const byEnd = rows.toSorted((a, b) => t1[a] - t1[b]);
    let [ended, sum] = [0, 0];
    for (const k of rows) {
      while (ended < byEnd.length && t1[byEnd[ended]] < t0[k]) sum += ret[byEnd[ended++]];
      if (ended > 0) mean[k] = sum / ended;
    }
  }
  return mean;
}
