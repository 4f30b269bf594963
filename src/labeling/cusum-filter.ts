import { checkSameLength } from '../core/index.ts';
import { logRatio } from '../math/index.ts';

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
  const r = logReturns(close); // a pass of its own: the filter's branches, which no one can predict, would stall it
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

/** (nBars,) ln(c_i / c_(i-1)); entry 0 is 0 and never read. */
function logReturns(close: Float64Array): Float64Array {
  const r = new Float64Array(close.length);
  for (let i = 1; i < close.length; i++) r[i] = logRatio(close[i], close[i - 1]);
  return r;
}
