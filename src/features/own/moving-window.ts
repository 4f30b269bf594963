import type { BarSeries } from '../../domain/index.ts';
import type { FeatureWindow } from './feature-window.ts';
import { STRETCH_BARS, WindowColumn } from './window-column.ts';

const COLUMNS = ['open', 'high', 'low', 'close', 'volume', 'takerBuyVolume'] as const;
const NO_TIMES: BigInt64Array = new BigInt64Array(0);

/**
 * A window that moves along a series. A column is copied from the time on when it is first asked for, so what a function does to it never
 * changes the bars. Rows that follow each other share the copy: {@link wasWrittenTo} says whether one may have seen what another wrote.
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
  readonly #open: WindowColumn;
  readonly #high: WindowColumn;
  readonly #low: WindowColumn;
  readonly #close: WindowColumn;
  readonly #volume: WindowColumn;
  readonly #takerBuyVolume: WindowColumn;
  readonly #columns: readonly WindowColumn[];
  readonly #asked: WindowColumn[] = [];
  readonly #times: BigInt64Array;
  #timesOfBars = NO_TIMES;
  #hasTimes = false;
  /** First row of the stretch, the number of bars that are copied from there on, and the number from there to the row. */
  #first = 0;
  #nRows = 1;
  #k = 0;
  #wasWrittenTo = false;

  /** Own and enumerable, so that a window is spread like any object; the same short functions for every window, so that they are fast. */
  static readonly #GETTERS: PropertyDescriptorMap = {
    open: getter(function () {
      return this.#open.views[this.#k] ?? this.#ask(this.#open);
    }),
    high: getter(function () {
      return this.#high.views[this.#k] ?? this.#ask(this.#high);
    }),
    low: getter(function () {
      return this.#low.views[this.#k] ?? this.#ask(this.#low);
    }),
    close: getter(function () {
      return this.#close.views[this.#k] ?? this.#ask(this.#close);
    }),
    volume: getter(function () {
      return this.#volume.views[this.#k] ?? this.#ask(this.#volume);
    }),
    takerBuyVolume: getter(function () {
      return this.#takerBuyVolume.source === null
        ? null
        : (this.#takerBuyVolume.views[this.#k] ?? this.#ask(this.#takerBuyVolume));
    }),
    tsEvent: getter(function () {
      return this.#tsEvent();
    }),
  };

  /** @param n - number of bars. */
  constructor(n: number) {
    this.n = n;
    this.#columns = COLUMNS.map(() => new WindowColumn(n));
    [this.#open, this.#high, this.#low, this.#close, this.#volume, this.#takerBuyVolume] = this.#columns;
    this.#times = new BigInt64Array(n);
    Object.defineProperties(this, MovingWindow.#GETTERS);
  }

  /** Sets the bars of the rows that follow. Null releases them, so that a long series can be garbage collected. */
  setBars(bars: BarSeries | null): void {
    for (let i = 0; i < COLUMNS.length; i++) this.#columns[i].source = bars?.[COLUMNS[i]] ?? null;
    this.#timesOfBars = bars?.tsEvent ?? NO_TIMES;
    this.#wasWrittenTo = false;
    this.#first = -1;
  }

  /** Moves to a row, with a copy of its own. @param row - bar of the last entry, >= n - 1. */
  moveAloneTo(row: number): void {
    this.#begin(row, 1);
  }

  /** Moves to a row, which shares the copy of those before it where it follows them closely. @param row - as for {@link moveAloneTo}. */
  moveTo(row: number): void {
    const k = row - this.#first;
    if (this.#first < 0 || k < 0 || k >= STRETCH_BARS) {
      if (this.#first >= 0) this.#wasWrittenTo = this.wasWrittenTo();
      this.#begin(row, STRETCH_BARS);
      return;
    }
    this.#k = k;
    this.#hasTimes = false;
  }

  /** Whether a copy that rows shared has been changed since {@link setBars}; also where the bars hold a NaN. */
  wasWrittenTo(): boolean {
    return this.#wasWrittenTo || !this.#asked.every((column) => column.isUntouched(this.#first));
  }

  #begin(row: number, nRows: number): void {
    this.#first = row;
    this.#nRows = nRows;
    this.#k = 0;
    this.#hasTimes = false;
    for (let i = 0; i < this.#asked.length; i++) this.#asked[i].begin(row, nRows);
  }

  #ask(column: WindowColumn): Float64Array | null {
    column.allocate();
    this.#asked.push(column);
    column.begin(this.#first, this.#nRows);
    return column.views[this.#k];
  }

  #tsEvent(): BigInt64Array {
    if (this.#hasTimes) return this.#times;
    const end = this.#first + this.#k + 1;
    this.#times.set(this.#timesOfBars.subarray(end - this.n, end));
    this.#hasTimes = true;
    return this.#times;
  }
}

function getter(get: (this: MovingWindow) => unknown): PropertyDescriptor {
  return { enumerable: true, get };
}
