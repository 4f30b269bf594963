import { pick, rowsWhere } from '../../math/index.ts';
import type { JudgedTrades } from '../claims/claims.ts';
import { afmlBetAt, breakEvenAt } from '../claims/knowledge-tests.ts';
import { costInR, takeAt, tradesInR } from '../claims/money-test.ts';
import { overlapLag } from '../significance/mean-test.ts';

/** Judged trades with the factors that a size may have beside the bet. */
export interface FactoredTrades extends JudgedTrades {
  /** (n,) weight of the regime as it would have been served, [0, 1]. */
  readonly regimeWeight: Float64Array;
  /** (n,) toxicity as it would have been served, [0, 1]. */
  readonly toxicity: Float64Array;
}

/** Trades as they would have been decided at a cost under `sizing.trust: expected`, by what was known at the time. Rows are events. */
export interface DecidedTrades {
  /** (n,) 1 where the model would answer. */
  readonly isAnswered: Uint8Array;
  /** (n,) 1 where a trade is taken. */
  readonly take: Uint8Array;
  /** (n,) cost of a round trip, units of R. */
  readonly cost: Float64Array;
  /** (n,) probability above which it pays; NaN where too little is known. */
  readonly breakEven: Float64Array;
  /** (n,) AFML's bet, [0, 1]; 0 where it is not taken. */
  readonly bet: Float64Array;
  /** (n,) expected return over the coin after the cost, units of R; NaN where too little is known. */
  readonly promised: Float64Array;
  /** (n,) what came of the promise: the return less the mean coin known at the time, after the cost, units of R. */
  readonly kept: Float64Array;
  /** (n,) return after the cost, units of R. */
  readonly booked: Float64Array;
  /** (n,) return over the event's own coin after the cost, units of R. */
  readonly excess: Float64Array;
}

/**
 * Decides trades at a cost.
 *
 * @param trades - each with the returns of both sides and a risk.
 * @param costBps - cost of a round trip of each instrument, basis points.
 */
export function decideTrades(trades: JudgedTrades, costBps: ArrayLike<number>): DecidedTrades {
  const n = trades.t0.length;
  const cost = costInR(trades, costBps);
  const gross = tradesInR(trades);
  const take = takeAt(trades, cost);
  const column = (): Float64Array => new Float64Array(n);
  const decided = {
    isAnswered: trades.isAnswered,
    take,
    cost,
    breakEven: column(),
    bet: column(),
    promised: column(),
    kept: column(),
    booked: column(),
    excess: column(),
  };
  for (let k = 0; k < n; k++) {
    decided.breakEven[k] = breakEvenAt(trades, k, cost[k]);
    decided.bet[k] = take[k] === 1 ? afmlBetAt(trades, k, cost[k]) : 0;
    decided.promised[k] = trades.expectedR[k] - cost[k];
    decided.booked[k] = gross.booked[k] - cost[k];
    decided.kept[k] = decided.booked[k] - trades.coin[k];
    decided.excess[k] = gross.excess[k] - cost[k];
  }
  return decided;
}

/** Rows of the trades that are taken. */
export function takenRows({ take }: Pick<DecidedTrades, 'take'>): Int32Array {
  return rowsWhere(take.length, (k) => take[k] === 1);
}

/** Lags at which the spans of some trades overlap. */
export function lagAmong({ t0, end }: Pick<JudgedTrades, 't0' | 'end'>, rows: Int32Array): number {
  return overlapLag(pick(t0, rows), pick(end, rows));
}
