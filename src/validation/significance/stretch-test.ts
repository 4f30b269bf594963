import { ConditionError, checkInteger } from '../../core/index.ts';
import { meanOf } from '../metrics.ts';
import { type MeanTest, meanTest } from './mean-test.ts';

/**
 * Tests that a mean is above 0 by the means of stretches of neighbouring values: Student's t with one degree of freedom less than
 * there are stretches. It holds where values depend on those near them, as long as stretches are longer than that.
 *
 * @param values - (n,) finite, in time order, n >= `nStretches`.
 * @param nStretches - number of stretches, >= 2; their lengths differ by one at most.
 * @returns the test of the stretches' mean, in the unit of the values; `lag` is 0.
 * @throws {ConditionError} for fewer than two stretches, or fewer values than stretches.
 * @see Ibragimov, Müller (2010), JBES 28(4); for a mean it is the test by batch means.
 */
export function stretchTest(values: Float64Array, nStretches: number): MeanTest {
  checkInteger('nStretches', nStretches, 2);
  const n = values.length;
  if (n < nStretches) throw new ConditionError('values', `at least one value in each of ${nStretches} stretches`, n);
  const at = (k: number): number => Math.floor((k * n) / nStretches);
  const means = Float64Array.from({ length: nStretches }, (_, k) => meanOf(values.subarray(at(k), at(k + 1))));
  return meanTest(means, 0);
}
