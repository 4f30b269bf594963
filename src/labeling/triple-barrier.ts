import { ConditionError, checkInteger, checkSameLength } from '../core/index.ts';
import type { BarSeries, FillRule } from '../domain/index.ts';
import type { Events } from './event-sampling.ts';
import { BARRIER_KINDS, type TradeExit } from './labeler.ts';
import { roundToTick } from './terms/tick-size.ts';

export interface BarrierOptions {
  /** Take-profit distance in units of the target; > 0. */
  readonly ptMultiplier: number;
  /** Stop-loss distance in units of the target; > 0. */
  readonly slMultiplier: number;
  /** Bars until the vertical barrier; >= 1. */
  readonly maxHoldingBars: number;
  /** Step to which barriers are rounded away from the entry, price units, > 0; null, the default, for none. */
  readonly tickSize?: number | null;
}

/** A trade that is still open. */
export interface UnresolvedExit {
  readonly bar: -1;
  readonly price: number;
  readonly kind: 'unresolved';
}

/** The end of one trade, or `unresolved` while it is open: bar -1, price NaN. */
export type BarrierExit = TradeExit | UnresolvedExit;

/** The ends of the trades of a run of events, in columns over events. */
export interface Barriers {
  /** (nEvents,) bar of exit, -1 where the barriers are not resolved by the end of the data. */
  readonly exit: Int32Array;
  /** (nEvents,) NaN where unresolved. */
  readonly exitPrice: Float64Array;
  /** (nEvents,) index into {@link BARRIER_KINDS}. */
  readonly kind: Uint8Array;
}

const UNRESOLVED: UnresolvedExit = { bar: -1, price: Number.NaN, kind: 'unresolved' };

/**
 * Follows one trade from the close of its entry bar to the first barrier. On every later bar, in this order: an open at or
 * beyond a barrier exits at that open; else a low or high at or beyond the stop exits at the stop; else one at or beyond
 * the take-profit exits there. A bar that touches both is a stop. None by the vertical barrier: exit at that bar's close.
 *
 * @param entry - bar of entry.
 * @param side - -1 or +1.
 * @param target - distance unit in price units, as of the entry bar; not > 0 means no barrier can be set: unresolved.
 * @param fill - `barrier` is the rule above; see {@link FillRule} for the others.
 * @returns the exit; it depends on the bars up to the exit and on none after it.
 * @see López de Prado (2018), AFML ch. 3.2 and 3.4; here on highs and lows, side-aware, with gaps honoured.
 */
export function resolveBarrier(
  bars: BarSeries,
  entry: number,
  side: number,
  target: number,
  options: BarrierOptions,
  fill: FillRule = 'barrier',
): BarrierExit {
  if (fill === 'close') return resolveOnCloses(bars, entry, side, target, options);
  const exit = resolveOnRanges(bars, entry, side, target, options);
  if (fill === 'barrier' || exit.kind !== 'stop_loss') return exit;
  return { ...exit, price: side > 0 ? bars.low[exit.bar] : bars.high[exit.bar] };
}

/** Price of the take-profit of a trade that was entered at `close`, rounded to the tick away from it. */
export function takeProfitPrice(close: number, side: number, target: number, options: BarrierOptions): number {
  return roundToTick(close + side * options.ptMultiplier * target, side, options.tickSize ?? null);
}

/** Price of the stop of a trade that was entered at `close`, rounded to the tick away from it. */
export function stopPrice(close: number, side: number, target: number, options: BarrierOptions): number {
  return roundToTick(close - side * options.slMultiplier * target, -side, options.tickSize ?? null);
}

