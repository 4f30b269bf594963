import { findTime, longestStep, SlotMap } from '../core/index.ts';
import { type BarSeries, type FillRule, type Outcome, seriesKey } from '../domain/index.ts';
import { coinReturn, excessReturn, type Labeler, type TradeSide } from '../labeling/index.ts';
import type { OpenSignal, TradeEntry } from '../ports/index.ts';

export interface OutcomeTrackerOptions {
  /** The same as in training. */
  readonly labeler: Labeler;
  /** The same with the barriers of one trade, by the terms it was opened with; default `labeler` for all. */
  readonly labelerFor?: (trade: TradeEntry) => Labeler;
  /** The same as in training. */
  readonly fill: FillRule;
  /** Maximum number of open trades followed at once; the oldest is given up first. */
  readonly maxOpen: number;
  /** The time, UNIX ms. */
  readonly nowMs: () => number;
}

/** How a trade ended, without what is known of its signal. */
type TradeEnd = Pick<Outcome, 'outcome' | 'label' | 'tradeReturn' | 'exitTs' | 'reason' | 'coin' | 'excess'>;

/** An end as it is reported from outside; its return is gross. */
export type ReportedEnd = Pick<Outcome, 'label' | 'tradeReturn' | 'exitTs'>;

/** Open signals that entered at the same bar. */
interface EntryGroup {
  readonly entryTs: bigint;
  readonly signals: Map<string, OpenSignal>;
}

/** The later bars of an entry, as far as they follow each other without a doubt. */
interface LaterBars {
  readonly series: BarSeries;
  /** Position of the entry bar. */
  readonly entry: number;
  /** Longest step between two bars from the entry to the last bar a trade may need or the last bar, ns; exact below 2^53. */
  readonly longestStep: number;
}

const NO_COIN = { coin: null, excess: null } as const;
const NO_ENTRY = 'the bar of its entry is no longer held';
const HOLE = 'bars are missing between its entry and its exit';
const NO_RETURN = 'its return is more than a number can hold';
const GIVEN_UP = 'more trades are open than may be followed';

/**
 * Follows both sides of signals from their entry to their exit, by the labeler of the training, as bars come to be known. An outcome
 * comes with the bar that ends the later side, and not before; or with what makes it certain that the other side never ends: then it
 * has no `coin`. Where outcomes are given, only a report or too many open trades end one.
 */
export class OutcomeTracker {
  readonly #options: OutcomeTrackerOptions;
  /** By the key of their series. */
  readonly #series = new Map<string, SlotMap<EntryGroup, bigint>>();
  readonly #open = new SlotMap<OpenSignal>(); // oldest first
  /** Ends of signals whose other side is still open, by the bars as they were last known. */
  readonly #ownEnds = new SlotMap<TradeEnd>();

  constructor(options: OutcomeTrackerOptions) {
    this.#options = options;
  }

  get nOpen(): number {
    return this.#open.size;
  }

  find(signalId: string): OpenSignal | null {
    return this.#open.get(signalId);
  }

