import { logLosses, type ScoredForecasts } from '../metrics.ts';
import {
  type BootstrapOptions,
  blockBootstrap,
  type CountedFigures,
  type FigureInterval,
  N_RESAMPLES,
  SUMMARY_LEVEL,
} from '../significance/block-bootstrap.ts';
import { fitRecalibration } from './recalibration.ts';
import type { SummarisedTrades } from './summarised-trades.ts';
import { timedTrades } from './timed-rows.ts';

/** Figures that a reader believes first. */
export const HEADLINES = [
  'auc',
  'logLossSkill',
  'calibrationSlope',
  'calibrationIntercept',
  'meanExcessBps',
  'takenExcessBps',
] as const;
export type HeadlineName = (typeof HEADLINES)[number];

/** The headlines with their 95 % intervals. */
export interface HeadlineIntervals extends Readonly<Record<HeadlineName, FigureInterval>> {
  /** Confidence level of all intervals. */
  readonly level: number;
  /** Number of resamples behind them. */
  readonly nResamples: number;
  /** Mean length of the blocks of time that were drawn, bars; null where nothing was. */
  readonly meanBlockBars: number | null;
}

/**
 * Area under the ROC curve, log-loss skill, calibration slope and intercept, and mean return over the coin (of all trades and of the taken
 * ones, basis points a trade before costs), each with the interval of `blockBootstrap`.
 *
 * @param tsEvent - (nBars,) time of each bar or tick, UNIX ns, rising.
 * @throws {ConditionError} when the lengths differ.
 */
export function headlineIntervals(
  trades: SummarisedTrades,
  tsEvent: BigInt64Array,
  options: BootstrapOptions = {},
): HeadlineIntervals {
  const rows = timedTrades(trades, tsEvent);
  const intervals = rows === null ? [] : blockBootstrap(rows, headlineFigures(trades), options);
  const named = HEADLINES.map((name, j) => [name, intervals[j] ?? { value: null, low: null, high: null }]);
  return {
    ...(Object.fromEntries(named) as Record<HeadlineName, FigureInterval>),
    level: SUMMARY_LEVEL,
    nResamples: options.nResamples ?? N_RESAMPLES,
    meanBlockBars: rows?.meanBlock ?? null,
  };
}

/** The headlines of rows by how often each counts. */
export function headlineFigures(trades: SummarisedTrades): CountedFigures {
  const scores = scoreFigures(trades);
  const money = moneyFigures(trades);
  return (count) => [...scores(count), ...money(count)];
}

function scoreFigures({ label, probability, benchmark }: ScoredForecasts): CountedFigures {
  const losses = logLosses(label, probability);
  const benchmarkLosses = logLosses(label, benchmark);
  const { group, values } = groupsOf(probability);
  const logOdds = values.map((p) => Math.log(clipped(p) / (1 - clipped(p))));
  const ones = new Float64Array(values.length);
  const zeros = new Float64Array(values.length);
  return (count) => {
    ones.fill(0);
    zeros.fill(0);
    let [loss, benchmarkLoss] = [0, 0];
    for (let k = 0; k < count.length; k++) {
      const n = count[k];
      loss += n * losses[k];
      benchmarkLoss += n * benchmarkLosses[k];
      if (label[k] === 1) ones[group[k]] += n;
      else zeros[group[k]] += n;
    }
    const { slope, intercept } = fitRecalibration({ logOdds, ones, zeros });
    return [aucOfGroups(ones, zeros), 1 - loss / benchmarkLoss, slope, intercept];
  };
}

const BPS = 1e4;

function moneyFigures({ excess, take }: SummarisedTrades): CountedFigures {
  return (count) => {
    let [n, sum, nTaken, taken] = [0, 0, 0, 0];
    for (let k = 0; k < count.length; k++) {
      if (Number.isNaN(excess[k])) continue;
      n += count[k];
      sum += count[k] * excess[k];
      nTaken += take[k] * count[k];
      taken += take[k] * count[k] * excess[k];
    }
    return [(BPS * sum) / n, (BPS * taken) / nTaken];
  };
}

/** Distinct values, rising, and which of them each row has. */
function groupsOf(column: Float64Array): { readonly group: Int32Array; readonly values: Float64Array } {
  const values = Float64Array.from(new Set(column)).sort();
  const at = new Map(Array.from(values, (value, g) => [value, g]));
  return { group: Int32Array.from(column, (value) => at.get(value) ?? 0), values };
}

/** As `eventLogLoss` clips. */
function clipped(probability: number): number {
  return Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability));
}

/** `rocAucScore` of groups with the same score, in rising order. */
function aucOfGroups(ones: Float64Array, zeros: Float64Array): number {
  let [below, halfPairs, nOnes] = [0, 0, 0];
  for (let g = 0; g < ones.length; g++) {
    halfPairs += ones[g] * (2 * below + zeros[g]);
    below += zeros[g];
    nOnes += ones[g];
  }
  return halfPairs / (2 * nOnes * below);
}
