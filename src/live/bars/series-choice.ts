import { printable } from '../../core/index.ts';
import {
  type Cadence,
  mayBeOf,
  measureStep,
  seriesKey,
  seriesOf,
  stepOfBarType,
  WINDOW_BARS,
  wholeBarType,
} from '../../domain/index.ts';
import { lowerBound } from '../../math/index.ts';
import type { Logger } from '../../ports/index.ts';
import type { SignalMessage } from '../../wire/index.ts';
import type { BarStore } from './bar-store.ts';

/** Maximum number of instruments of which it is remembered what was said. */
const MAX_SAID = 10_000;
/** Minimum number of bars of a series whose step is measured. */
const LEAST_BARS = 3;

export interface SeriesChoiceOptions {
  readonly store: Pick<BarStore, 'series' | 'typedOf'>;
  /** `redis.bar_type`: the bar type of signals that name none, whole or what follows the instrument; null for any. */
  readonly barType: string | null;
  /** What the model that serves states of the bars of an instrument; null for nothing. */
  readonly cadenceOf: (instrumentId: string) => Cadence | null;
  readonly logger: Logger;
}

/** Finds the series that a signal is judged by. */
export class SeriesChoice {
  readonly #options: SeriesChoiceOptions;
  /** The series of each instrument that was said last. */
  readonly #said = new Map<string, string>();

  constructor(options: SeriesChoiceOptions) {
    this.#options = options;
  }

  /** The key of the series that a signal is judged by: the one its bars are of, or the one held for it; which of several is logged once. */
  of({ instrumentId, barType = null, bars, timestamp }: Omit<SignalMessage, 'signal' | 'signalId'>): string {
    if (bars !== null) return seriesKey(instrumentId, barType);
    if (barType !== null) return this.named(instrumentId, barType);
    const typed = this.#options.store.typedOf(instrumentId);
    if (typed.length === 0) return instrumentId;
    const key = this.#usual(instrumentId, typed, timestamp);
    if (this.#said.get(instrumentId) !== key) this.#say(instrumentId, key, typed);
    return key;
  }

  /** The key of the series that is named, with its instrument in front or by what follows it, whichever is held. */
  named(instrumentId: string, barType: string): string {
    const { store } = this.#options;
    const exact = seriesKey(instrumentId, barType);
    if (store.series(exact) !== null) return exact;
    const start = wholeBarType(instrumentId, '');
    const other = barType.startsWith(start) ? barType.slice(start.length) : `${start}${barType}`;
    const held = seriesKey(instrumentId, other);
    return store.series(held) === null ? exact : held;
  }

  /** The key of the series that a signal without a bar type is judged by, at the latest bar of all. */
  usual(instrumentId: string): string {
    const typed = this.#options.store.typedOf(instrumentId);
    return typed.length === 0 ? instrumentId : this.#usual(instrumentId, typed, null);
  }

  /**
   * The one that is set, and no other with a type where one is; else the one without a type; else the first that fits the model, also
   * where it has a later bar than the one without.
   */
  #usual(instrumentId: string, typed: readonly string[], timestamp: bigint | null): string {
    const { store, barType } = this.#options;
    const untyped = store.series(instrumentId);
    if (barType !== null) {
      const wanted = [barType, wholeBarType(instrumentId, barType)].map((type) => seriesKey(instrumentId, type));
      const set = wanted.find((key) => typed.includes(key));
      if (set !== undefined) return set;
      if (mayBeOf(instrumentId, barType)) return instrumentId;
    }
    const fitting = typed.find((key) => this.#fits(instrumentId, key) === true);
    if (untyped === null) return fitting ?? typed.find((key) => this.#fits(instrumentId, key) === null) ?? typed[0];
    if (fitting === undefined) return instrumentId;
    return this.#lastTs(fitting, timestamp) > this.#lastTs(instrumentId, timestamp) ? fitting : instrumentId;
  }

  /** Whether the bars of a series are as long as those of the model; null where that cannot be told yet. */
  #fits(instrumentId: string, key: string): boolean | null {
    const cadence = this.#options.cadenceOf(instrumentId);
    const { barType } = seriesOf(key);
    if (cadence === null || barType === null) return true;
    const said = stepOfBarType(barType);
    if (said !== null) return said === cadence.stepNs;
    const times = this.#options.store.series(key)?.tsEvent.slice(-WINDOW_BARS) ?? new BigInt64Array();
    return times.length < LEAST_BARS ? null : measureStep(times) === cadence.stepNs;
  }

  /** Time of the last held bar that had closed by then; null for the last one. */
  #lastTs(key: string, timestamp: bigint | null): bigint {
    const tsEvent = this.#options.store.series(key)?.tsEvent ?? new BigInt64Array();
    const n = timestamp === null ? tsEvent.length : lowerBound(tsEvent.length, (i) => tsEvent[i] <= timestamp);
    return n === 0 ? -1n : tsEvent[n - 1];
  }

  #say(instrumentId: string, key: string, typed: readonly string[]): void {
    const { store, logger } = this.#options;
    this.#said.delete(instrumentId);
    this.#said.set(instrumentId, key);
    const [oldest] = this.#said.keys();
    if (this.#said.size > MAX_SAID) this.#said.delete(oldest);
    const others = [...(store.series(instrumentId) === null ? [] : [instrumentId]), ...typed].filter(
      (it) => it !== key,
    );
    if (others.length === 0) return;
    const apart = `${others.map(typeText).join(', ')} ${others.length === 1 ? 'is' : 'are'} held apart`;
    logger.info(printable(`signals of ${instrumentId} that name no bar_type are judged by ${typeText(key)}; ${apart}`));
  }
}

function typeText(key: string): string {
  return seriesOf(key).barType ?? 'bars without a bar type';
}
