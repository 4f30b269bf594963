import { averageUniqueness, numConcurrentEvents } from '../../labeling/index.ts';
import { pick, rowsWhere } from '../../math/index.ts';
import { meanOf } from '../metrics.ts';
import { longRunVariance } from '../significance/mean-test.ts';
import type { Spans } from './coin.ts';

/**
 * Number of independent trades among some: the sum of their uniqueness, where concurrency is counted among them and
 * within each instrument.
 *
 * @param rows - positions of the trades that count.
 * @see López de Prado (2018), AFML snippet 4.2.
 */
export function effectiveTrades({ t0, end }: Spans, instrument: Int32Array, rows: Int32Array): number {
  let last = -1;
  for (let k = 0; k < rows.length; k++) last = Math.max(last, instrument[rows[k]]);
  let total = 0;
  for (let i = 0; i <= last; i++) {
    const own = pick(
      rows,
      rowsWhere(rows.length, (k) => instrument[rows[k]] === i),
    );
    const uniqueness = averageUniqueness(pick(t0, own), pick(end, own));
    for (let k = 0; k < uniqueness.length; k++) total += uniqueness[k];
  }
  return total;
}

/** Most spans that cover one bar or tick, over all instruments; one that ends in the bar at whose close another is entered is open with it. */
export function maxOpenTrades({ t0, end }: Spans): number {
  const { counts } = numConcurrentEvents(t0, end);
  let most = 0;
  for (let tick = 0; tick < counts.length; tick++) most = Math.max(most, counts[tick]);
  return most;
}

/**
 * Mean number of spans that are open where one begins, itself and those that begin with it included, over all instruments; an entry
 * at the bar of an exit counts as open with it.
 *
 * @returns >= 1; 1 for no spans.
 */
export function meanOpenTrades({ t0, t1 }: { readonly t0: Int32Array; readonly t1: Int32Array }): number {
  const { first, counts } = numConcurrentEvents(t0, t1);
  let total = 0;
  for (let k = 0; k < t0.length; k++) total += counts[t0[k] - first];
  return t0.length === 0 ? 1 : total / t0.length;
}

/** Quantiles of the normal distribution for a one-sided test at 5 % that finds what is there in 4 of 5 cases. */
const LEVEL_AND_POWER = 1.645 + 0.842;

/**
 * Smallest log-loss skill that this many events find in 4 of 5 cases: (1.645 + 0.842)² / (2 · n_eff · H(b)), where
 * n_eff = n · variance / long-run variance of y − b. It never depends on the model.
 *
 * @param label - (n,) 0 or 1. @param baseRate - (n,) in (0, 1).
 * @param lag - see `overlapLag`; at most n − 1 are used.
 * @returns (0, 1]; 1, the skill of certainty, where less cannot be found.
 */
export function detectableSkill(label: Uint8Array, baseRate: Float64Array, lag: number): number {
  const n = label.length;
  if (n < 2) return 1;
  const surprise = new Float64Array(n);
  for (let k = 0; k < n; k++) surprise[k] = label[k] - baseRate[k];
  const variance = longRunVariance(surprise, 0);
  const effective = (n * variance) / longRunVariance(surprise, Math.min(lag, n - 1));
  const mean = meanOf(baseRate);
  const entropy = -mean * Math.log(mean) - (1 - mean) * Math.log(1 - mean);
  const skill = LEVEL_AND_POWER ** 2 / (2 * effective * entropy);
  return Number.isFinite(skill) ? Math.min(1, skill) : 1;
}

/** Share of events whose part in the variance is told. */
const TOP = 0.01;
/** Standard deviation below which values differ by rounding errors alone. */
const ROUNDING = 1e-12;

/**
 * Share of the variance that the top 1 % of events make, at least one event.
 *
 * @param excess - (n,) units of R. @returns [0, 1]; 0 where nothing varies.
 */
export function topVarianceShare(excess: Float64Array): number {
  const mean = meanOf(excess);
  const squares = new Float64Array(excess.length);
  for (let k = 0; k < squares.length; k++) squares[k] = (excess[k] - mean) ** 2;
  squares.sort();
  const total = sumOf(squares);
  const top = sumOf(squares.subarray(excess.length - Math.ceil(TOP * excess.length)));
  return total > excess.length * ROUNDING ** 2 ? top / total : 0;
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k];
  return sum;
}
