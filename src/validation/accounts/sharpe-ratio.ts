import { normalCdf } from '../../math/index.ts';
import { meanOf } from '../metrics.ts';

/** Fewest days by which a Sharpe ratio is told. */
export const FEWEST_DAYS = 20;
/** Quantile of the normal distribution that a proof at 5 % needs. */
const Z_95 = 1.6448536269514722;
/** Standard deviation, in stakes, below which days differ by rounding errors alone. */
const ROUNDING = 1e-12;

/** A Sharpe ratio and what it is worth. */
export interface SharpeFigures {
  /** A year's: mean / standard deviation of days times the root of the days of trading in a year. */
  readonly sharpe: number;
  readonly skewness: number;
  /** 3 for a normal distribution. */
  readonly kurtosis: number;
  /** Probabilistic Sharpe ratio: chance of less than this where the true one is 0; a coin without costs has any in (0, 1) alike. */
  readonly psr: number;
  /** Minimum track record length: days after which this ratio has a PSR of 95 %; null where it is not above 0. */
  readonly minTrl: number | null;
}

/**
 * Sharpe ratio of days with its probabilistic Sharpe ratio against 0 and its minimum track record length.
 *
 * @param days - (nDays,) profit of each day, in time order; days without a trade count as 0.
 * @param daysPerYear - days of trading in a year, > 0.
 * @returns null for fewer than 20 days, and where days do not vary.
 * @see Bailey, López de Prado (2012), The Sharpe Ratio Efficient Frontier, Journal of Risk 15(2), eq. 9 and 11; by it days are independent.
 */
export function sharpeFigures(days: Float64Array, daysPerYear: number): SharpeFigures | null {
  const n = days.length;
  if (n < FEWEST_DAYS) return null;
  const { mean, m2, m3, m4 } = momentsOf(days);
  if (!(Math.sqrt(m2) > ROUNDING)) return null;
  const ratio = mean / Math.sqrt((m2 * n) / (n - 1));
  const skewness = m3 / m2 ** 1.5;
  const kurtosis = m4 / m2 ** 2;
  // >= (1 − skewness · ratio / 2)², because kurtosis >= 1 + skewness².
  const spread = 1 - skewness * ratio + ((kurtosis - 1) / 4) * ratio * ratio;
  return {
    sharpe: ratio * Math.sqrt(daysPerYear),
    skewness,
    kurtosis,
    psr: normalCdf((ratio * Math.sqrt(n - 1)) / Math.sqrt(spread)),
    minTrl: ratio > 0 ? 1 + spread * (Z_95 / ratio) ** 2 : null,
  };
}

/**
 * Sharpe ratio of a year, of days that count several times or not at all.
 *
 * @param days - (nDays,) profit of each day. @param count - (nDays,) how often each counts, >= 0.
 * @returns NaN for fewer than two days, and where days do not vary.
 */
export function sharpeRatio(days: Float64Array, count: Int32Array, daysPerYear: number): number {
  let [n, sum] = [0, 0];
  for (let d = 0; d < days.length; d++) {
    n += count[d];
    sum += count[d] * days[d];
  }
  const mean = sum / n;
  let squares = 0;
  for (let d = 0; d < days.length; d++) squares += count[d] * (days[d] - mean) ** 2;
  const sd = Math.sqrt(squares / (n - 1));
  return sd > ROUNDING ? (mean / sd) * Math.sqrt(daysPerYear) : Number.NaN;
}

/** The mean and the second to fourth central moments. */
function momentsOf(days: Float64Array): Record<'mean' | 'm2' | 'm3' | 'm4', number> {
  const mean = meanOf(days);
  let [m2, m3, m4] = [0, 0, 0];
  for (let d = 0; d < days.length; d++) {
    const square = (days[d] - mean) ** 2;
    m2 += square;
    m3 += square * (days[d] - mean);
    m4 += square * square;
  }
  return { mean, m2: m2 / days.length, m3: m3 / days.length, m4: m4 / days.length };
}
