import { BarSeries, seriesKey } from '../../domain/index.ts';
import type { KnownBars } from '../../ports/index.ts';
import { type Subscribable, Topic } from '../topic.ts';
import { type BarFate, HeldBars, type HeldWindow } from './held-bars.ts';
import { SeriesIndex } from './series-index.ts';

const NO_ID = -1;
const NO_BARS: HeldWindow = { bars: BarSeries.fromBars([]), ids: new Float64Array() };

export interface BarStoreOptions {
  /** Maximum number of series; past it the least recently used is evicted. */
  readonly maxInstruments: number;
  /** Maximum number of bars of each. */
  readonly heldBars: number;
  readonly nextBarId: number;
}

/** What became of bars that were offered. */
export interface MergedBars {
  /** (nBars,) the id of every bar offered; -1 where it has none because it was too old to be kept. */
  readonly ids: Float64Array;
  /** Those that were not known, in their order, under consecutive ids; null when all were. */
  readonly unknown: { readonly firstId: number; readonly bars: BarSeries } | null;
  readonly counts: Readonly<Record<BarFate, number>>;
}

/** The bars the service holds, by the key of their series. Every bar that ever differed from what was known has an id of its own. */
export class BarStore {
  readonly #options: BarStoreOptions;
  readonly #evicted = new Topic<[key: string]>();
  readonly #held = new Map<string, HeldBars>(); // in order of last use
  readonly #index = new SeriesIndex();
  #nextBarId: number;

  constructor(options: BarStoreOptions) {
    this.#options = options;
    this.#nextBarId = options.nextBarId;
  }

  /** The bars of a series are held no more. */
  get evicted(): Subscribable<[key: string]> {
    return this.#evicted;
  }

  get nInstruments(): number {
    return this.#index.nInstruments;
  }

  /** Keys of all series, the least recently used first. */
  get keys(): readonly string[] {
    return [...this.#held.keys()];
  }

  /** Keys of the series of an instrument that have a bar type, in the order in which their first bars came. */
  typedOf(instrumentId: string): readonly string[] {
    return this.#index.typedOf(instrumentId);
  }

  /** Takes in the bars that the journal has of a series. */
  restore({ instrumentId, barType, firstId, bars, ids }: KnownBars): void {
    const held = this.#use(seriesKey(instrumentId, barType), firstId);
    for (let i = 0; i < bars.length; i++) held.put(held.length, bars, i, ids[i]);
  }

  /**
   * Takes bars in. A bar that is held with the same numbers is repeated, with other numbers revised (the new ones stand), an
   * older one that is not held is late and put in its place, and one before all of a full series is too old to be held. A column
   * that a bar does not bring is not said to be another one: the held value stays.
   *
   * @param isWindow - the bars of a signal, which all get an id, also the too old: the record of the signal names them.
   * @throws {ConditionError} for more columns than are held of one series; nothing is taken in then.
   */
  merge(key: string, bars: BarSeries, isWindow: boolean): MergedBars {
    if (bars.columns.size > 0) this.#held.get(key)?.checkRoom(bars.columns);
    const held = this.#use(key, this.#nextBarId);
    const ids = new Float64Array(bars.length);
    const counts = { added: 0, repeated: 0, revised: 0, late: 0, too_old: 0 };
    const unknown: number[] = [];
    let position = bars.length === 0 ? 0 : held.find(bars.tsEvent[0]);
    for (let i = 0; i < bars.length; i++) {
      const nRepeated = held.repeated(position, bars, i, ids);
      counts.repeated += nRepeated;
      position += nRepeated;
      i += nRepeated;
      if (i === bars.length) break;
      const ts = bars.tsEvent[i];
      if (!held.isAt(position, ts)) position = held.find(ts);
      const known = held.isAt(position, ts) ? held.matchingId(position, bars, i) : NO_ID;
      const newId = this.#nextBarId + unknown.length;
      const fate = known === NO_ID ? held.put(position, bars, i, newId) : 'repeated';
      const isKept = fate !== 'too_old' || isWindow;
      if (known === NO_ID && isKept) unknown.push(i);
      ids[i] = known === NO_ID && isKept ? newId : known;
      counts[fate]++;
      position++;
    }
    const firstId = this.#nextBarId;
    this.#nextBarId += unknown.length;
    if (unknown.length === 0) return { ids, unknown: null, counts };
    const picked = pickBars(bars, unknown);
    const whole = held.hasColumns ? BarSeries.fromChecked({ ...picked, columns: held.columnsOf(picked) }) : picked;
    return { ids, unknown: { firstId, bars: whole }, counts };
  }

  /** Gives ids to bars that are not held. @returns the first of them; the others follow. */
  giveIds(nBars: number): number {
    const firstId = this.#nextBarId;
    this.#nextBarId += nBars;
    return firstId;
  }

  /** The last `n` bars of a series that had closed by `timestamp`, or as many as are held. */
  window(key: string, timestamp: bigint, n: number): HeldWindow {
    const held = this.#held.get(key);
    if (held === undefined) return NO_BARS;
    this.#use(key, this.#nextBarId);
    return held.window(timestamp, n);
  }

  /** What is held of a series: a view that is good until the next merge. Null where nothing is. */
  series(key: string): BarSeries | null {
    return this.#held.get(key)?.series ?? null;
  }

  /** @param firstId - id of its first bar, where it is new. */
  #use(key: string, firstId: number): HeldBars {
    const known = this.#held.get(key);
    if (known === undefined) this.#index.add(key, firstId);
    const held = known ?? new HeldBars(this.#options.heldBars);
    this.#held.delete(key);
    this.#held.set(key, held);
    if (this.#held.size > this.#options.maxInstruments) {
      const [oldest] = this.#held.keys();
      this.#held.delete(oldest);
      this.#index.delete(oldest);
      this.#evicted.publish(oldest);
    }
    return held;
  }
}

/** The bars at these rising positions; no copy where they are neighbours. */
function pickBars(bars: BarSeries, rows: readonly number[]): BarSeries {
  const first = rows[0];
  const last = rows[rows.length - 1];
  if (last - first + 1 === rows.length) return bars.slice(first, last + 1);
  return BarSeries.fromBars(rows.map((row) => bars.bar(row)));
}
