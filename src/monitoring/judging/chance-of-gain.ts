import { cosineTest, longRunVariance, type MeanTest, meanOf, stretchTest } from '../../validation/index.ts';

/** One-sided chance of so high a mean of differences if the true one were 0; see {@link chanceByStretches}. */
export type ChanceOfGain = (gain: Float64Array, lag: number) => number;

/** Most stretches, taken where each is at least twice as long as labels overlap. */
const N_STRETCHES = 20;
/** Fewest stretches, taken where each is longer than labels overlap. */
const FEWEST_STRETCHES = 10;
const N_COSINES = 12;
/** What spreads less, in nats, does not vary. */
const ROUNDING = 1e-9;

/** Number of events below which {@link chanceByStretches} tells nothing: a stretch would be no longer than labels overlap. */
export function leastForStretches(lag: number): number {
  return FEWEST_STRETCHES * lengthOfOverlap(lag);
}

/** Number of events below which {@link chanceByCosines} tells nothing: half a wave would be no longer than labels overlap. */
export function leastForCosines(lag: number): number {
  return N_COSINES * lengthOfOverlap(lag);
}

/**
 * Chance by Student's t of the means of 20 stretches; of as few as ten where they would be shorter than twice what labels overlap: 20
 * of 25 events promote 6.0 % of equal challengers where labels overlap 18 deep, fewer longer ones 5.2 %.
 *
 * @param gain - (n,) differences in time order, nats. @param lag - twice the most events inside a label's span, >= 0; see `overlapLag`.
 * @returns in [0, 1]; 1 for a mean not above 0 and for fewer than {@link leastForStretches} events; 0 where a gain never varies.
 */
export function chanceByStretches(gain: Float64Array, lag: number): number {
  if (gain.length < leastForStretches(lag)) return 1;
  const most = Math.floor(gain.length / (2 * lengthOfOverlap(lag)));
  const nStretches = Math.min(N_STRETCHES, Math.max(FEWEST_STRETCHES, most));
  return chanceBy(gain, (values) => stretchTest(values, nStretches));
}

/**
 * Chance by the slowest 12 cosines, whose weights tell the variance: Student's t with 12 degrees of freedom.
 *
 * @param gain - (n,) differences in time order, nats. @param lag - twice the most events inside a label's span, >= 0; see `overlapLag`.
 * @returns in [0, 1]; 1 for a mean not above 0 and for fewer than {@link leastForCosines} events; 0 where a gain never varies.
 */
export function chanceByCosines(gain: Float64Array, lag: number): number {
  if (gain.length < leastForCosines(lag)) return 1;
  return chanceBy(gain, (values) => cosineTest(values, N_COSINES));
}

function lengthOfOverlap(lag: number): number {
  return Math.max(2, lag + 1);
}

function chanceBy(gain: Float64Array, test: (values: Float64Array) => MeanTest): number {
  if (!(meanOf(gain) > 0)) return 1;
  return longRunVariance(gain, 0) < ROUNDING ** 2 ? 0 : test(gain).pValue;
}
