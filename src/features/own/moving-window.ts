import type { BarSeries } from '../../domain/index.ts';
import type { FeatureWindow } from './feature-window.ts';

const COLUMNS = ['open', 'high', 'low', 'close', 'volume', 'takerBuyVolume'] as const;
const NO_TIMES: BigInt64Array = new BigInt64Array(0);

/** One column of a window. */
interface WindowColumn {
  /** (n,) memory that every row reuses. */
  readonly values: Float64Array;
  /** The column of the bars; null where they do not carry it. */
  source: Float64Array | null;
  /** Number of the move at which it was copied last. */
  copiedAt: number;
}

/**
 * A window that moves along a series. A column is copied when it is first asked for at a row, into memory that the next row
 * reuses: what a function does to it changes neither the bars nor another row.
 */
export class MovingWindow implements FeatureWindow {
  declare readonly open: Float64Array;
  declare readonly high: Float64Array;
  declare readonly low: Float64Array;
  declare readonly close: Float64Array;
  declare readonly volume: Float64Array;
  declare readonly takerBuyVolume: Float64Array | null;
  declare readonly tsEvent: BigInt64Array;
  readonly n: number;
  readonly #columns: readonly WindowColumn[];
  readonly #times: BigInt64Array;
  #timesOfBars = NO_TIMES;
  #timesCopiedAt = 0;
  #row = 0;
  #nMoves = 0;

  /** Own and enumerable, so that a window is spread like any object; the same functions for every window, so that they are fast. */
  static readonly #GETTERS: PropertyDescriptorMap = {
    open: getter(function () {
      return this.#column(0);
    }),
    high: getter(function () {
      return this.#column(1);
    }),
    low: getter(function () {
      return this.#column(2);
    }),
    close: getter(function () {
      return this.#column(3);
    }),
    volume: getter(function () {
      return this.#column(4);
    }),
    takerBuyVolume: getter(function () {
      return this.#column(5);
    }),
    tsEvent: getter(function () {
      return this.#tsEvent();
    }),
  };

  /** @param n - number of bars. */
  constructor(n: number) {
    this.n = n;
    this.#columns = COLUMNS.map(() => ({ values: new Float64Array(n), source: null, copiedAt: 0 }));
    this.#times = new BigInt64Array(n);
    Object.defineProperties(this, MovingWindow.#GETTERS);
  }

  /** Sets the bars of the rows that follow. Null releases them, so that a long series can be garbage collected. */
  setBars(bars: BarSeries | null): void {
    for (let i = 0; i < COLUMNS.length; i++) this.#columns[i].source = bars?.[COLUMNS[i]] ?? null;
    this.#timesOfBars = bars?.tsEvent ?? NO_TIMES;
  }

  /** @param row - bar of the last entry, >= n - 1. */
  moveTo(row: number): void {
    this.#row = row;
    this.#nMoves++;
  }

  #column(i: number): Float64Array | null {
    const column = this.#columns[i];
    const { values, source } = column;
    if (source === null) return null;
    if (column.copiedAt === this.#nMoves) return values;
    const from = this.#row - values.length + 1;
    for (let k = 0; k < values.length; k++) values[k] = source[from + k];
    column.copiedAt = this.#nMoves;
    return values;
  }

  #tsEvent(): BigInt64Array {
    if (this.#timesCopiedAt === this.#nMoves) return this.#times;
    this.#times.set(this.#timesOfBars.subarray(this.#row - this.n + 1, this.#row + 1));
    this.#timesCopiedAt = this.#nMoves;
    return this.#times;
  }
}

function getter(get: (this: MovingWindow) => unknown): PropertyDescriptor {
  return { enumerable: true, get };
}
