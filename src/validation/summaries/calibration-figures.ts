import { pick, rowsWhere } from '../../math/index.ts';
import { expectedCalibrationError, groupsByRank, type ReliabilityBin, summarizeBin } from '../calibration.ts';
import { effectiveTrades } from '../claims/effective.ts';
import { binomialQuantile } from '../significance/binomial.ts';
import { SUMMARY_LEVEL } from '../significance/block-bootstrap.ts';
import type { SummarisedTrades } from './summarised-trades.ts';

/** Group of events with neighbouring probabilities, and the hit rates that calibrated probabilities would have there. */
export interface CalibrationBin extends ReliabilityBin {
  /** Number of independent events among them: the sum of their uniqueness. */
  readonly nEffective: number;
  /** Ends of the 95 % consistency bar: the hit rate of calibrated probabilities lies within in 95 of 100 cases. */
  readonly consistencyLow: number;
  readonly consistencyHigh: number;
}

/** How far probabilities are from what came true. */
export interface CalibrationFigures {
  /** Mean of the calibration errors of the blocks, each of ten bins, weighted by their events; null for no events. */
  readonly error: number | null;
  /** The error that calibrated probabilities would have by chance on as many independent events; null for no events. */
  readonly errorByChance: number | null;
  /** At most ten groups with the same number of events, in rising order of probability. */
  readonly bins: readonly CalibrationBin[];
}

/** Columns of trades that calibration is measured by. */
export type CalibratedTrades = Pick<SummarisedTrades, 't0' | 'end' | 'instrument' | 'label' | 'probability'>;

const N_BINS = 10;

/**
 * Measures calibration block by block, because over- and underconfidence of different blocks would cancel in one error of all.
 *
 * @param block - (n,) which block of events one calibrator judged, >= 0.
 * @see Bröcker, Smith (2007), Increasing the Reliability of Reliability Diagrams, Weather and Forecasting 22: the consistency bars; here
 * of as many events as are independent, in closed form instead of by resampling.
 */
export function calibrationFigures(trades: CalibratedTrades, block: ArrayLike<number>): CalibrationFigures {
  const { label, probability } = trades;
  const n = label.length;
  let [error, byChance] = [0, 0];
  for (const rows of blocksOf(block, n)) {
    error += rows.length * expectedCalibrationError(pick(label, rows), pick(probability, rows));
    byChance += rows.length * errorByChance(trades, rows);
  }
  return {
    error: n === 0 ? null : error / n,
    errorByChance: n === 0 ? null : byChance / n,
    bins: groupsByRank(probability, N_BINS).map((rows) => calibrationBin(trades, rows)),
  };
}

function blocksOf(block: ArrayLike<number>, n: number): Int32Array[] {
  const names = new Set<number>();
  for (let k = 0; k < n; k++) names.add(block[k]);
  return Array.from(names, (name) => rowsWhere(n, (k) => block[k] === name));
}

/** Mean of a normal variable's absolute value, in standard deviations. */
const MEAN_ABSOLUTE = Math.sqrt(2 / Math.PI);

/** Mean calibration error of calibrated probabilities, whose gap in each bin is nearly normal. */
function errorByChance({ t0, end, instrument, probability }: CalibratedTrades, rows: Int32Array): number {
  const variance = new Float64Array(N_BINS);
  for (let k = 0; k < rows.length; k++) {
    const p = probability[rows[k]];
    variance[Math.min(N_BINS - 1, Math.floor(p * N_BINS))] += p * (1 - p);
  }
  const perIndependent = rows.length / effectiveTrades({ t0, end }, instrument, rows);
  const gaps = variance.reduce((sum, each) => sum + MEAN_ABSOLUTE * Math.sqrt(perIndependent * each), 0);
  return gaps / rows.length;
}

function calibrationBin(
  { t0, end, instrument, label, probability }: CalibratedTrades,
  rows: Int32Array,
): CalibrationBin {
  const bin = summarizeBin(rows, label, probability);
  const nEffective = effectiveTrades({ t0, end }, instrument, rows.toSorted());
  const n = Math.max(1, Math.round(nEffective));
  const at = (share: number): number => binomialQuantile(share, n, bin.meanProbability) / n;
  const tail = (1 - SUMMARY_LEVEL) / 2;
  return { ...bin, nEffective, consistencyLow: at(tail), consistencyHigh: at(1 - tail) };
}
