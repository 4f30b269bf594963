import { ConditionError } from '../../core/index.ts';
import {
  type BarSeries,
  type Cadence,
  feedFault,
  OF_NO_SERIES,
  seriesKey,
  seriesOf,
  type WrongStep,
} from '../../domain/index.ts';
import { lowerBound } from '../../math/index.ts';
import type { BarsReceipt, Journal } from '../../ports/index.ts';
import { checkId } from '../../wire/index.ts';
import type { EventStream } from '../event-stream.ts';
import { type Subscribable, Topic } from '../topic.ts';
import type { BarStore, MergedBars } from './bar-store.ts';
import type { ClockCheck } from './clock-check.ts';
import { BAR_FATES, type BarFate } from './held-bars.ts';
import { type StepCheck, wrongStepError } from './step-check.ts';

export interface BarIntakeOptions {
  /** Holds the bars of the process before already. */
  readonly store: BarStore;
  readonly journal: Journal;
  readonly feed: EventStream;
  readonly clockCheck: ClockCheck;
  readonly stepCheck: StepCheck;
  /** What the model that serves states of the bars of an instrument; null for nothing. */
  readonly cadenceOf: (instrumentId: string) => Cadence | null;
}

/** Takes in the bars of every transport: stores them, and writes each that was not known to the journal. */
export class BarIntake {
  readonly #options: BarIntakeOptions;
  readonly #changed = new Topic<[key: string]>();
  readonly #refused = new Topic<[key: string, fault: WrongStep, lastBarTs: bigint]>();
  readonly #added = new Topic<[nBars: number]>();
  /** Keys of the series whose bars changed since {@link publishChange}. */
  readonly #unpublished: Set<string>;
  readonly #counts: Record<BarFate, number> = { added: 0, repeated: 0, revised: 0, late: 0, too_old: 0 };

  constructor(options: BarIntakeOptions) {
    this.#options = options;
    this.#unpublished = new Set(options.store.keys);
  }

  /** The bars of a series changed. */
  get changed(): Subscribable<[key: string]> {
    return this.#changed;
  }

  /** Bars were refused for their length. */
  get refused(): Subscribable<[key: string, fault: WrongStep, lastBarTs: bigint]> {
    return this.#refused;
  }

  /** Bars were added that are newer than all before. */
  get added(): Subscribable<[nBars: number]> {
    return this.#added;
  }

  /** Number of bars taken in since the start, by what became of them. */
  get counts(): Readonly<Record<BarFate, number>> {
    return this.#counts;
  }

  /**
   * Takes in bars that came on their own.
   *
   * @param takenMs - when their transport took them in, by its clock, UNIX ms. @param barType - null for none.
   * @throws {ConditionError} for an id that cannot be one, or no bar. @throws {ServiceError} `FUTURE_TIMESTAMP`, `CLOCK_BEHIND`.
   * @throws {MismatchError} for bars of another length than the model's; then none of them is held.
   */
  add(instrumentId: string, bars: BarSeries, takenMs?: number, barType: string | null = null): BarsReceipt {
    checkId('instrument_id', instrumentId);
    if (barType !== null) checkId('bar_type', barType);
    const key = seriesKey(instrumentId, barType);
    if (bars.length === 0) throw new ConditionError('bars', 'at least one bar', 0);
    const ts = bars.tsEvent[bars.length - 1];
    this.#options.clockCheck.check({ what: 'the last bar', ts, instrumentId, takenMs });
    this.#checkStep(key, bars);
    const { merged, recorded } = this.#merge(key, bars, false);
    const { added, repeated, revised, late, too_old: tooOld } = merged.counts;
    this.publishChange(key);
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

  /**
   * Takes in the bars that came inside a signal. Those of another length than the model's are written down for its record, and held
   * in no series. @returns their ids. The caller decides when to {@link publishChange}.
   */
  addWindow(key: string, bars: BarSeries): Float64Array {
    const { instrumentId } = seriesOf(key);
    const cadence = this.#options.cadenceOf(instrumentId);
    const lastTs = bars.tsEvent[bars.length - 1];
    const fault = cadence === null ? null : feedFault(bars.tsEvent, lastTs, cadence, 1);
    if (fault?.state !== 'wrong_step') return this.#merge(key, bars, true).merged.ids;
    this.#refused.publish(key, fault, lastTs);
    const firstId = this.#options.store.giveIds(bars.length);
    const entry = { kind: 'bars', firstId, instrumentId, barType: OF_NO_SERIES, bars } as const;
    this.#options.journal.append(entry, false).catch(() => undefined); // the journal logs its own faults
    return Float64Array.from(bars.close, (_, i) => firstId + i);
  }

  /** Publishes that the bars of a series changed, where they did since the last time. */
  publishChange(key: string): void {
    if (this.#unpublished.delete(key)) this.#changed.publish(key);
  }

  #checkStep(key: string, { tsEvent }: BarSeries): void {
    const { stepCheck, store, cadenceOf } = this.#options;
    const held = (): BigInt64Array | null => store.series(key)?.tsEvent ?? null;
    const fault = stepCheck.find(key, tsEvent, held, cadenceOf(seriesOf(key).instrumentId));
    if (fault === null) return;
    this.#refused.publish(key, fault, tsEvent[tsEvent.length - 1]);
    throw wrongStepError(fault);
  }

  #merge(
    key: string,
    bars: BarSeries,
    isWindow: boolean,
  ): { readonly merged: MergedBars; readonly recorded: Promise<void> } {
    const merged = this.#options.store.merge(key, bars, isWindow);
    for (const fate of BAR_FATES) this.#counts[fate] += merged.counts[fate];
    if (merged.counts.added > 0) this.#added.publish(merged.counts.added);
    const { unknown } = merged;
    if (unknown === null) return { merged, recorded: Promise.resolve() };
    this.#unpublished.add(key);
    if (this.#options.feed.isWanted('bars')) this.#publish(key, unknown.bars);
    const entry = { kind: 'bars', firstId: unknown.firstId, ...seriesOf(key), bars: unknown.bars } as const;
    return { merged, recorded: this.#options.journal.append(entry, false) };
  }

  /** Publishes the bars that are held: some may have been too old, or were pushed out by those that came with them. */
  #publish(key: string, bars: BarSeries): void {
    const oldestTs = this.#options.store.series(key)?.tsEvent[0];
    if (oldestTs === undefined) return;
    const first = lowerBound(bars.length, (i) => bars.tsEvent[i] < oldestTs);
    if (first < bars.length) this.#options.feed.publishBars(seriesOf(key), bars.slice(first, bars.length), oldestTs);
  }
}
