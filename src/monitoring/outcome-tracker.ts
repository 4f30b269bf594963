import type { BarSeries, Outcome } from '../domain/index.ts';
import type { Labeler, TradeSide } from '../labeling/index.ts';
import { lowerBound } from '../math/index.ts';
import type { OpenSignal } from '../ports/index.ts';

export interface OutcomeTrackerOptions {
  /** The same as in training. */
  readonly labeler: Labeler;
  /** Maximum number of open trades followed at once; the oldest is given up first. */
  readonly maxOpen: number;
  /** The time, UNIX ms. */
  readonly nowMs: () => number;
}

/** How a trade ended, without what is known of its signal. */
type TradeEnd = Pick<Outcome, 'outcome' | 'label' | 'tradeReturn' | 'exitTs' | 'reason'>;

/** An end as it is reported from outside. */
type ReportedEnd = Pick<Outcome, 'label' | 'tradeReturn' | 'exitTs'>;

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
  /** Longest step between two bars from the entry to the last bar a trade may need or the last bar, ns. */
  readonly longestStep: bigint;
}

const NO_ENTRY = 'the bar of its entry is no longer held';
const HOLE = 'bars are missing between its entry and its exit';
const GIVEN_UP = 'more trades are open than may be followed';

/**
 * Follows signals from their entry to their exit, by the labeler of the training, as bars come to be known. No outcome comes
 * before the bar that decides it. Where outcomes are given, only a report or too many open trades end one.
 */
export class OutcomeTracker {
  readonly #options: OutcomeTrackerOptions;
  readonly #instruments = new Map<string, Map<bigint, EntryGroup>>();
  readonly #open = new Map<string, OpenSignal>(); // oldest first

  constructor(options: OutcomeTrackerOptions) {
    this.#options = options;
  }

  get nOpen(): number {
    return this.#open.size;
  }

  find(signalId: string): OpenSignal | null {
    return this.#open.get(signalId) ?? null;
  }

