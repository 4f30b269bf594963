import { checkSameLength } from '../core/index.ts';
import { writeLogReturns } from '../math/index.ts';

/**
 * Symmetric CUSUM filter: samples a bar when the cumulative log return since the last sample on that side leaves
 * ±threshold. Only the side that fired is reset.
 *
 * @param close - (nBars,) prices, > 0, chronological.
 * @param threshold - (nBars,) log-return units, > 0; NaN where not yet known; entry i may use bars <= i only.
 * @returns (nEvents,) bar indices, strictly increasing; empty when nothing triggers.
 * @throws {ConditionError} when the lengths differ.
 * @see López de Prado (2018), AFML ch. 2, snippet 2.4; here on log prices with a per-bar threshold, started at the first
 * bar that has one.
 */
export function cusumFilter(close: Float64Array, threshold: Float64Array): Int32Array {
  checkSameLength('threshold', threshold, 'close', close);
  const r = new Float64Array(close.length);
  writeLogReturns(close, 1, close.length, r, 0); // its own pass, because the branches of the filter cannot be predicted
  const sampled = new Int32Array(close.length);
  let nSampled = 0;
  let up = 0;
  let down = 0;
  for (let i = 1; i < close.length; i++) {
    const h = threshold[i];
    if (Number.isNaN(h)) continue;
    up = Math.max(0, up + r[i]);
    down = Math.min(0, down + r[i]);
    if (down < -h) {
      down = 0;
      sampled[nSampled++] = i;
    } else if (up > h) {
      up = 0;
      sampled[nSampled++] = i;
    }
  }
  return sampled.slice(0, nSampled);
}
