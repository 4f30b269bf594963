import { SlotMap } from '../core/index.ts';
import { type BarSeries, type Outcome, seriesKey } from '../domain/index.ts';
import type { OpenSignal } from '../ports/index.ts';
import {
  NO_COIN,
  NO_ENTRY,
  type TradeEnd,
  TradeJudge,
  type TradeJudgeOptions,
  type TradeVerdict,
  unresolvable,
} from './trade-judge.ts';

export interface OutcomeTrackerOptions extends TradeJudgeOptions {
  /** Maximum number of open trades followed at once; the oldest is given up first. */
  readonly maxOpen: number;
  /** The time, UNIX ms. */
  readonly nowMs: () => number;
}

/** An end as it is reported from outside; its return is gross. */
export type ReportedEnd = Pick<Outcome, 'label' | 'tradeReturn' | 'exitTs'>;

/** Open signals that entered at the same bar. */
interface EntryGroup {
  readonly entryTs: bigint;
  readonly signals: Map<string, OpenSignal>;
}

const GIVEN_UP = 'more trades are open than may be followed';

/**
 * Follows both sides of signals from their entry to their exit, by the labeler of the training, as bars come to be known. An outcome
 * comes with the bar that ends the later side, and not before; or with what makes it certain that the other side never ends: then it
 * has no `coin`. Where outcomes are given, only a report or too many open trades end one.
 */
export class OutcomeTracker {
  readonly #options: OutcomeTrackerOptions;
  readonly #judge: TradeJudge;
  /** By the key of their series. */
  readonly #series = new Map<string, SlotMap<EntryGroup, bigint>>();
  readonly #open = new SlotMap<OpenSignal>(); // oldest first
  /** Ends of signals whose other side is still open, by the bars as they were last known. */
  readonly #ownEnds = new SlotMap<TradeEnd>();

  constructor(options: OutcomeTrackerOptions) {
    this.#options = options;
    this.#judge = new TradeJudge(options);
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
   * @param entries - only trades entered at these times; by default all. @param most - ends no more than these; by default all.
   */
  advance(key: string, series: BarSeries, entries = this.entriesOf(key), most = Number.POSITIVE_INFINITY): Outcome[] {
    const resolved: Outcome[] = [];
    if (this.#options.labeler.isGiven) return resolved;
    for (const entryTs of entries) {
      const verdictOf = this.#judge.at(series, entryTs);
      for (const signal of this.#series.get(key)?.get(entryTs)?.signals.values() ?? []) {
        if (resolved.length === most) return resolved;
        const end = this.#endBy(verdictOf(signal), signal);
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
    if (signal === null || this.#options.labeler.isGiven) return [];
    const end = this.#endBy(this.#judge.at(series, signal.trade.entryTs)(signal), signal);
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
  #endBy(verdict: TradeVerdict, signal: OpenSignal): TradeEnd | null {
    if (verdict.kind === 'ended') return verdict.end;
    if (verdict.kind === 'unsaid') return this.#endWithout(signal, verdict.reason);
    if (verdict.kind === 'own') this.#ownEnds.set(signal.signalId, verdict.end);
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
