import type { BarSeries } from '../domain/index.ts';
import {
  type BarrierOptions,
  type MetaLabelOptions,
  metaLabel,
  resolveBarrier,
  tradeReturn,
} from '../labeling/index.ts';
import type { OpenSignal, OutcomeKind } from '../ports/index.ts';

export interface OutcomeTrackerOptions {
  /** The labels' rules: the same as in training. */
  readonly labels: BarrierOptions & MetaLabelOptions;
  /** Open trades followed at once; the oldest is given up first. */
  readonly maxOpen: number;
}

/** How an open signal ended. */
export interface ResolvedOutcome {
  readonly signal: OpenSignal;
  readonly outcome: OutcomeKind;
  /** Null where `unresolvable`. */
  readonly label: 0 | 1 | null;
  readonly tradeReturn: number | null;
  readonly exitTs: bigint | null;
  /** Why it is unresolvable, else null. */
  readonly reason: string | null;
}

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
 * Follows signals from their entry to a barrier, by the kernel that labels the training set, as bars come to be known. An
 * outcome is never told before the bar that decides it.
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
  open(signal: OpenSignal): ResolvedOutcome[] {
    const groups = this.#instruments.get(signal.instrumentId) ?? new Map<bigint, EntryGroup>();
    this.#instruments.set(signal.instrumentId, groups);
    const { entryTs } = signal.trade;
    const group = groups.get(entryTs) ?? { entryTs, signals: new Map<string, OpenSignal>() };
    groups.set(entryTs, group);
    group.signals.set(signal.signalId, signal);
    this.#open.set(signal.signalId, signal);
    const givenUp: ResolvedOutcome[] = [];
    for (const oldest of this.#open.values()) {
      if (this.#open.size <= this.#options.maxOpen) break;
      givenUp.push(this.#end(unresolvable(oldest, GIVEN_UP)));
    }
    return givenUp;
  }

  /** No longer follows a signal. */
  forget(signalId: string): void {
    const signal = this.#open.get(signalId);
    if (signal !== undefined) this.#remove(signal);
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
  ): ResolvedOutcome[] {
    const resolved: ResolvedOutcome[] = [];
    for (const entryTs of entries) {
      const later = laterBars(series, entryTs, this.#options.labels.maxHoldingBars);
      for (const signal of this.#instruments.get(instrumentId)?.get(entryTs)?.signals.values() ?? []) {
        const outcome = this.#judge(signal, later);
        if (outcome !== null) resolved.push(this.#end(outcome));
      }
    }
    return resolved;
  }

  /** Open trades of an instrument that were entered at a time. */
  countAt(instrumentId: string, entryTs: bigint): number {
    return this.#instruments.get(instrumentId)?.get(entryTs)?.signals.size ?? 0;
  }

  /** {@link advance} for one signal, which came after bars that may decide it. */
  advanceOne(signalId: string, series: BarSeries): ResolvedOutcome[] {
    const signal = this.#open.get(signalId);
    if (signal === undefined) return [];
    const later = laterBars(series, signal.trade.entryTs, this.#options.labels.maxHoldingBars);
    const outcome = this.#judge(signal, later);
    return outcome === null ? [] : [this.#end(outcome)];
  }

  /** Ends every trade of an instrument whose bars are let go. */
  abandon(instrumentId: string): ResolvedOutcome[] {
    const groups = [...(this.#instruments.get(instrumentId)?.values() ?? [])];
    const signals = groups.flatMap((group) => [...group.signals.values()]);
    return signals.map((signal) => this.#end(unresolvable(signal, NO_ENTRY)));
  }

  #judge(signal: OpenSignal, later: LaterBars | null): ResolvedOutcome | null {
    const { target, maxStepNs } = signal.trade;
    if (!(target > 0)) return unresolvable(signal, NO_TARGET);
    if (later === null) return unresolvable(signal, NO_ENTRY);
    const { series, entry, longestStep } = later;
    const hole = longestStep > maxStepNs ? firstHole(series, entry, maxStepNs) : series.length;
    const known = hole < series.length ? series.slice(0, hole) : series;
    const { labels } = this.#options;
    const exit = resolveBarrier(known, entry, signal.signal, target, labels);
    if (exit.kind === 'unresolved') return hole < series.length ? unresolvable(signal, HOLE) : null;
    const ret = tradeReturn(series.close[entry], exit.price, signal.signal, labels.costBps);
    const label = metaLabel(ret, labels.minReturn);
    return { signal, outcome: exit.kind, label, tradeReturn: ret, exitTs: series.tsEvent[exit.bar], reason: null };
  }

  #end(outcome: ResolvedOutcome): ResolvedOutcome {
    this.#remove(outcome.signal);
    return outcome;
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

function unresolvable(signal: OpenSignal, reason: string): ResolvedOutcome {
  return { signal, outcome: 'unresolvable', label: null, tradeReturn: null, exitTs: null, reason };
}

/** Null where the entry bar is not held. */
function laterBars(series: BarSeries, entryTs: bigint, maxHoldingBars: number): LaterBars | null {
  const entry = findBar(series, entryTs);
  if (entry < 0) return null;
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

function findBar(series: BarSeries, ts: bigint): number {
  let low = 0;
  let high = series.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const there = series.tsEvent[middle];
    if (there === ts) return middle;
    if (there < ts) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
