import { checkSameLength } from '../core/index.ts';

/** Return and risk of trades, in units of one trade's stake. */
export interface MoneyFigures {
  /** Sum of the net returns. */
  readonly netReturn: number;
  /** Sharpe ratio of daily returns, annualised by the trading days per year in the data; null when it is undefined. */
  readonly sharpe: number | null;
  /** Largest fall of the cumulative sum of daily returns from its peak, the start included, >= 0. */
  readonly maxDrawdown: number;
  readonly nTrades: number;
}

/** Trades in time order of entry, each booked on the UTC day on which it ended. */
export interface Trades {
  /** (nTrades,) bar indices of the exits. */
  readonly t1: Int32Array;
  /** (nTrades,) net return of a unit trade. */
  readonly ret: Float64Array;
}

const NS_PER_DAY = 86_400_000_000_000n;
const DAYS_PER_YEAR = 365.25;

/**
 * Computes return, Sharpe ratio and drawdown of trades. Returns are summed per UTC day; a day without an exit has a
 * return of 0.
 *
 * @param tsEvent - (nBars,) close times of the bars, UNIX ns; trading days are the UTC days that have a bar.
 * @param firstBar - bar at which the account opens; days before it do not count.
 * @param trades - none ends before `firstBar`.
 * @param exposure - (nTrades,) stake of each trade; null for a stake of 1 each.
 * @throws {ConditionError} when the lengths differ.
 */
export function moneyFigures(
  tsEvent: BigInt64Array,
  firstBar: number,
  trades: Trades,
  exposure: Float64Array | null,
): MoneyFigures {
  const { daily, daysPerYear } = dailyReturns(tsEvent, firstBar, trades, exposure);
  let total = 0;
  let peak = 0;
  let maxDrawdown = 0;
  for (const r of daily) {
    total += r;
    peak = Math.max(peak, total);
    maxDrawdown = Math.max(maxDrawdown, peak - total);
  }
  return { netReturn: total, sharpe: annualSharpe(daily, daysPerYear), maxDrawdown, nTrades: trades.ret.length };
}

/** Equity day by day, in units of one trade's stake. */
export interface EquityCurve {
  /** (nDays,) close time of the day's first bar, UNIX ns. */
  readonly tsEvent: BigInt64Array;
  /** (nDays,) sum of the returns up to the end of the day; the last one is `netReturn`. */
  readonly equity: Float64Array;
  /** (nDays,) fall of that sum from its peak so far, the start included, >= 0; the largest one is `maxDrawdown`. */
  readonly drawdown: Float64Array;
}

/** Computes the equity curve behind {@link moneyFigures}, which describes the arguments and errors. */
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
 * Computes stakes proportional to size, with a mean of about one by past events only: size k times k over the sum of the
 * k sizes before it.
 *
 * @param size - (nTrades,) >= 0, in time order.
 * @returns (nTrades,) stakes; 0 for a size of 0, and 1 when all sizes before it are 0.
 */
export function sameMeanExposure(size: Float64Array): Float64Array {
  const exposure = new Float64Array(size.length);
  let sum = 0;
  for (let k = 0; k < size.length; k++) {
    const first = size[k] > 0 ? 1 : 0;
    exposure[k] = sum > 0 ? (size[k] * k) / sum : first;
    sum += size[k];
  }
  return exposure;
}

interface TradingDays {
  /** (nBars − firstBar,) index of each bar's day. */
  readonly dayOf: Int32Array;
  readonly nDays: number;
  readonly daysPerYear: number;
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
  // A span of less than a day does not show which days trade, so every day counts.
  const daysPerYear = spanDays < 1 ? DAYS_PER_YEAR : Math.min(DAYS_PER_YEAR, (nDays / spanDays) * DAYS_PER_YEAR);
  return { dayOf, nDays, daysPerYear };
}

/** Next midnight UTC, ns. The remainder of a time before 1970 is negative and is shifted into [0, day). */
function startOfNextDay(ts: bigint): bigint {
  const sinceMidnight = ((ts % NS_PER_DAY) + NS_PER_DAY) % NS_PER_DAY;
  return ts - sinceMidnight + NS_PER_DAY;
}

function annualSharpe(daily: Float64Array, daysPerYear: number): number | null {
  const n = daily.length;
  let mean = 0;
  for (const r of daily) mean += r / n;
  let squares = 0;
  for (const r of daily) squares += (r - mean) ** 2;
  const deviation = Math.sqrt(squares / (n - 1));
  return n < 2 || !(deviation > 0) ? null : (mean / deviation) * Math.sqrt(daysPerYear);
}