  /** Follows a signal from now on. @returns those given up to make room. */
  open(signal: OpenSignal): Outcome[] {
    const key = seriesKey(signal.instrumentId, signal.barType);
    const groups = this.#series.get(key) ?? new SlotMap<EntryGroup, bigint>();
    this.#series.set(key, groups);
    const { entryTs } = signal.trade;
    const group = groups.get(entryTs) ?? { entryTs, signals: new Map<string, OpenSignal>() };
    groups.set(entryTs, group);
    group.signals.set(signal.signalId, signal);
    this.#open.set(signal.signalId, signal);
    const givenUp: Outcome[] = [];
    while (this.#open.size > this.#options.maxOpen) {
      const oldest = this.#open.oldest as OpenSignal;
      givenUp.push(this.#end(oldest, this.#endWithout(oldest, GIVEN_UP)));
    }
    return givenUp;
  }

  /** Ends an open signal by an outcome that is reported from outside. @returns null where the signal is not open. */
  report(signalId: string, { label, tradeReturn: ret, exitTs }: ReportedEnd): Outcome | null {
    const signal = this.#open.get(signalId);
    if (signal === null) return null;
    return this.#end(signal, { outcome: 'told', label, tradeReturn: ret, exitTs, reason: null, ...NO_COIN });
  }

  /** Whether a signal is open and its own side has not ended. */
  isTrading(signalId: string): boolean {
    return this.#open.get(signalId) !== null && this.#ownEnds.get(signalId) === null;
  }

  /** When the open trades of a series were entered, each time once. */
  entriesOf(key: string): bigint[] {
    return [...(this.#series.get(key)?.keys() ?? [])];
  }

  /**
   * Looks at the bars of a series again. Those trades end that the labeler resolves by them, or whose later bars have a
   * hole before their exit.
   *
   * @param key - of the series. @param series - every bar held of it, oldest first.
   * @param entries - only trades entered at these times; by default all.
   */
  advance(key: string, series: BarSeries, entries: readonly bigint[] = this.entriesOf(key)): Outcome[] {
    const resolved: Outcome[] = [];
    if (this.#options.labeler.isGiven) return resolved;
    for (const entryTs of entries) {
      const later = laterBars(series, entryTs, this.#options.labeler.maxHoldingBars);
      for (const signal of this.#series.get(key)?.get(entryTs)?.signals.values() ?? []) {
        const end = this.#judge(signal, later);
        if (end !== null) resolved.push(this.#end(signal, end));
      }
    }
    return resolved;
  }

  /** Open trades of a series that were entered at a time. */
  countAt(key: string, entryTs: bigint): number {
    return this.#series.get(key)?.get(entryTs)?.signals.size ?? 0;
  }

  /** {@link advance} for one signal, which came after bars that may decide it. */
  advanceOne(signalId: string, series: BarSeries): Outcome[] {
    const signal = this.#open.get(signalId);
    const { labeler } = this.#options;
    if (signal === null || labeler.isGiven) return [];
    const later = laterBars(series, signal.trade.entryTs, labeler.maxHoldingBars);
    const end = this.#judge(signal, later);
    return end === null ? [] : [this.#end(signal, end)];
  }

  /** Ends every trade of a series whose bars are let go, and that needs them. */
  abandon(key: string): Outcome[] {
    if (this.#options.labeler.isGiven) return [];
    const groups = this.#series.get(key)?.values() ?? [];
    const signals = groups.flatMap((group) => [...group.signals.values()]);
    return signals.map((signal) => this.#end(signal, this.#endWithout(signal, NO_ENTRY)));
  }

  /** Null while a side is open that may end. */
  #judge(signal: OpenSignal, later: LaterBars | null): TradeEnd | null {
    const { target, maxStepNs } = signal.trade;
    if (!(target > 0)) return unresolvable(this.#options.labeler.noTargetReason);
    if (later === null) return this.#endWithout(signal, NO_ENTRY);
    const { series, entry, longestStep } = later;
    const hasHole = !(Number.isSafeInteger(longestStep) && longestStep <= Number(maxStepNs));
    const hole = hasHole ? firstHole(series, entry, maxStepNs) : series.length;
    const isCut = hole < series.length;
    const bars = isCut ? series.slice(0, hole) : series;
    try {
      const own = this.#resolve(signal, bars, entry);
      if (own === null) return isCut ? unresolvable(HOLE) : null;
      const otherReturn = this.#otherReturn(signal, bars, entry);
      if (otherReturn === 'open' && !isCut) return this.#await(signal, own);
      return typeof otherReturn === 'number' ? withCoin(own, otherReturn) : own;
    } catch (error) {
      // Code of a caller must not end the service.
      return this.#endWithout(signal, `the labeler failed: ${(error as Error).message}`);
    }
  }

  /** The end of the own side; null while it is open. */
  #resolve({ signal, trade }: OpenSignal, bars: BarSeries, entry: number): TradeEnd | null {
    const labeler = this.#labelerFor(trade);
    const side = signal as TradeSide; // a flat signal is never opened
    const exit = labeler.resolve(bars, entry, side, trade.target, this.#options.fill);
    if (exit === null) return null;
    const { ret, label } = labeler.outcome(bars, entry, side, exit);
    if (!Number.isFinite(ret)) return unresolvable(NO_RETURN);
    const exitTs = bars.tsEvent[exit.bar];
    return { outcome: exit.kind, label, tradeReturn: ret, exitTs, reason: null, ...NO_COIN };
  }

  /** Gross return of the other side; null where it has no trade, or its labeler fails. */
  #otherReturn({ signal, trade }: OpenSignal, bars: BarSeries, entry: number): number | 'open' | null {
    const labeler = this.#labelerFor(trade);
    const side = -signal as TradeSide;
    try {
      const target = labeler.open(bars, entry, side);
      if (!(target > 0)) return null;
      const exit = labeler.resolve(bars, entry, side, target, this.#options.fill);
      return exit === null ? 'open' : labeler.outcome(bars, entry, side, exit).ret;
    } catch {
      return null; // code of a caller must not cost a signal its own outcome
    }
  }

  #labelerFor(trade: TradeEntry): Labeler {
    return this.#options.labelerFor?.(trade) ?? this.#options.labeler;
  }

  #await({ signalId }: OpenSignal, own: TradeEnd): null {
    this.#ownEnds.set(signalId, own);
    return null;
  }

  /** The end of a signal whose bars say nothing more: that of its own side, where it is known. */
  #endWithout({ signalId }: OpenSignal, reason: string): TradeEnd {
    return this.#ownEnds.get(signalId) ?? unresolvable(reason);
  }

  #end(signal: OpenSignal, end: TradeEnd): Outcome {
    this.#remove(signal);
    const { signalId, instrumentId, barType, modelVersion, confidence, source, trade } = signal;
    return {
      signalId,
      instrumentId,
      barType,
      modelVersion,
      confidence,
      source,
      entryTs: trade.entryTs,
      costBps: trade.costBps,
      isNet: false,
      ...end,
      resolvedMs: this.#options.nowMs(),
    };
  }

  #remove({ signalId, instrumentId, barType, trade }: OpenSignal): void {
    this.#open.delete(signalId);
    this.#ownEnds.delete(signalId);
    const key = seriesKey(instrumentId, barType);
    const groups = this.#series.get(key);
    const group = groups?.get(trade.entryTs);
    group?.signals.delete(signalId);
    if (group?.signals.size === 0) groups?.delete(trade.entryTs);
    if (groups?.size === 0) this.#series.delete(key);
  }
}

function unresolvable(reason: string): TradeEnd {
  return { outcome: 'unresolvable', label: null, tradeReturn: null, exitTs: null, reason, ...NO_COIN };
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
