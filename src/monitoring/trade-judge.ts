import { findTime, longestStep } from '../core/index.ts';
import type { BarSeries, FillRule, Outcome } from '../domain/index.ts';
import { coinReturn, excessReturn, type Labeler, type TradeSide } from '../labeling/index.ts';
import type { OpenSignal, TradeEntry } from '../ports/index.ts';

/** How a trade ended, without what is known of its signal. */
export type TradeEnd = Pick<Outcome, 'outcome' | 'label' | 'tradeReturn' | 'exitTs' | 'reason' | 'coin' | 'excess'>;

/** What bars say of a trade. */
export type TradeVerdict =
  /** Nothing yet. */
  | { readonly kind: 'open' }
  /** Its own side has ended; the other one may still end. */
  | { readonly kind: 'own'; readonly end: TradeEnd }
  | { readonly kind: 'ended'; readonly end: TradeEnd }
  /** They never say more than they have said. */
  | { readonly kind: 'unsaid'; readonly reason: string };

export interface TradeJudgeOptions {
  /** The same as in training. */
  readonly labeler: Labeler;
  /** The same with the barriers of one trade, by the terms it was opened with; default `labeler` for all. */
  readonly labelerFor?: (trade: TradeEntry) => Labeler;
  /** The same as in training. */
  readonly fill: FillRule;
}

/** The later bars of an entry, as far as they follow each other without a doubt. */
interface LaterBars {
  readonly series: BarSeries;
  /** Position of the entry bar. */
  readonly entry: number;
  /** Longest step between two bars from the entry to the last bar a trade may need or the last bar, ns; exact below 2^53. */
  readonly longestStep: number;
}

/** One side of a trade as it was opened, at a bar of those that are held. */
interface OpenedTrade {
  readonly bars: BarSeries;
  /** Position of the entry bar. */
  readonly entry: number;
  readonly side: TradeSide;
  readonly target: number;
}

type Trade = Pick<OpenSignal, 'signal' | 'trade'>;

export const NO_COIN = { coin: null, excess: null } as const;
export const NO_ENTRY = 'the bar of its entry is no longer held';
const HOLE = 'bars are missing between its entry and its exit';
const NO_RETURN = 'its return is more than a number can hold';
const OPEN: TradeVerdict = { kind: 'open' };
/** Trades with terms of their own that are remembered while others of their entry are judged: two sides, and a few more. */
const REMEMBERED = 4;

/** Says by the labeler of the training what bars say of trades. */
export class TradeJudge {
  readonly #options: TradeJudgeOptions;

  constructor(options: TradeJudgeOptions) {
    this.#options = options;
  }