  /** Follows a signal from now on. @returns those given up to make room. */
  open(signal: OpenSignal): Outcome[] {
    const groups = this.#instruments.get(signal.instrumentId) ?? new Map<bigint, EntryGroup>();
    this.#instruments.set(signal.instrumentId, groups);
    const { entryTs } = signal.trade;
    const group = groups.get(entryTs) ?? { entryTs, signals: new Map<string, OpenSignal>() };
    groups.set(entryTs, group);
    group.signals.set(signal.signalId, signal);
    this.#open.set(signal.signalId, signal);
    const givenUp: Outcome[] = [];
    for (const oldest of this.#open.values()) {
      if (this.#open.size <= this.#options.maxOpen) break;
      givenUp.push(this.#end(oldest, unresolvable(GIVEN_UP)));
    }
    return givenUp;
  }

  /** Ends an open signal by an outcome that is reported from outside. @returns null where the signal is not open. */
  report(signalId: string, { label, tradeReturn: ret, exitTs }: ReportedEnd): Outcome | null {
    const signal = this.#open.get(signalId);
    if (signal === undefined) return null;
    return this.#end(signal, { outcome: 'told', label, tradeReturn: ret, exitTs, reason: null });
  }

  /** When the open trades of an instrument were entered, each time once. */
  entriesOf(instrumentId: string): bigint[] {
    return [...(this.#instruments.get(instrumentId)?.keys() ?? [])];
  }

  /**
   * Looks at the bars of an instrument again. Those trades end that the labeler resolves by them, or whose later bars have a
   * hole before their exit.
   *
   * @param series - every bar held of the instrument, oldest first.
   * @param entries - only trades entered at these times; by default all.
   */
  advance(
    instrumentId: string,
    series: BarSeries,
    entries: readonly bigint[] = this.entriesOf(instrumentId),
  ): Outcome[] {
    const resolved: Outcome[] = [];
    if (this.#options.labeler.isGiven) return resolved;
    for (const entryTs of entries) {
      const later = laterBars(series, entryTs, this.#options.labeler.maxHoldingBars);
      for (const signal of this.#instruments.get(instrumentId)?.get(entryTs)?.signals.values() ?? []) {
        const end = this.#judge(signal, later);
        if (end !== null) resolved.push(this.#end(signal, end));
      }
    }
    return resolved;
  }

  /** Open trades of an instrument that were entered at a time. */
  countAt(instrumentId: string, entryTs: bigint): number {
    return this.#instruments.get(instrumentId)?.get(entryTs)?.signals.size ?? 0;
  }

  /** {@link advance} for one signal, which came after bars that may decide it. */
  advanceOne(signalId: string, series: BarSeries): Outcome[] {
    const signal = this.#open.get(signalId);
    const { labeler } = this.#options;
    if (signal === undefined || labeler.isGiven) return [];
    const later = laterBars(series, signal.trade.entryTs, labeler.maxHoldingBars);
    const end = this.#judge(signal, later);
    return end === null ? [] : [this.#end(signal, end)];
  }

  /** Ends every trade of an instrument whose bars are let go, and that needs them. */
  abandon(instrumentId: string): Outcome[] {
    if (this.#options.labeler.isGiven) return [];
    const groups = [...(this.#instruments.get(instrumentId)?.values() ?? [])];
    const signals = groups.flatMap((group) => [...group.signals.values()]);
    return signals.map((signal) => this.#end(signal, unresolvable(NO_ENTRY)));
  }

  #judge(signal: OpenSignal, later: LaterBars | null): TradeEnd | null {
    const { target, maxStepNs } = signal.trade;
    const { labeler } = this.#options;
    if (!(target > 0)) return unresolvable(labeler.noTargetReason);
    if (later === null) return unresolvable(NO_ENTRY);
    const { series, entry, longestStep } = later;
    const hole = longestStep > maxStepNs ? firstHole(series, entry, maxStepNs) : series.length;
    const known = hole < series.length ? series.slice(0, hole) : series;
    try {
      return this.#resolve(signal, known, entry) ?? (hole < series.length ? unresolvable(HOLE) : null);
    } catch (error) {
      return unresolvable(`the labeler failed: ${(error as Error).message}`); // code of a caller must not end the service
    }
  }

  /** Null while the trade is open. */
  #resolve({ signal, trade }: OpenSignal, bars: BarSeries, entry: number): TradeEnd | null {
    const { labeler } = this.#options;
    const side = signal as TradeSide; // a flat signal is never opened
    const exit = labeler.resolve(bars, entry, side, trade.target);
    if (exit === null) return null;
    const { ret, label } = labeler.outcome(bars, entry, side, exit);
    return { outcome: exit.kind, label, tradeReturn: ret, exitTs: bars.tsEvent[exit.bar], reason: null };
  }

  #end(signal: OpenSignal, end: TradeEnd): Outcome {
    this.#remove(signal);
    const { signalId, instrumentId, modelVersion, confidence, source, trade } = signal;
    return {
      signalId,
      instrumentId,
      modelVersion,
      confidence,
      source,
      entryTs: trade.entryTs,
      ...end,
      resolvedMs: this.#options.nowMs(),
    };
  }

  #remove({ signalId, instrumentId, trade }: OpenSignal): void {
    this.#open.delete(signalId);
    const groups = this.#instruments.get(instrumentId);
    const group = groups?.get(trade.entryTs);
    group?.signals.delete(signalId);
    if (group?.signals.size === 0) groups?.delete(trade.entryTs);
    if (groups?.size === 0) this.#instruments.delete(instrumentId);
  }
}

function unresolvable(reason: string): TradeEnd {
  return { outcome: 'unresolvable', label: null, tradeReturn: null, exitTs: null, reason };
}

/** Null where the entry bar is not held. */
function laterBars(series: BarSeries, entryTs: bigint, maxHoldingBars: number): LaterBars | null {
  const entry = lowerBound(series.length, (i) => series.tsEvent[i] < entryTs);
  if (series.tsEvent[entry] !== entryTs) return null;
  const last = Math.min(entry + maxHoldingBars, series.length - 1);
  let longestStep = 0n;
  for (let i = entry + 1; i <= last; i++) {
    const step = series.tsEvent[i] - series.tsEvent[i - 1];
    if (step > longestStep) longestStep = step;
  }
  return { series, entry, longestStep };
}

/** The first bar after `entry` that comes more than `maxStepNs` after the one before it; the length where none does. */
function firstHole(series: BarSeries, entry: number, maxStepNs: bigint): number {
  for (let i = entry + 1; i < series.length; i++) {
    if (series.tsEvent[i] - series.tsEvent[i - 1] > maxStepNs) return i;
  }
  return series.length;
}
