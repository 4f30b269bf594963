import { checkSameLength, NS_PER_HOUR } from '../../core/index.ts';
import { blockLength } from '../block-length.ts';
import type { Spans } from '../claims/coin.ts';
import type { TimedRows } from '../significance/block-bootstrap.ts';

const DAY_NS = 24n * NS_PER_HOUR;

/**
 * Trades on the line of their time, from the first entry to the last end, in blocks of the length that `blockLength` says.
 *
 * @param spans.t0 - (n,) bar or tick of each entry, not decreasing. @param spans.end - (n,) of each end, >= t0.
 * @param tsEvent - (nBars,) time of each bar or tick, UNIX ns, rising.
 * @returns null for no trades.
 * @throws {ConditionError} when the lengths differ.
 */
export function timedTrades({ t0, end }: Spans, tsEvent: BigInt64Array): TimedRows | null {
  checkSameLength('end', end, 't0', t0);
  if (t0.length === 0) return null;
  const first = t0[0];
  let [last, longestSpan] = [first, 0];
  for (let k = 0; k < t0.length; k++) {
    last = Math.max(last, end[k]);
    longestSpan = Math.max(longestSpan, end[k] - t0[k]);
  }
  const nTicks = last - first + 1;
  const days = Number(tsEvent[last] - tsEvent[first]) / Number(DAY_NS);
  return {
    tick: t0.map((tick) => tick - first),
    nTicks,
    meanBlock: blockLength({ nBars: nTicks, days, longestSpan }),
    longestSpan,
  };
}