function resolveOnRanges(
  bars: BarSeries,
  entry: number,
  side: number,
  target: number,
  options: BarrierOptions,
): BarrierExit {
  if (!(target > 0)) return UNRESOLVED;
  const { open, high, low, close } = bars;
  const takeProfit = takeProfitPrice(close[entry], side, target, options);
  const stop = stopPrice(close[entry], side, target, options);
  const last = Math.min(entry + options.maxHoldingBars, bars.length - 1);
  const i = firstTouch(low, high, entry, last, side > 0 ? stop : takeProfit, side > 0 ? takeProfit : stop);
  if (i < 0) return atVertical(bars, entry, options);
  const o = open[i];
  if (side > 0 ? o <= stop : o >= stop) return { bar: i, price: o, kind: 'stop_loss' };
  if (side > 0 ? o >= takeProfit : o <= takeProfit) return { bar: i, price: o, kind: 'take_profit' };
  if (side > 0 ? low[i] <= stop : high[i] >= stop) return { bar: i, price: stop, kind: 'stop_loss' };
  return { bar: i, price: takeProfit, kind: 'take_profit' };
}

function resolveOnCloses(
  bars: BarSeries,
  entry: number,
  side: number,
  target: number,
  options: BarrierOptions,
): BarrierExit {
  if (!(target > 0)) return UNRESOLVED;
  const { close } = bars;
  const takeProfit = takeProfitPrice(close[entry], side, target, options);
  const stop = stopPrice(close[entry], side, target, options);
  const last = Math.min(entry + options.maxHoldingBars, bars.length - 1);
  const i = firstTouch(close, close, entry, last, side > 0 ? stop : takeProfit, side > 0 ? takeProfit : stop);
  if (i < 0) return atVertical(bars, entry, options);
  return {
    bar: i,
    price: close[i],
    kind: (side > 0 ? close[i] <= stop : close[i] >= stop) ? 'stop_loss' : 'take_profit',
  };
}

/** First bar after the entry, up to `last`, whose range reaches one of two prices; -1 for none. Opens lie within the range. */
function firstTouch(
  low: Float64Array,
  high: Float64Array,
  entry: number,
  last: number,
  lower: number,
  upper: number,
): number {
  for (let i = entry + 1; i <= last; i++) if (low[i] <= lower || high[i] >= upper) return i;
  return -1;
}

function atVertical({ close, length }: BarSeries, entry: number, { maxHoldingBars }: BarrierOptions): BarrierExit {
  const vertical = entry + maxHoldingBars;
  return vertical < length ? { bar: vertical, price: close[vertical], kind: 'vertical' } : UNRESOLVED;
}

/**
 * {@link resolveBarrier} for every event.
 *
 * @param target - (nBars,) distance unit as of each bar, price units; entry i may use bars <= i only.
 * @throws {ConditionError} when `target` does not cover the bars, or an option is out of range.
 */
export function tripleBarrier(
  bars: BarSeries,
  events: Events,
  target: Float64Array,
  options: BarrierOptions,
  fill: FillRule = 'barrier',
): Barriers {
  checkSameLength('target', target, 'bars', bars);
  checkBarrierOptions(options);
  const n = events.index.length;
  const exit = new Int32Array(n);
  const exitPrice = new Float64Array(n);
  const kind = new Uint8Array(n);
  for (let k = 0; k < n; k++) {
    const entry = events.index[k];
    const resolved =
      fill === 'barrier' // called directly, because one more call takes a tenth of the time
        ? resolveOnRanges(bars, entry, events.side[k], target[entry], options)
        : resolveBarrier(bars, entry, events.side[k], target[entry], options, fill);
    exit[k] = resolved.bar;
    exitPrice[k] = resolved.price;
    kind[k] = BARRIER_KINDS.indexOf(resolved.kind);
  }
  return { exit, exitPrice, kind };
}

/** @throws {ConditionError} when an option is out of range. */
export function checkBarrierOptions(options: BarrierOptions): void {
  checkAboveZero('ptMultiplier', options.ptMultiplier);
  checkAboveZero('slMultiplier', options.slMultiplier);
  checkInteger('maxHoldingBars', options.maxHoldingBars, 1);
  if (options.tickSize != null) checkAboveZero('tickSize', options.tickSize);
}

function checkAboveZero(field: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new ConditionError(field, 'a finite number > 0', value);
}
