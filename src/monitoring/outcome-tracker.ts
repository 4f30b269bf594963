import type { BarSeries, Outcome } from '../domain/index.ts';
import {
  type BarrierOptions,
  type MetaLabelOptions,
  metaLabel,
  resolveBarrier,
  tradeReturn,
} from '../labeling/index.ts';
import { lowerBound } from '../math/index.ts';
import type { OpenSignal } from '../ports/index.ts';

export interface OutcomeTrackerOptions {
  /** The labels' rules: the same as in training. */
  readonly labels: BarrierOptions & MetaLabelOptions;
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
  /** Longest step between two bars from the entry to the vertical barrier or the last bar, ns. */
  readonly longestStep: bigint;
}

const NO_TARGET = 'the window has no range, so no barrier can be set';
const NO_ENTRY = 'the bar of its entry is no longer held';
const HOLE = 'bars are missing between its entry and its exit';
const GIVEN_UP = 'more trades are open than may be followed';

/**
 * Follows signals from their entry to a barrier, by the kernel that labels the training set, as bars come to be known. No
 * outcome comes before the bar that decides it.
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
   * Looks at the bars of an instrument again. Those trades end whose barrier is reached by them, or whose later bars have a
   * hole before it.
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
    for (const entryTs of entries) {
      const later = laterBars(series, entryTs, this.#options.labels.maxHoldingBars);
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
    if (signal === undefined) return [];
    const later = laterBars(series, signal.trade.entryTs, this.#options.labels.maxHoldingBars);
    const end = this.#judge(signal, later);
    return end === null ? [] : [this.#end(signal, end)];
  }

  /** Ends every trade of an instrument whose bars are let go. */
  abandon(instrumentId: string): Outcome[] {
    const groups = [...(this.#instruments.get(instrumentId)?.values() ?? [])];
    const signals = groups.flatMap((group) => [...group.signals.values()]);
    return signals.map((signal) => this.#end(signal, unresolvable(NO_ENTRY)));
  }

  #judge(signal: OpenSignal, later: LaterBars | null): TradeEnd | null {
    const { target, maxStepNs } = signal.trade;
    if (!(target > 0)) return unresolvable(NO_TARGET);
    if (later === null) return unresolvable(NO_ENTRY);
    const { series, entry, longestStep } = later;
    const hole = longestStep > maxStepNs ? firstHole(series, entry, maxStepNs) : series.length;
    const known = hole < series.length ? series.slice(0, hole) : series;
    const { labels } = this.#options;
    const exit = resolveBarrier(known, entry, signal.signal, target, labels);
    if (exit.kind === 'unresolved') return hole < series.length ? unresolvable(HOLE) : null;
    const ret = tradeReturn(series.close[entry], exit.price, signal.signal, labels.costBps);
    const label = metaLabel(ret, labels.minReturn);
    return { outcome: exit.kind, label, tradeReturn: ret, exitTs: series.tsEvent[exit.bar], reason: null };
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
