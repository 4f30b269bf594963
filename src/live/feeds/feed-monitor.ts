import { type BarSeries, type FeedState, type Series, WINDOW_BARS } from '../../domain/index.ts';

const NS_PER_MS = 1_000_000n;
const OK = { state: 'ok', reason: null } as const;

/** One series of bars, and what a signal of now would meet. */
export interface FeedStatus {
  readonly instrumentId: string;
  /** Null where none was said. */
  readonly barType: string | null;
  /** Time between two bars, nanoseconds; null where most have no common one. */
  readonly stepNs: bigint | null;
  readonly lastBarTs: bigint;
  /** From the last bar to now, milliseconds; >= 0. */
  readonly ageMs: number;
  readonly state: FeedState;
}

/** A feed with the sentence on its state. */
export interface Feed extends FeedStatus {
  /** What is wrong with its bars; null where nothing is. */
  readonly reason: string | null;
}

/** What is wrong with bars. */
export interface FoundFault {
  readonly state: Exclude<FeedState, 'ok'>;
  readonly reason: string;
}

/** Bars that were refused for their length, so that none of them is held. */
export interface RefusedBars extends FoundFault {
  readonly stepNs: bigint | null;
  readonly lastBarTs: bigint;
}

export interface FeedMonitorOptions<C extends object> {
  readonly store: {
    /** The series that are held, by their keys. */
    readonly keys: readonly string[];
    /** The same object until the next bar of the series. */
    readonly series: (key: string) => BarSeries | null;
  };
  readonly seriesOf: (key: string) => Series;
  /** The common step of times, nanoseconds. */
  readonly stepOf: (tsEvent: BigInt64Array) => bigint | null;
  /** What the model that serves states of the bars of an instrument, the same object until another serves; null for nothing. */
  readonly cadenceOf: (instrumentId: string) => C | null;
  /** What a signal at `timestamp` would meet. @param tsEvent - (at most W,) the last bars. */
  readonly faultOf: (tsEvent: BigInt64Array, timestamp: bigint, cadence: C) => FoundFault | null;
  /** Maximum number of series whose refused bars are remembered. */
  readonly maxSeries: number;
  /** Wall clock, UNIX milliseconds. */
  readonly nowMs: () => number;
}

/** What is known of bars that does not change with the time of day. */
interface Known<C> {
  readonly cadence: C | null;
  readonly stepNs: bigint | null;
  readonly fault: FoundFault | null;
}

/** Looks at every series of bars as a signal of now would find it. */
export class FeedMonitor<C extends object = object> {
  readonly #options: FeedMonitorOptions<C>;
  /** By the bars it was found in: they are looked at every second, and most change every minute. */
  readonly #known = new WeakMap<BarSeries, Known<C>>();
  /** The last bars of each series that were refused, the oldest refusal first. */
  readonly #refused = new Map<string, RefusedBars>();

  constructor(options: FeedMonitorOptions<C>) {
    this.#options = options;
  }

  /** Takes in that bars of a series were refused for their length. */
  noteRefused(key: string, refused: RefusedBars): void {
    this.#refused.delete(key);
    this.#refused.set(key, refused);
    const [oldest] = this.#refused.keys();
    if (this.#refused.size > this.#options.maxSeries) this.#refused.delete(oldest);
  }

  /** Every series that is held or whose bars were refused, the least recently used first. */
  list(): readonly Feed[] {
    const { store } = this.#options;
    const timestamp = BigInt(Math.floor(this.#options.nowMs())) * NS_PER_MS;
    const held = store.keys.flatMap((key) => {
      const bars = store.series(key);
      return bars === null || bars.length === 0 ? [] : [this.#held(key, bars, timestamp)];
    });
    const known = new Set(store.keys);
    const others = [...this.#refused].filter(([key]) => !known.has(key));
    return [...held, ...others.map(([key, refused]) => this.#feed(key, refused, timestamp))];
  }

  #held(key: string, bars: BarSeries, timestamp: bigint): Feed {
    const { faultOf, cadenceOf, seriesOf } = this.#options;
    const n = bars.length;
    const lastBarTs = bars.tsEvent[n - 1];
    const refused = this.#refused.get(key);
    if (refused !== undefined && refused.lastBarTs > lastBarTs) return this.#feed(key, refused, timestamp);
    this.#refused.delete(key); // bars of the right length came after
    const cadence = cadenceOf(seriesOf(key).instrumentId);
    const { stepNs, fault: lasting } = this.#lookAt(bars, cadence);
    const isPast = timestamp > lastBarTs;
    const silent = cadence !== null && isPast ? faultOf(bars.tsEvent.subarray(n - 1), timestamp, cadence) : null;
    const { state, reason } = silent ?? lasting ?? OK;
    return this.#feed(key, { stepNs, lastBarTs, state, reason }, timestamp);
  }

  #feed(key: string, found: Pick<Feed, 'stepNs' | 'lastBarTs' | 'state' | 'reason'>, timestamp: bigint): Feed {
    const { instrumentId, barType } = this.#options.seriesOf(key);
    const { stepNs, lastBarTs, state, reason } = found;
    const ageMs = Math.max(0, Number((timestamp - lastBarTs) / NS_PER_MS));
    return { instrumentId, barType, stepNs, lastBarTs, ageMs, state, reason };
  }

  #lookAt(bars: BarSeries, cadence: C | null): Known<C> {
    const before = this.#known.get(bars);
    if (before !== undefined && before.cadence === cadence) return before;
    const { faultOf, stepOf } = this.#options;
    const window = bars.tsEvent.subarray(Math.max(0, bars.length - WINDOW_BARS));
    const fault = cadence === null ? null : faultOf(window, window[window.length - 1], cadence);
    const known = { cadence, stepNs: stepOf(window), fault };
    this.#known.set(bars, known);
    return known;
  }
}
