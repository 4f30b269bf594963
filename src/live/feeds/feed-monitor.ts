import {
  type BarSeries,
  type Cadence,
  type FeedFault,
  type FeedState,
  feedFault,
  feedSentence,
  measureStep,
  seriesOf,
  WINDOW_BARS,
  type WrongStep,
} from '../../domain/index.ts';

const NS_PER_MS = 1_000_000n;

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
  /** Whether the model that serves states how such bars follow each other; where not, `state` is `ok` whatever their age. */
  readonly judged: boolean;
}

/** A feed with the sentence on its state. */
export interface Feed extends FeedStatus {
  /** What is wrong with its bars; null where nothing is. */
  readonly reason: string | null;
}

/** Bars that were refused for their length, so that none of them is held. */
export interface RefusedBars {
  readonly fault: WrongStep;
  readonly lastBarTs: bigint;
}

export interface FeedMonitorOptions {
  readonly store: {
    /** The series that are held, by their keys. */
    readonly keys: readonly string[];
    /** The same object until the next bar of the series. */
    readonly series: (key: string) => BarSeries | null;
  };
  /** What the model that serves states of the bars of an instrument, the same object until another serves; null for nothing. */
  readonly cadenceOf: (instrumentId: string) => Cadence | null;
  /** `feed.max_age_bars`. */
  readonly maxAgeBars: number;
  /** Maximum number of series whose refused bars are remembered. */
  readonly maxSeries: number;
  /** Wall clock, UNIX milliseconds. */
  readonly nowMs: () => number;
}

/** What is known of bars that does not change with the time of day. */
interface Known {
  readonly cadence: Cadence | null;
  readonly stepNs: bigint | null;
  readonly fault: FeedFault | null;
}

/** Looks at every series of bars as a signal of now would find it. */
export class FeedMonitor {
  readonly #options: FeedMonitorOptions;
  /** By the bars it was found in: they are looked at every second, and most change every minute. */
  readonly #known = new WeakMap<BarSeries, Known>();
  /** The last bars of each series that were refused, the oldest refusal first. */
  readonly #refused = new Map<string, RefusedBars>();

  constructor(options: FeedMonitorOptions) {
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
    return [...held, ...others.map(([key, refused]) => this.#refusedFeed(key, refused, timestamp))];
  }

  #held(key: string, bars: BarSeries, timestamp: bigint): Feed {
    const { cadenceOf, maxAgeBars } = this.#options;
    const n = bars.length;
    const lastBarTs = bars.tsEvent[n - 1];
    const refused = this.#refused.get(key);
    if (refused !== undefined && refused.lastBarTs > lastBarTs) return this.#refusedFeed(key, refused, timestamp);
    this.#refused.delete(key); // bars of the right length came after
    const cadence = cadenceOf(seriesOf(key).instrumentId);
    const { stepNs, fault: lasting } = this.#lookAt(bars, cadence);
    const isPast = timestamp > lastBarTs;
    const last = bars.tsEvent.subarray(n - 1);
    const silent = cadence !== null && isPast ? feedFault(last, timestamp, cadence, maxAgeBars) : null;
    return this.#feed(key, { stepNs, lastBarTs, fault: silent ?? lasting, judged: cadence !== null }, timestamp);
  }

  #refusedFeed(key: string, { fault, lastBarTs }: RefusedBars, timestamp: bigint): Feed {
    return this.#feed(key, { stepNs: fault.stepNs, lastBarTs, fault, judged: true }, timestamp);
  }

  #feed(key: string, found: Omit<Known, 'cadence'> & Pick<Feed, 'lastBarTs' | 'judged'>, timestamp: bigint): Feed {
    const { instrumentId, barType } = seriesOf(key);
    const { stepNs, lastBarTs, fault, judged } = found;
    const ageMs = Math.max(0, Number((timestamp - lastBarTs) / NS_PER_MS));
    const reason = fault === null ? null : feedSentence(fault);
    return { instrumentId, barType, stepNs, lastBarTs, ageMs, state: fault?.state ?? 'ok', judged, reason };
  }

  #lookAt(bars: BarSeries, cadence: Cadence | null): Known {
    const before = this.#known.get(bars);
    if (before !== undefined && before.cadence === cadence) return before;
    const window = bars.tsEvent.subarray(Math.max(0, bars.length - WINDOW_BARS));
    const fault =
      cadence === null ? null : feedFault(window, window[window.length - 1], cadence, this.#options.maxAgeBars);
    const known = { cadence, stepNs: measureStep(window), fault };
    this.#known.set(bars, known);
    return known;
  }
}
