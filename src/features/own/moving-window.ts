import type { BarSeries } from '../../domain/index.ts';
import type { FeatureWindow } from './feature-window.ts';

const COLUMNS = ['open', 'high', 'low', 'close', 'volume', 'takerBuyVolume', 'tsEvent'] as const;
type ColumnName = (typeof COLUMNS)[number];

/**
 * The window of a row, with the columns that a function asked for before as plain fields, so that they are fast. The others are
 * copied when they are asked for.
 */
class RowWindow implements FeatureWindow {
  declare readonly n: number;
  readonly #late: (name: ColumnName) => unknown;

  constructor(n: number, fields: Partial<FeatureWindow>, late: (name: ColumnName) => unknown) {
    this.#late = late;
    for (const [name, value] of Object.entries({ ...fields, n }))
      Object.defineProperty(this, name, { value, enumerable: true });
  }

  get open(): Float64Array {
    return this.#late('open') as Float64Array;
  }
  get high(): Float64Array {
    return this.#late('high') as Float64Array;
  }
  get low(): Float64Array {
    return this.#late('low') as Float64Array;
  }
  get close(): Float64Array {
    return this.#late('close') as Float64Array;
  }
  get volume(): Float64Array {
    return this.#late('volume') as Float64Array;
  }
  get takerBuyVolume(): Float64Array | null {
    return this.#late('takerBuyVolume') as Float64Array | null;
  }
  get tsEvent(): BigInt64Array {
    return this.#late('tsEvent') as BigInt64Array;
  }
}

/**
 * A window that moves along a series. What a function asks for is copied for each row, into memory that the next row reuses: what
 * the function does to it changes neither the bars nor another row. A column that it never asks for costs nothing.
 */
export class MovingWindow {
  readonly #n: number;
  readonly #prices: ReadonlyMap<ColumnName, Float64Array>;
  readonly #times: BigInt64Array;
  readonly #asked = new Set<ColumnName>();
  /** Memory of the columns that were asked for, each beside its source. */
  #targets: Float64Array[] = [];
  #sources: Float64Array[] = [];
  #hasTimes = false;
  #bars: BarSeries | null = null;
  #row = 0;
  #window: FeatureWindow | null = null;

  /** @param n - number of bars. */
  constructor(n: number) {
    this.#n = n;
    this.#prices = new Map(COLUMNS.filter((name) => name !== 'tsEvent').map((name) => [name, new Float64Array(n)]));
    this.#times = new BigInt64Array(n);
  }

  /** Sets the bars of the rows that follow. Null releases them, so that a long series can be garbage collected. */
  setBars(bars: BarSeries | null): void {
    this.#bars = bars;
    this.#prepare();
  }

  /**
   * @param row - bar of the last entry, >= n - 1.
   * @returns the window, which is of this row until the next call.
   */
  at(row: number): FeatureWindow {
    this.#row = row;
    if (this.#window === null) return this.#firstWindow();
    for (let i = 0; i < this.#targets.length; i++) copyWindow(this.#sources[i], row, this.#targets[i]);
    if (this.#hasTimes) this.#copied('tsEvent');
    return this.#window;
  }

  /** A window with every column, which notes those that are asked for; by the name of a field or with all others. */
  #firstWindow(): FeatureWindow {
    const all = { n: this.#n, ...Object.fromEntries(COLUMNS.map((name) => [name, this.#copied(name)])) };
    return new Proxy(all as unknown as FeatureWindow, {
      get: (target, name) => {
        if (COLUMNS.some((column) => column === name)) this.#ask(name as ColumnName);
        return target[name as keyof FeatureWindow];
      },
    });
  }

  /** From the next row on the column is copied before the function runs. */
  #ask(name: ColumnName): void {
    if (this.#asked.has(name)) return;
    this.#asked.add(name);
    this.#prepare();
  }

  #prepare(): void {
    const bars = this.#bars;
    const known = [...this.#asked].filter((name) => name !== 'tsEvent' && bars?.[name] != null);
    this.#targets = known.flatMap((name) => this.#prices.get(name) ?? []);
    this.#sources = bars === null ? [] : known.map((name) => bars[name] as Float64Array);
    this.#hasTimes = this.#asked.has('tsEvent');
    if (this.#asked.size === 0) return;
    const fields = Object.fromEntries([...this.#asked].map((name) => [name, this.#memoryOf(name)]));
    this.#window = new RowWindow(this.#n, fields, (name) => {
      this.#ask(name);
      return this.#copied(name);
    });
  }

  #memoryOf(name: ColumnName): Float64Array | BigInt64Array | null {
    if (name === 'tsEvent') return this.#times;
    return this.#bars?.[name] == null ? null : (this.#prices.get(name) ?? null);
  }

  /** The column at the row, copied. */
  #copied(name: ColumnName): Float64Array | BigInt64Array | null {
    const memory = this.#memoryOf(name);
    const source = this.#bars?.[name] ?? null;
    if (memory instanceof BigInt64Array)
      memory.set((source as BigInt64Array).subarray(this.#row - this.#n + 1, this.#row + 1));
    else if (memory !== null) copyWindow(source as Float64Array, this.#row, memory);
    return memory;
  }
}

/** Copies the values up to `row` into `window`, which they fill. */
function copyWindow(source: Float64Array, row: number, window: Float64Array): void {
  const n = window.length; // read once: in the loop it would be asked for again and again
  const from = row - n + 1;
  for (let k = 0; k < n; k++) window[k] = source[from + k];
}
