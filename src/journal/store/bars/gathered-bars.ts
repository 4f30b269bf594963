import {
  allocateBarColumns,
  BAR_VALUES,
  type BarColumns,
  BarSeries,
  type ColumnValues,
} from '../../../domain/index.ts';

type TakerRule = 'all' | 'any';

/** Bars put together one by one from runs of any kind. */
export class GatheredBars {
  readonly #columns: BarColumns & { readonly takerBuyVolume: Float64Array };
  /** Columns of the sender, each made when the first value of it is put. */
  readonly #named = new Map<string, Float64Array>();
  readonly #n: number;
  readonly #isShared: boolean;

  /** @param isShared - whether other threads are to see them without a copy. */
  constructor(n: number, isShared = false) {
    const { takerBuyVolume, ...columns } = allocateBarColumns(n, true, isShared);
    this.#columns = { ...columns, takerBuyVolume: takerBuyVolume ?? new Float64Array(n) };
    this.#n = n;
    this.#isShared = isShared;
  }

  /** Puts bar `i` of `bars` at `at`. */
  put(at: number, bars: BarSeries, i: number): void {
    this.#columns.tsEvent[at] = bars.tsEvent[i];
    for (const name of BAR_VALUES) this.#columns[name][at] = bars[name][i];
    this.#columns.takerBuyVolume[at] = bars.takerBuyVolume === null ? Number.NaN : bars.takerBuyVolume[i];
    if (bars.columns.size > 0) this.#putColumns(at, bars.columns, i);
  }

  #putColumns(at: number, columns: ColumnValues, i: number): void {
    for (const [name, values] of columns) if (!Number.isNaN(values[i])) this.#column(name)[at] = values[i];
  }

  #column(name: string): Float64Array {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const nBytes = 8 * this.#n;
    const memory = this.#isShared ? new SharedArrayBuffer(nBytes) : new ArrayBuffer(nBytes);
    const column = new Float64Array(memory).fill(Number.NaN);
    this.#named.set(name, column);
    return column;
  }

  /**
   * The bars as a series, with every column of the sender that one of them has.
   *
   * @param rule - `all`: taker volumes only where every bar has one. `any`: where one has; NaN for a bar that has none.
   */
  series(rule: TakerRule): BarSeries {
    const { takerBuyVolume } = this.#columns;
    const isTaken = rule === 'all' ? !takerBuyVolume.some(Number.isNaN) : !takerBuyVolume.every(Number.isNaN);
    const columns = { ...this.#columns, takerBuyVolume: isTaken ? takerBuyVolume : null };
    return BarSeries.fromChecked(this.#named.size === 0 ? columns : { ...columns, columns: this.#named });
  }
}

/** Where a bar is found: its run, and its place there. */
interface BarPlace {
  readonly id: number;
  readonly run: BarSeries;
  readonly i: number;
}

/** The bars of one instrument from runs that may overlap: of each time the one with the highest id, which is the last word. */
export class LatestBars {
  readonly #places = new Map<bigint, BarPlace>();

  get size(): number {
    return this.#places.size;
  }

  /** @param ids - of each bar of the run. */
  add(ids: Float64Array, run: BarSeries): void {
    for (let i = 0; i < run.length; i++) {
      const ts = run.tsEvent[i];
      const known = this.#places.get(ts);
      if (known === undefined || known.id < ids[i]) this.#places.set(ts, { id: ids[i], run, i });
    }
  }

  /** The time of the `n`-th latest bar, or null where there are fewer. */
  nthLatest(n: number): bigint | null {
    return this.size < n ? null : (this.#times()[this.size - n] ?? null);
  }

  /** The latest bars, at most `limit`, oldest first. */
  latest(limit: number, rule: TakerRule): { readonly ids: Float64Array; readonly bars: BarSeries } {
    const times = this.#times().slice(-limit);
    const gathered = new GatheredBars(times.length, true); // from the reading thread to the one that trains
    const ids = new Float64Array(times.length);
    times.forEach((ts, at) => {
      const { id, run, i } = this.#places.get(ts) as BarPlace;
      gathered.put(at, run, i);
      ids[at] = id;
    });
    return { ids, bars: gathered.series(rule) };
  }

  #times(): BigInt64Array {
    return BigInt64Array.from(this.#places.keys()).sort();
  }
}
