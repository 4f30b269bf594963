import { ConditionError, checkInRange } from '../../core/index.ts';
import { type BarSeries, type RegimeModel, WINDOW_BARS } from '../../domain/index.ts';
import { fastExp, writeLogReturns } from '../../math/index.ts';

/** Number of log returns in a window: one fewer than its bars. */
export const WINDOW_RETURNS = WINDOW_BARS - 1;

// exp(200) times a weight below 2^200 does not overflow, and odds of e^200 are certainty in double precision.
const MAX_EXPONENT = 200;
const LARGE = 2 ** 200;
const SMALL = 2 ** -200;
const RESCALE = 2 ** 300;

const RETURNS = new Float64Array(WINDOW_RETURNS);
const RATIOS = new Float64Array(WINDOW_RETURNS);

/**
 * Probability that the market is in the turbulent state at the window's last bar, given the window's 99 returns: the
 * forward (filtered, never smoothed) recursion from the stationary distribution.
 *
 * @param bars - a series, or its (nBars,) closes.
 * @param endIndex - index of the window's last bar, in [W - 1, nBars); no later bar is read.
 * @returns a probability in [0, 1].
 * @throws {ConditionError} when the window is not full or a parameter of the model is out of range.
 * @see Hamilton (1989), Econometrica 57(2), for the filter.
 */
export function turbulentProbability(bars: BarSeries | Float64Array, endIndex: number, model: RegimeModel): number {
  const close = bars instanceof Float64Array ? bars : bars.close;
  if (!(endIndex >= WINDOW_BARS - 1 && endIndex < close.length)) {
    throw new ConditionError('endIndex', `in [${WINDOW_BARS - 1}, ${close.length - 1}]`, endIndex);
  }
  checkRegimeModel(model);
  const first = endIndex - WINDOW_RETURNS + 1;
  writeLogReturns(close, first, endIndex + 1, RETURNS, first);
  writeLikelihoodRatios(RETURNS, 0, WINDOW_RETURNS, model, RATIOS);
  return filterWindow(RATIOS, 0, model);
}

/** Factor of a bet's size where no regime model is fitted. */
export const UNKNOWN_REGIME_WEIGHT = 0.8;

/** Factor of a bet's size for the regime: 1 in certain calm, `floor` in certain turbulence. */
export function regimeWeight(turbulent: number, floor: number): number {
  return 1 - turbulent * (1 - floor);
}

/** @throws {ConditionError} when a parameter of the model is out of range. */
export function checkRegimeModel(model: RegimeModel): void {
  if (!(model.calmVariance > 0)) throw new ConditionError('regime.calmVariance', '> 0', model.calmVariance);
  if (!(model.turbulentVariance > model.calmVariance && model.turbulentVariance < Infinity)) {
    throw new ConditionError('regime.turbulentVariance', 'finite and > calmVariance', model.turbulentVariance);
  }
  checkInRange('regime.stayCalm', model.stayCalm, Number.EPSILON, 1 - Number.EPSILON);
  checkInRange('regime.stayTurbulent', model.stayTurbulent, Number.EPSILON, 1 - Number.EPSILON);
}

/** Writes N(r; 0, turbulent) / N(r; 0, calm) of the returns [from, to) to the same indices of `out`. */
export function writeLikelihoodRatios(
  returns: Float64Array,
  from: number,
  to: number,
  model: RegimeModel,
  out: Float64Array,
): void {
  const factor = Math.sqrt(model.calmVariance / model.turbulentVariance);
  const slope = 0.5 / model.calmVariance - 0.5 / model.turbulentVariance;
  for (let i = from; i < to; i++) {
    out[i] = factor * fastExp(Math.min(slope * (returns[i] * returns[i]), MAX_EXPONENT));
  }
}

/**
 * Filters the ratios from index `first`, 99 of a usual window. The weights of the two states are not normalised, which saves a division per
 * step; before they can overflow they are rescaled by a power of two, which is exact.
 */
export function filterWindow(
  ratios: Float64Array,
  first: number,
  model: RegimeModel,
  nReturns: number = WINDOW_RETURNS,
): number {
  const stayT = model.stayTurbulent;
  const leaveT = 1 - stayT;
  const stayC = model.stayCalm;
  const leaveC = 1 - stayC;
  let turbulent = leaveC;
  let calm = leaveT;
  for (let i = first; i < first + nReturns; i++) {
    const predicted = turbulent * stayT + calm * leaveC;
    calm = turbulent * leaveT + calm * stayC;
    turbulent = predicted * ratios[i];
    const total = turbulent + calm;
    if (total > LARGE) {
      turbulent /= RESCALE;
      calm /= RESCALE;
    } else if (total < SMALL) {
      turbulent *= RESCALE;
      calm *= RESCALE;
    }
  }
  return turbulent / (turbulent + calm);
}
