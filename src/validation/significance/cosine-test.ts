import { ConditionError, checkInteger } from '../../core/index.ts';
import { meanOf } from '../metrics.ts';
import type { MeanTest } from './mean-test.ts';
import { studentUpperTail } from './student-t.ts';

/** Mean square, relative to that of the values, below which what varies slowly is a rounding error. */
const ROUNDING = 1e-24;

/**
 * Tests that a mean is above 0 with the long-run variance that the slowest waves show: the values are projected on the first `nCosines`
 * cosines over their length, and the mean square of those weights is the variance. Student's t with as many degrees of freedom.
 * It holds where values depend on those near them, as long as half a wave of the fastest cosine, n / `nCosines` values, is longer.
 *
 * @param values - (n,) finite, in time order, n > `nCosines`.
 * @param nCosines - number of cosines, >= 1.
 * @returns the test, in the unit of the values; nothing is told (p 1) where they do not vary; `lag` is 0.
 * @throws {ConditionError} for no cosine, or no more values than cosines.
 * @see Lazarus, Lewis, Stock, Watson (2018), JBES 36(4), the equal-weighted cosine estimator; Müller (2004), Econometric Theory 20(2).
 */
export function cosineTest(values: Float64Array, nCosines: number): MeanTest {
  checkInteger('nCosines', nCosines, 1);
  const n = values.length;
  if (n <= nCosines) throw new ConditionError('values', `more values than ${nCosines} cosines`, n);
  const mean = meanOf(values);
  const variance = slowVariance(values, mean, nCosines);
  const isFlat = !(variance > ROUNDING * Math.max(mean * mean, Number.MIN_VALUE));
  if (isFlat) return { mean, standardError: Infinity, statistic: 0, pValue: 1, lag: 0 };
  const standardError = Math.sqrt(variance / n);
  const statistic = mean / standardError;
  return { mean, standardError, statistic, pValue: studentUpperTail(statistic, nCosines), lag: 0 };
}

/** Mean square of the weights √(2/n) Σ v_k cos(π j (k + 1/2) / n), j = 1 … nCosines. */
function slowVariance(values: Float64Array, mean: number, nCosines: number): number {
  const n = values.length;
  let squares = 0;
  for (let j = 1; j <= nCosines; j++) {
    let weight = 0;
    for (let k = 0; k < n; k++) weight += (values[k] - mean) * Math.cos((Math.PI * j * (k + 0.5)) / n);
    squares += (2 / n) * weight * weight;
  }
  return squares / nCosines;
}
