import { pick, risingRows, rowsWhere } from '../../math/index.ts';
import type { JudgedTrades } from '../claims/claims.ts';
import { boundsOf, meanOf } from '../metrics.ts';
import { type MeanInterval, meanInterval } from '../significance/mean-interval.ts';
import { type DecidedTrades, lagAmong, takenRows } from './decided-trades.ts';

/** What was promised of some trades and what came of it, over the coin and after the cost, units of R. */
export interface PromiseFigures {
  readonly n: number;
  /** Mean expected return; null for no trades. */
  readonly promisedR: number | null;
  /** Mean cost, which is what a coin loses; null for no trades. */
  readonly costR: number | null;
  /** Mean return; null for no trades. */
  readonly realisedR: MeanInterval | null;
  /** Realised over promised: 1 where promises are kept; null where nothing was promised. */
  readonly ratio: number | null;
}

/** Trades whose promises are neighbours. */
export interface PromiseDecile extends PromiseFigures {
  /** Smallest and largest promise of the group, units of R. */
  readonly low: number;
  readonly high: number;
}

/** Promises of the taken trades, and of all trades by tenths. */
export interface KeptPromises {
  readonly taken: PromiseFigures;
  /** Of all answered trades by what was promised; at most ten groups, rising. */
  readonly deciles: readonly PromiseDecile[];
}

const N_GROUPS = 10;

/** Compares promises with what came of them. */
export function keptPromises(trades: JudgedTrades, decided: DecidedTrades): KeptPromises {
  const { isAnswered, promised } = decided;
  const known = rowsWhere(promised.length, (k) => isAnswered[k] === 1 && Number.isFinite(promised[k]));
  return {
    taken: promisesOf(trades, decided, takenRows(decided)),
    deciles: groupsByPromise(promised, known).map((rows) => ({
      ...boundsOf(pick(promised, rows)),
      ...promisesOf(trades, decided, rows),
    })),
  };
}

/** Compares promises of some trades with what came of them. @param rows - in time order. */
export function promisesOf(
  trades: Pick<JudgedTrades, 't0' | 'end'>,
  { promised, kept, cost }: Pick<DecidedTrades, 'promised' | 'kept' | 'cost'>,
  rows: Int32Array,
): PromiseFigures {
  if (rows.length === 0) return { n: 0, promisedR: null, costR: null, realisedR: null, ratio: null };
  const promisedR = meanOf(pick(promised, rows));
  const realisedR = meanInterval(pick(kept, rows), lagAmong(trades, rows));
  return {
    n: rows.length,
    promisedR,
    costR: meanOf(pick(cost, rows)),
    realisedR,
    ratio: promisedR > 0 ? realisedR.mean / promisedR : null,
  };
}

/** Equally large groups by what was promised, each in time order; equal promises stay together. */
function groupsByPromise(promised: Float64Array, rows: Int32Array): Int32Array[] {
  const order = pick(rows, risingRows(pick(promised, rows)));
  const groups: Int32Array[] = [];
  let start = 0;
  for (let group = 1; group <= N_GROUPS; group++) {
    let end = Math.floor((group * order.length) / N_GROUPS);
    if (end <= start) continue;
    while (end < order.length && promised[order[end]] === promised[order[end - 1]]) end++;
    groups.push(order.slice(start, end).sort());
    start = end;
  }
  return groups;
}
