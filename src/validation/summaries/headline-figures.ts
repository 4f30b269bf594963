import { risingRows } from '../../math/index.ts';
import { logLosses, type ScoredForecasts } from '../metrics.ts';
import {
  type BootstrapOptions,
  type FigureInterval,
  N_RESAMPLES,
  type RunFigures,
  runBootstrap,
  SUMMARY_LEVEL,
} from '../significance/block-bootstrap.ts';
import { fitRecalibration, type Recalibration } from './recalibration.ts';
import { runCounter } from './run-counter.ts';
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
  const intervals = rows === null ? [] : runBootstrap(rows, headlineFigures(trades), options);
  const named = HEADLINES.map((name, j) => [name, intervals[j] ?? { value: null, low: null, high: null }]);
  return {
    ...(Object.fromEntries(named) as Record<HeadlineName, FigureInterval>),
    level: SUMMARY_LEVEL,
    nResamples: options.nResamples ?? N_RESAMPLES,
    meanBlockBars: rows?.meanBlock ?? null,
  };
}

/** The headlines of runs of rows. Sums over a run are differences of sums from the first row on, so that few rows are looked at. */
export function headlineFigures(trades: SummarisedTrades): RunFigures {
  const scores = scoreFigures(trades);
  const money = moneyFigures(trades);
  return (runs) => [...scores(runs), ...money(runs)];
}

function scoreFigures({ label, probability, benchmark }: ScoredForecasts): RunFigures {
  const losses = sumsOf(logLosses(label, probability));
  const benchmarkLosses = sumsOf(logLosses(label, benchmark));
  const { group, values } = groupsOf(probability);
  const logOdds = values.map((p) => Math.log(clipped(p) / (1 - clipped(p))));
  // The zeros of every group, then the ones: a row has one place in them, which no branch has to find.
  const place = group;
  for (let k = 0; k < place.length; k++) place[k] += label[k] * values.length;
  const counts = new Float64Array(2 * values.length);
  const countRuns = runCounter(place, counts.length);
  const [zeros, ones] = [counts.subarray(0, values.length), counts.subarray(values.length)];
  let start: Recalibration | undefined; // that of all rows, from which those of resamples are not far
  return (runs) => {
    countRuns(runs, counts);
    const fit = fitRecalibration({ logOdds, ones, zeros }, start);
    start ??= fit;
    const skill = 1 - sumOver(runs, losses) / sumOver(runs, benchmarkLosses);
    return [aucOfGroups(ones, zeros), skill, fit.slope, fit.intercept];
  };
}

const BPS = 1e4;

function moneyFigures({ excess, take }: SummarisedTrades): RunFigures {
  const rows = excess.length;
  const [n, sum] = [new Float64Array(rows + 1), new Float64Array(rows + 1)];
  const [nTaken, taken] = [new Float64Array(rows + 1), new Float64Array(rows + 1)];
  for (let k = 0; k < rows; k++) {
    const isKnown = Number.isNaN(excess[k]) ? 0 : 1;
    const isTaken = isKnown * take[k];
    const bps = isKnown === 1 ? BPS * excess[k] : 0;
    n[k + 1] = n[k] + isKnown;
    sum[k + 1] = sum[k] + bps;
    nTaken[k + 1] = nTaken[k] + isTaken;
    taken[k + 1] = taken[k] + isTaken * bps;
  }
  return (runs) => [sumOver(runs, sum) / sumOver(runs, n), sumOver(runs, taken) / sumOver(runs, nTaken)];
}

/** (n + 1,) sum of the values before each row. */
function sumsOf(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let k = 0; k < values.length; k++) sums[k + 1] = sums[k] + values[k];
  return sums;
}

/** Sum of values over runs of rows. @param sums - see {@link sumsOf}. */
function sumOver(runs: readonly number[], sums: Float64Array): number {
  let sum = 0;
  for (let r = 0; r < runs.length; r += 2) sum += sums[runs[r + 1]] - sums[runs[r]];
  return sum;
}

/** Distinct values, rising, and which of them each row has. */
function groupsOf(column: Float64Array): { readonly group: Int32Array; readonly values: Float64Array } {
  const rows = risingRows(column);
  const group = new Int32Array(column.length);
  const values = new Float64Array(column.length);
  let nGroups = 0;
  for (let k = 0; k < rows.length; k++) {
    const value = column[rows[k]];
    if (nGroups === 0 || value !== values[nGroups - 1]) values[nGroups++] = value;
    group[rows[k]] = nGroups - 1;
  }
  return { group, values: values.slice(0, nGroups) };
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
