import { everyRow, finiteValues, pick, quantilesOfSorted, rowsWhere } from '../../math/index.ts';
import type { JudgedTrades } from '../claims/claims.ts';
import { boundsOf, meanOf } from '../metrics.ts';
import type { DecidedTrades } from './decided-trades.ts';
import { type Hits, hitsOf, winRate } from './hits.ts';

/** Trades that are taken above one probability. */
export interface ThresholdRow extends Hits {
  /** Taken is what has a larger probability; null for the decision, which has a break-even for every event. */
  readonly threshold: number | null;
  /** Whether the threshold is the median break-even. */
  readonly isBreakEven: boolean;
  /** Mean return over the coin after the cost of the taken trades, units of R; null where none was taken. */
  readonly excessR: number | null;
}

/** Break-evens of the events. */
export interface BreakEvenRange {
  readonly median: number;
  /** 5 % and 95 % of the events have less. */
  readonly low: number;
  readonly high: number;
  /** Number of events whose break-even is known. */
  readonly n: number;
  /** How many of them no probability pays: their break-even is 1 or more. */
  readonly nOutOfReach: number;
}

/** What other thresholds than the break-even would have taken. */
export interface ThresholdFigures {
  /** Null where too little is known of every event. */
  readonly breakEven: BreakEvenRange | null;
  /** Share of all trades that won: the precision of a coin; null for no trades. */
  readonly baseRate: number | null;
  /** Rising thresholds, the median break-even among them. */
  readonly rows: readonly ThresholdRow[];
  /** Every event by its own break-even: what `take` says. */
  readonly decided: ThresholdRow;
}

const STEP = 0.05;
const N_STEPS = 20;
/** Quantiles that bound nine tenths. */
const TWENTIETHS = 20;

/** Counts what thresholds on the probability take, beside the decision. A model that does not answer takes nothing. */
export function thresholdFigures(trades: JudgedTrades, decided: DecidedTrades): ThresholdFigures {
  const { label, probability } = trades;
  const all = everyRow(label.length);
  const rowOf = (threshold: number | null, isBreakEven: boolean, take: Uint8Array): ThresholdRow => {
    const taken = rowsWhere(take.length, (row) => take[row] === 1);
    const excessR = taken.length === 0 ? null : meanOf(pick(decided.excess, taken));
    return { threshold, isBreakEven, ...hitsOf(label, all, (row) => take[row] === 1), excessR };
  };
  const answered = rowsWhere(label.length, (row) => decided.isAnswered[row] === 1);
  const take = new Uint8Array(label.length);
  const above = (threshold: number, isBreakEven: boolean): ThresholdRow => {
    for (let k = 0; k < take.length; k++) take[k] = probability[k] > threshold ? decided.isAnswered[k] : 0;
    return rowOf(threshold, isBreakEven, take);
  };
  const breakEven = rangeOf(finiteValues(pick(decided.breakEven, answered)));
  const rows = gridWithin(pick(probability, answered)).map((threshold) => above(threshold, false));
  if (breakEven !== null) rows.push(above(breakEven.median, true));
  rows.sort((a, b) => (a.threshold ?? 0) - (b.threshold ?? 0));
  return {
    breakEven,
    baseRate: winRate(label, all),
    rows,
    decided: rowOf(null, false, decided.take),
  };
}

function rangeOf(breakEvens: Float64Array): BreakEvenRange | null {
  if (breakEvens.length === 0) return null;
  const quantiles = quantilesOfSorted(breakEvens.toSorted(), TWENTIETHS);
  let nOutOfReach = 0;
  for (let k = 0; k < breakEvens.length; k++) if (breakEvens[k] >= 1) nOutOfReach++;
  return {
    median: quantiles[TWENTIETHS / 2],
    low: quantiles[1],
    high: quantiles[TWENTIETHS - 1],
    n: breakEvens.length,
    nOutOfReach,
  };
}

/** Multiples of 0.05 between the smallest and the largest probability: others take all or none. */
function gridWithin(probability: Float64Array): number[] {
  const { low, high } = boundsOf(probability);
  const grid = Array.from({ length: N_STEPS }, (_, k) => Math.round(STEP * k * 100) / 100);
  return grid.filter((threshold) => threshold >= low && threshold < high);
}
