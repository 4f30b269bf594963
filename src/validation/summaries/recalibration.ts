/** Forecasts of the same probability, counted by their outcome. */
export interface CountedForecasts {
  /** (nGroups,) natural logarithm of the odds of each group's probability, finite. */
  readonly logOdds: Float64Array;
  /** (nGroups,) number of ones and of zeros, >= 0. */
  readonly ones: Float64Array;
  readonly zeros: Float64Array;
}

/** Odds of what came true as a function of what was said: log odds = intercept + slope · log odds said. */
export interface Recalibration {
  /** 1 where probabilities are as far apart as they should be, less where they are overconfident, 0 where they say nothing. */
  readonly slope: number;
  /** 0 where, at that slope, even odds came true evenly. */
  readonly intercept: number;
}

const PERFECT: Recalibration = { slope: 1, intercept: 0 };
const UNKNOWN: Recalibration = { slope: Number.NaN, intercept: Number.NaN };
const MAX_STEPS = 30;
/** Largest last step, relative to the figures. */
const TOLERANCE = 1e-10;

/**
 * Fits slope and intercept of a calibration by maximum likelihood, with Newton's steps.
 *
 * @param start - where they begin; the fit is the same from anywhere near it, sooner.
 * @returns NaN where the data do not tell: one probability or one label only, or labels that a probability separates.
 * @see Cox (1958), Two Further Applications of a Model for Binary Regression, Biometrika 45; Van Calster et al. (2019), Calibration: the
 * Achilles heel of predictive analytics, BMC Medicine 17.
 */
export function fitRecalibration(
  { logOdds, ones, zeros }: CountedForecasts,
  start: Recalibration = PERFECT,
): Recalibration {
  let { intercept, slope } = Number.isNaN(start.slope) ? PERFECT : start;
  for (let step = 0; step < MAX_STEPS; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
    for (let k = 0; k < logOdds.length; k++) {
      const n = ones[k] + zeros[k];
      if (n === 0) continue;
      const x = logOdds[k];
      const p = 1 / (1 + Math.exp(-(intercept + slope * x)));
      const weight = n * p * (1 - p);
      const surprise = ones[k] - n * p;
      g0 += surprise;
      g1 += surprise * x;
      h00 += weight;
      h01 += weight * x;
      h11 += weight * x * x;
    }
    const determinant = h00 * h11 - h01 * h01;
    if (!(determinant > h00 * h11 * TOLERANCE)) return UNKNOWN;
    const byIntercept = (h11 * g0 - h01 * g1) / determinant;
    const bySlope = (h00 * g1 - h01 * g0) / determinant;
    intercept += byIntercept;
    slope += bySlope;
    const size = TOLERANCE * (1 + Math.abs(intercept) + Math.abs(slope));
    if (Math.abs(byIntercept) + Math.abs(bySlope) <= size) return { slope, intercept };
  }
  return UNKNOWN;
}
