import { hashSeed, Rng } from '../../core/index.ts';

/** Number of features of the rows that a contract fits on. */
export const N_FEATURES = 4;

/** Rows to fit on or to predict. */
export interface Rows {
  /** (nRows, 4) row-major, standard normal. */
  readonly x: Float32Array;
  /** (nRows,) 0 or 1. */
  readonly y: Uint8Array;
  /** (nRows,) in [0.5, 1.5]. */
  readonly w: Float64Array;
}

/**
 * Seeded rows in which the log-odds of label 1 rise with one feature and with nothing else.
 *
 * @param slope - change of the log-odds for one standard deviation of feature `column`; 0 for pure noise.
 */
export function plantedRows(nRows: number, seed: number, slope: number, column = 0): Rows {
  const rng = new Rng(hashSeed(seed, column));
  const x = Float32Array.from({ length: nRows * N_FEATURES }, () => rng.nextGaussian());
  // Label 1 is rarer, so that the base rate is not one half.
  const y = Uint8Array.from({ length: nRows }, (_, k) => {
    const logOdds = slope * x[k * N_FEATURES + column] - 0.4;
    return rng.nextFloat() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
  });
  const w = Float64Array.from({ length: nRows }, () => 0.5 + rng.nextFloat());
  return { x, y, w };
}

/**
 * How much better forecasts are than a coin that shows 1 as often as the training labels.
 *
 * @param probability - (nRows,) forecasts of `y`. @param rate - share of ones in training, (0, 1).
 * @returns the mean gain of log loss a row, nats, and how many standard errors of the mean it is.
 */
export function gainOverCoin(
  probability: Float64Array,
  y: Uint8Array,
  rate: number,
): { readonly gain: number; readonly errors: number } {
  const gains = Array.from(y, (label, k) => lossOf(label, rate) - lossOf(label, probability[k]));
  const gain = gains.reduce((sum, each) => sum + each, 0) / gains.length;
  const variance = gains.reduce((sum, each) => sum + (each - gain) ** 2, 0) / (gains.length - 1);
  return { gain, errors: variance === 0 ? 0 : gain / Math.sqrt(variance / gains.length) };
}

/** Log loss of one forecast, nats; probabilities of exactly 0 or 1 cost 14. */
function lossOf(label: number, probability: number): number {
  return -Math.log(Math.max(1e-6, label === 1 ? probability : 1 - probability));
}
