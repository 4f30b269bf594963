import { checkSameLength } from '../core/index.ts';

/** What a way of betting earned, in units of one trade's stake. */
export interface MoneyFigures {
  /** Sum of the net returns. */
  readonly netReturn: number;
  /** Daily Sharpe ratio, annualised by the trading days a year in the data; null when it does not exist. */
  readonly sharpe: number | null;
  /** Largest fall of the cumulative sum of daily returns from its peak, the start included, >= 0. */
  readonly maxDrawdown: number;
  readonly nTrades: number;
}

/** Trades in time order of entry, each booked on the UTC day on which it ended. */
export interface Trades {
  /** (nTrades,) last bars. */
  readonly t1: Int32Array;
  /** (nTrades,) net returns of a unit trade. */
  readonly ret: Float64Array;
}

const NS_PER_DAY = 86_400_000_000_000n;
const DAYS_PER_YEAR = 365.25;

/**
 * Money of some trades: returns add up per UTC day, and a day without an exit returned 0.
 *
 * @param tsEvent - (nBars,) closes of the bars, ns; trading days are the UTC days that have a bar.
 * @param firstBar - bar at which the account opens; days before it do not count.
 * @param trades - none ends before `firstBar`.
 * @param exposure - (nTrades,) stake of each trade; null for one each.
 * @throws {ConditionError} when the lengths differ.
 */
export function moneyFigures(
  tsEvent: BigInt64Array,
  firstBar: number,
  trades: Trades,
  exposure: Float64Array | null,
): MoneyFigures {
  const { daily, daysAYear } = dailyReturns(tsEvent, firstBar, trades, exposure);
  let total = 0;
  let peak = 0;
  let maxDrawdown = 0;
  for (const r of daily) {
    total += r;
    peak = Math.max(peak, total);
    maxDrawdown = Math.max(maxDrawdown, peak - total);
  }
  return { netReturn: total, sharpe: annualSharpe(daily, daysAYear), maxDrawdown, nTrades: trades.ret.length };
}

/** An account day by day, in units of one trade's stake. */
export interface EquityCurve {
  /** (nDays,) close of the day's first bar, ns. */
  readonly tsEvent: BigInt64Array;
  /** (nDays,) sum of the returns up to the end of the day; its last is `netReturn`. */
  readonly equity: Float64Array;
  /** (nDays,) fall of that sum from its highest so far, the start included, >= 0; its largest is `maxDrawdown`. */
  readonly drawdown: Float64Array;
}

/** The account behind {@link moneyFigures}: the same arguments, the same sums. @throws {ConditionError} as there. */
export function equityCurve(
  tsEvent: BigInt64Array,
  firstBar: number,
  trades: Trades,
  exposure: Float64Array | null,
): EquityCurve {
  const { daily, dayOf } = dailyReturns(tsEvent, firstBar, trades, exposure);
  const equity = new Float64Array(daily.length);
  const drawdown = new Float64Array(daily.length);
  let [total, peak] = [0, 0];
  for (let d = 0; d < daily.length; d++) {
    total += daily[d];
    peak = Math.max(peak, total);
    equity[d] = total;
    drawdown[d] = peak - total;
  }
  const days = new BigInt64Array(daily.length);
  for (let i = dayOf.length - 1; i >= 0; i--) days[dayOf[i]] = tsEvent[firstBar + i];
  return { tsEvent: days, equity, drawdown };
}

interface DailyReturns extends TradingDays {
  /** (nDays,) sum of the returns of the trades that ended on each day. */
  readonly daily: Float64Array;
}

function dailyReturns(
  tsEvent: BigInt64Array,
  firstBar: number,
  { t1, ret }: Trades,
  exposure: Float64Array | null,
): DailyReturns {
  checkSameLength('ret', ret, 't1', t1);
  if (exposure !== null) checkSameLength('exposure', exposure, 't1', t1);
  const days = tradingDays(tsEvent, firstBar);
  const daily = new Float64Array(days.nDays);
  for (let k = 0; k < ret.length; k++) daily[days.dayOf[t1[k] - firstBar]] += ret[k] * (exposure?.[k] ?? 1);
  return { ...days, daily };
}

/**
 * Stakes in proportion to a size, scaled to a mean of one by the sizes of past events only: event k's size times the number
 * of events before it over the sum of theirs.
 *
 * @param size - (nTrades,) >= 0, in time order.
 * @returns (nTrades,) stakes; one where there is no size before to go by, and 0 for a size of 0.
 */
export function sameMeanExposure(size: Float64Array): Float64Array {
  const exposure = new Float64Array(size.length);
  let sum = 0;
  for (let k = 0; k < size.length; k++) {
    const alone = size[k] > 0 ? 1 : 0;
    exposure[k] = sum > 0 ? (size[k] * k) / sum : alone;
    sum += size[k];
  }
  return exposure;
}

interface TradingDays {
  /** (nBars − firstBar,) index of each bar's day. */
  readonly dayOf: Int32Array;
  readonly nDays: number;
  readonly daysAYear: number;
}

function tradingDays(tsEvent: BigInt64Array, firstBar: number): TradingDays {
  const n = tsEvent.length - firstBar;
  const dayOf = new Int32Array(n);
  let nDays = 0;
  let nextDay = 0n;
  for (let i = 0; i < n; i++) {
    const ts = tsEvent[firstBar + i];
    if (i === 0 || ts >= nextDay) {
      nDays++;
      nextDay = startOfNextDay(ts);
    }
    dayOf[i] = nDays - 1;
  }
  const spanDays = n === 0 ? 0 : Number(tsEvent[tsEvent.length - 1] - tsEvent[firstBar]) / Number(NS_PER_DAY);
  // Under a day there is no year to speak of: every day trades.
  const daysAYear = spanDays < 1 ? DAYS_PER_YEAR : Math.min(DAYS_PER_YEAR, (nDays / spanDays) * DAYS_PER_YEAR);
  return { dayOf, nDays, daysAYear };
}

/** Midnight UTC after a time. A bigint's remainder has its sign, and before 1970 times are negative. */
function startOfNextDay(ts: bigint): bigint {
  const sinceMidnight = ((ts % NS_PER_DAY) + NS_PER_DAY) % NS_PER_DAY;
  return ts - sinceMidnight + NS_PER_DAY;
}

function annualSharpe(daily: Float64Array, daysAYear: number): number | null {
  const n = daily.length;
  let mean = 0;
  for (const r of daily) mean += r / n;
  let squares = 0;
  for (const r of daily) squares += (r - mean) ** 2;
  const deviation = Math.sqrt(squares / (n - 1));
  return n < 2 || !(deviation > 0) ? null : (mean / deviation) * Math.sqrt(daysAYear);
}
