import { checkSameLength } from '../../core/index.ts';
import { coinReturn, excessReturn } from '../../labeling/index.ts';
import { pick, readRows, rowsWhere } from '../../math/index.ts';
import { meanInterval } from '../significance/mean-interval.ts';
import { overlapLag } from '../significance/mean-test.ts';
import type { CoinKnowledge, JudgedTrades, Money, MoneyColumns, MoneyMean } from './claims.ts';

/** Simple gross returns of both sides of the same events. */
export type BothReturns = Pick<JudgedTrades, 'ret' | 'otherRet'>;

/** What the coin earns at each event, and what the side earned over it: ret = coin + excess, exactly. */
export interface CoinColumns {
  /** (n,) mean return of the two sides. */
  readonly coin: Float64Array;
  /** (n,) half of the difference of side and other side. */
  readonly excess: Float64Array;
}

/**
 * Splits returns into what a coin earns at the same event and what the side earned over it.
 *
 * @throws {ConditionError} when the lengths differ.
 */
export function coinOf({ ret, otherRet }: BothReturns): CoinColumns {
  checkSameLength('otherRet', otherRet, 'ret', ret);
  const n = ret.length;
  const coin = new Float64Array(n);
  const excess = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    coin[k] = coinReturn(ret[k], otherRet[k]);
    excess[k] = excessReturn(ret[k], otherRet[k]);
  }
  return { coin, excess };
}

/** Spans of trades, by entry. */
export type Spans = Pick<JudgedTrades, 't0' | 'end'>;

/**
 * Mean returns of trades with HAC intervals: as booked, of the coin, and over it; of all and of the taken ones.
 *
 * @param returns - a row without both returns is left out.
 * @param take - (n,) 1 for a taken trade.
 * @param lag - see {@link overlapLag}; of the taken ones it is counted among themselves.
 * @param coin - whether `otherRet` is of trades; else nothing is said of a coin.
 */
export function moneyOf(
  returns: BothReturns,
  spans: Spans,
  take: Uint8Array,
  lag: number,
  coin: CoinKnowledge = 'known',
): Money {
  const { ret, otherRet } = returns;
  const isKnown = (k: number): boolean => Number.isFinite(ret[k] + otherRet[k]);
  const known = rowsWhere(ret.length, isKnown);
  const taken = rowsWhere(ret.length, (k) => take[k] === 1 && isKnown(k));
  const takenLag = overlapLag(pick(spans.t0, taken), pick(spans.end, taken));
  return {
    ...columnsOf(returns, known, lag, coin),
    taken: taken.length === 0 ? null : columnsOf(returns, taken, takenLag, coin),
  };
}

function columnsOf(
  { ret, otherRet }: BothReturns,
  rows: Int32Array,
  lag: number,
  knowledge: CoinKnowledge,
): MoneyColumns {
  const booked = readRows(ret, rows);
  const { coin, excess } = coinOf({ ret: booked, otherRet: readRows(otherRet, rows) });
  return {
    booked: moneyMean(booked, lag),
    coin: knowledge === 'known' ? moneyMean(coin, lag) : null,
    excess: moneyMean(excess, lag),
  };
}

const BPS = 1e4;

/** Mean with its HAC interval, bp. @param returns - (n,) simple returns in time order. */
export function moneyMean(returns: Float64Array, lag: number): MoneyMean {
  const { mean, low, high, t, n } = meanInterval(returns, lag);
  const inBps = (value: number | null): number | null => (value === null ? null : value * BPS);
  return { meanBps: mean * BPS, low: inBps(low), high: inBps(high), t, n };
}

/** Mean of the coin where it differs from 0 by more than chance, two-sided at 5 %, bp a trade; else 0. */
export function coinBias({ low, high, meanBps }: MoneyMean): number {
  return (low ?? 0) > 0 || (high ?? 0) < 0 ? meanBps : 0;
}
