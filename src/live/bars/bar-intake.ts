import { ConditionError, ServiceError } from '../../core/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import type { BarsReceipt, Journal, JournalRecovery } from '../../ports/index.ts';
import { checkId } from '../../wire/index.ts';
import { BarStore, type MergedBars } from './bar-store.ts';
import type { BarFate, HeldWindow } from './held-bars.ts';

export interface BarIntakeOptions {
  readonly journal: Journal;
  readonly maxInstruments: number;
  readonly heldBars: number;
  readonly maxClockSkewSeconds: number;
  readonly nowMs: () => number;
  readonly recovery: JournalRecovery;
  /** Told after bars of an instrument changed. */
  readonly onBars: (instrumentId: string) => void;
  readonly onEvict: (instrumentId: string) => void;
  /** Told how many bars were new. */
  readonly onAdded: (nBars: number) => void;
}

/** Takes bars in from every side: holds them, and writes down each that was not known. */
export class BarIntake {
  readonly #options: BarIntakeOptions;
  readonly #book: BarStore;
  /** Instruments with bars that nobody has looked at yet. */
  readonly #unsettled: Set<string>;
  readonly #counts: Record<BarFate, number> = { added: 0, repeated: 0, revised: 0, late: 0, too_old: 0 };

  constructor(options: BarIntakeOptions) {
    const { maxInstruments, heldBars, recovery, onEvict } = options;
    this.#options = options;
    this.#book = new BarStore({ maxInstruments, heldBars, nextBarId: recovery.nextBarId, onEvict });
    for (const known of recovery.instruments) this.#book.restore(known);
    this.#unsettled = new Set(this.#book.instrumentIds);
  }

  get nInstruments(): number {
    return this.#book.nInstruments;
  }

  get instrumentIds(): readonly string[] {
    return this.#book.instrumentIds;
  }

  get counts(): Readonly<Record<BarFate, number>> {
    return this.#counts;
  }

  /**
   * Takes bars that came on their own.
   *
   * @throws {ConditionError} for an id that cannot be one, or no bar. @throws {ServiceError} `FUTURE_TIMESTAMP`.
   */
  add(instrumentId: string, bars: BarSeries): BarsReceipt {
    checkId('instrument_id', instrumentId);
    if (bars.length === 0) throw new ConditionError('bars', 'at least one bar', 0);
    this.checkNotInFuture('the last bar', bars.tsEvent[bars.length - 1]);
    const { merged, recorded } = this.#merge(instrumentId, bars, false);
    const { added, repeated, revised, late, too_old: tooOld } = merged.counts;
    this.settle(instrumentId);
    return {
      instrumentId,
      nAdded: added,
      nRepeated: repeated,
      nRevised: revised,
      nLate: late,
      nTooOld: tooOld,
      recorded,
    };
  }

  /** Takes the bars that came inside a signal. @returns their ids. The caller tells when it is time for {@link settle}. */
  feed(instrumentId: string, bars: BarSeries): Float64Array {
    return this.#merge(instrumentId, bars, true).merged.ids;
  }

  /** Lets whoever waits for bars of an instrument look at those that came since the last time. */
  settle(instrumentId: string): void {
    if (this.#unsettled.delete(instrumentId)) this.#options.onBars(instrumentId);
  }

  /** The last `n` held bars that had closed by `timestamp`, or how many there are when they are too few. */
  window(instrumentId: string, timestamp: bigint, n: number): HeldWindow | number {
    return this.#book.window(instrumentId, timestamp, n);
  }

  /** What is held of an instrument: a view that is good until the next bar. */
  series(instrumentId: string): BarSeries | null {
    return this.#book.series(instrumentId);
  }

  /** @throws {ServiceError} `FUTURE_TIMESTAMP` for a time further ahead of this machine's clock than the skew allowed. */
  checkNotInFuture(what: string, ts: bigint): void {
    const { nowMs, maxClockSkewSeconds } = this.#options;
    const aheadMs = Number(ts / 1_000_000n) - nowMs();
    if (aheadMs <= maxClockSkewSeconds * 1000) return;
    const seconds = (aheadMs / 1000).toFixed(0);
    throw new ServiceError(
      'FUTURE_TIMESTAMP',
      `${what} lies ${seconds} s ahead of this machine's clock; check the unit and both clocks`,
    );
  }

  #merge(
    instrumentId: string,
    bars: BarSeries,
    isWindow: boolean,
  ): { readonly merged: MergedBars; readonly recorded: Promise<void> } {
    const merged = this.#book.merge(instrumentId, bars, isWindow);
    for (const [fate, n] of Object.entries(merged.counts)) this.#counts[fate as BarFate] += n;
    if (merged.counts.added > 0) this.#options.onAdded(merged.counts.added);
    const { unknown } = merged;
    if (unknown !== null) this.#unsettled.add(instrumentId);
    if (unknown === null) return { merged, recorded: Promise.resolve() };
    const entry = { kind: 'bars', firstId: unknown.firstId, instrumentId, bars: unknown.bars } as const;
    return { merged, recorded: this.#options.journal.append(entry, false) };
  }
}