  /**
   * Verdicts of the trades entered at one bar. Those of the same side and terms end alike, and are judged once.
   *
   * @param series - every bar held of theirs, oldest first.
   */
  at(series: BarSeries, entryTs: bigint): (trade: Trade) => TradeVerdict {
    const later = laterBars(series, entryTs, this.#options.labeler.maxHoldingBars);
    const known: { readonly trade: Trade; readonly verdict: TradeVerdict }[] = [];
    return (trade) => {
      const alike = known.find((other) => isAlike(other.trade, trade));
      if (alike !== undefined) return alike.verdict;
      const verdict = this.#judge(trade, later);
      if (known.length < REMEMBERED) known.push({ trade, verdict });
      return verdict;
    };
  }

  #judge({ signal, trade }: Trade, later: LaterBars | null): TradeVerdict {
    const { target, maxStepNs } = trade;
    if (!(target > 0)) return { kind: 'ended', end: unresolvable(this.#options.labeler.noTargetReason) };
    if (later === null) return { kind: 'unsaid', reason: NO_ENTRY };
    const { series, entry, longestStep } = later;
    const hasHole = !(Number.isSafeInteger(longestStep) && longestStep <= Number(maxStepNs));
    const hole = hasHole ? firstHole(series, entry, maxStepNs) : series.length;
    const isCut = hole < series.length;
    const bars = isCut ? series.slice(0, hole) : series;
    const side = signal as TradeSide; // a flat signal is never opened
    try {
      const labeler = this.#options.labelerFor?.(trade) ?? this.#options.labeler;
      const opened = { bars, entry, side, target };
      const own = this.#ownEnd(labeler, opened);
      if (own === null) return isCut ? { kind: 'ended', end: unresolvable(HOLE) } : OPEN;
      const otherReturn = this.#otherReturn(labeler, opened);
      if (otherReturn === 'open' && !isCut) return { kind: 'own', end: own };
      return { kind: 'ended', end: typeof otherReturn === 'number' ? withCoin(own, otherReturn) : own };
    } catch (error) {
      // Code of a caller must not end the service.
      return { kind: 'unsaid', reason: `the labeler failed: ${(error as Error).message}` };
    }
  }

  /** The end of the own side; null while it is open. */
  #ownEnd(labeler: Labeler, { bars, entry, side, target }: OpenedTrade): TradeEnd | null {
    const exit = labeler.resolve(bars, entry, side, target, this.#options.fill);
    if (exit === null) return null;
    const { ret, label } = labeler.outcome(bars, entry, side, exit);
    if (!Number.isFinite(ret)) return unresolvable(NO_RETURN);
    const exitTs = bars.tsEvent[exit.bar];
    return { outcome: exit.kind, label, tradeReturn: ret, exitTs, reason: null, ...NO_COIN };
  }

  /** Gross return of the side against the own one; null where it has no trade, or its labeler fails. */
  #otherReturn(labeler: Labeler, own: OpenedTrade): number | 'open' | null {
    const { bars, entry } = own;
    const side = -own.side as TradeSide;
    try {
      const target = otherTarget(labeler, own);
      if (!(target > 0)) return null;
      const exit = labeler.resolve(bars, entry, side, target, this.#options.fill);
      return exit === null ? 'open' : labeler.outcome(bars, entry, side, exit).ret;
    } catch {
      return null; // code of a caller must not cost a signal its own outcome
    }
  }
}

/**
 * What the other side is opened with. Bars before the entry may have been revised since, or let go: where both sides open alike by those
 * that are held, they did so by those that the signal was judged by.
 */
function otherTarget(labeler: Labeler, { bars, entry, side, target }: OpenedTrade): number {
  const opened = labeler.open(bars, entry, -side as TradeSide);
  if (opened === target) return target;
  return Object.is(opened, labeler.open(bars, entry, side)) ? target : opened;
}

export function unresolvable(reason: string): TradeEnd {
  return { outcome: 'unresolvable', label: null, tradeReturn: null, exitTs: null, reason, ...NO_COIN };
}

/** Whether two trades of the same entry end alike, whatever the bars are. */
function isAlike(a: Trade, b: Trade): boolean {
  return (
    a.signal === b.signal &&
    a.trade.target === b.trade.target &&
    a.trade.costBps === b.trade.costBps &&
    a.trade.tickSize === b.trade.tickSize &&
    a.trade.maxStepNs === b.trade.maxStepNs
  );
}

function withCoin(own: TradeEnd, otherReturn: number): TradeEnd {
  const ret = own.tradeReturn ?? Number.NaN;
  const coin = coinReturn(ret, otherReturn);
  const excess = excessReturn(ret, otherReturn);
  return Number.isFinite(coin) && Number.isFinite(excess) ? { ...own, coin, excess } : own;
}

/** Null where the entry bar is not held. */
function laterBars(series: BarSeries, entryTs: bigint, maxHoldingBars: number): LaterBars | null {
  const { tsEvent, length } = series;
  const entry = findTime(tsEvent, entryTs);
  if (tsEvent[entry] !== entryTs) return null;
  const end = Math.min(entry + maxHoldingBars + 1, length);
  return { series, entry, longestStep: longestStep(tsEvent, entry, end) };
}

/** The first bar after `entry` that comes more than `maxStepNs` after the one before it; the length where none does. */
function firstHole(series: BarSeries, entry: number, maxStepNs: bigint): number {
  for (let i = entry + 1; i < series.length; i++) {
    if (series.tsEvent[i] - series.tsEvent[i - 1] > maxStepNs) return i;
  }
  return series.length;
}
