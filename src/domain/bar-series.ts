import { ConditionError, MismatchError } from '../core/index.ts';

/** Columns of numbers that every series has, in their order. */
export const BAR_VALUES = ['open', 'high', 'low', 'close', 'volume'] as const;
/** Every column of a series, in the order of the data model. The last one may be missing. */
export const BAR_COLUMNS = ['tsEvent', ...BAR_VALUES, 'takerBuyVolume'] as const;

/** Numeric columns beside bars or events, by name: one value a row, NaN where a row has none. */
export type ColumnValues = ReadonlyMap<string, Float64Array>;

export const NO_COLUMNS: ColumnValues = new Map();

/** One bar as an object, for callers; inside the program bars are columns. Prices > 0, volume >= 0. */
export interface Bar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Close time of the bar, UNIX nanoseconds. */
  readonly tsEvent: bigint;
  /** Volume bought by aggressors, in [0, volume]. */
  readonly takerBuyVolume?: number;
  /** Columns of the caller at this bar, finite numbers, known at its close. */
  readonly features?: Readonly<Record<string, number>>;
}

/** Consecutive bars in columns, each (nBars,), oldest first. */
export interface BarColumns {
  readonly tsEvent: BigInt64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly takerBuyVolume: Float64Array | null;
  /** Columns of the caller, each (nBars,), as known at the close of its bar; NaN where a bar has no value. */
  readonly columns?: ColumnValues;
}

/** A bar that breaks a rule: its index, the column, the rule, and the value received. */
export interface BarFault {
  readonly index: number;
  readonly field: Exclude<keyof Bar, 'features'>;
  readonly rule: string;
  readonly received: number | bigint;
  /** Whether the value is one that a bar may have, and does not fit another one. */
  readonly isMismatch: boolean;
}

/** Checked bars in columns. Immutable by contract: the columns are not written to after construction. */
export class BarSeries implements BarColumns {
  readonly length: number;
  readonly tsEvent: BigInt64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly takerBuyVolume: Float64Array | null;
  readonly columns: ColumnValues;

  private constructor(columns: BarColumns) {
    this.length = columns.close.length;
    this.tsEvent = columns.tsEvent;
    this.open = columns.open;
    this.high = columns.high;
    this.low = columns.low;
    this.close = columns.close;
    this.volume = columns.volume;
    this.takerBuyVolume = columns.takerBuyVolume;
    this.columns = columns.columns ?? NO_COLUMNS;
    Object.freeze(this);
  }

  /**
   * Wraps columns, without a copy, after checking every rule of a bar.
   *
   * @throws {ConditionError} naming the first broken rule, e.g. `bars[3].high must be >= max(open, close), was 99`.
   */
  static fromColumns(columns: BarColumns): BarSeries {
    checkColumnLengths(columns);
    const fault = findBarFault(columns);
    if (fault !== null) {
      const Refusal = fault.isMismatch ? MismatchError : ConditionError;
      throw new Refusal(`bars[${fault.index}].${fault.field}`, fault.rule, fault.received);
    }
    return new BarSeries(columns);
  }

  /** Wraps columns, without a copy and without checks: for parts of checked series in time order. */
  static fromChecked(columns: BarColumns): BarSeries {
    return new BarSeries(columns);
  }

  /** Copies bar objects into columns. `takerBuyVolume` is kept only when every bar has it; a name of `features` where one has it. */
  static fromBars(bars: readonly Bar[]): BarSeries {
    const n = bars.length;
    const hasTaker = n > 0 && bars.every((bar) => bar.takerBuyVolume !== undefined);
    const columns = allocateBarColumns(n, hasTaker);
    for (let i = 0; i < n; i++) {
      const bar = bars[i];
      columns.tsEvent[i] = bar.tsEvent;
      columns.open[i] = bar.open;
      columns.high[i] = bar.high;
      columns.low[i] = bar.low;
      columns.close[i] = bar.close;
      columns.volume[i] = bar.volume;
      if (columns.takerBuyVolume !== null) columns.takerBuyVolume[i] = bar.takerBuyVolume ?? Number.NaN;
    }
    return BarSeries.fromColumns({ ...columns, columns: columnsOf(bars) });
  }

  /** View of bars [start, end), without a copy. */
  slice(start: number, end: number): BarSeries {
    return new BarSeries({
      tsEvent: this.tsEvent.subarray(start, end),
      open: this.open.subarray(start, end),
      high: this.high.subarray(start, end),
      low: this.low.subarray(start, end),
      close: this.close.subarray(start, end),
      volume: this.volume.subarray(start, end),
      takerBuyVolume: this.takerBuyVolume?.subarray(start, end) ?? null,
      columns: sliceColumns(this.columns, start, end),
    });
  }

  /** Bar `i` as an object. */
  bar(i: number): Bar {
    const bar: Bar = {
      open: this.open[i],
      high: this.high[i],
      low: this.low[i],
      close: this.close[i],
      volume: this.volume[i],
      tsEvent: this.tsEvent[i],
    };
    const taker = this.takerBuyVolume === null ? {} : { takerBuyVolume: this.takerBuyVolume[i] };
    return { ...bar, ...taker, ...(this.columns.size > 0 && { features: featuresAt(this.columns, i) }) };
  }
}

/** (bars.length,) of every name that a bar has a value of. */
function columnsOf(bars: readonly Bar[]): ColumnValues {
  if (!bars.some(({ features }) => features !== undefined)) return NO_COLUMNS;
  const columns = new Map<string, Float64Array>();
  bars.forEach(({ features = {} }, i) => {
    for (const [name, value] of Object.entries(features)) {
      const column = columns.get(name) ?? new Float64Array(bars.length).fill(Number.NaN);
      column[i] = value;
      columns.set(name, column);
    }
  });
  return columns;
}

function sliceColumns(columns: ColumnValues, start: number, end: number): ColumnValues {
  if (columns.size === 0) return NO_COLUMNS;
  return new Map(Array.from(columns, ([name, values]) => [name, values.subarray(start, end)]));
}

function featuresAt(columns: ColumnValues, i: number): Record<string, number> {
  const known = Array.from(columns, ([name, values]) => [name, values[i]] as const);
  return Object.fromEntries(known.filter(([, value]) => !Number.isNaN(value)));
}

/** Allocates columns for `n` bars. @param shared - on shared memory, which worker threads read without a copy. */
export function allocateBarColumns(n: number, hasTakerBuyVolume: boolean, shared = false): BarColumns {
  const nBytes = 8 * n;
  const size = (hasTakerBuyVolume ? 7 : 6) * nBytes;
  // One allocation for all columns: at thousands of signals a second, each allocation costs garbage collection.
  const memory = shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size);
  const column = (k: number): Float64Array => new Float64Array(memory, k * nBytes, n);
  return {
    tsEvent: new BigInt64Array(memory, 0, n),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
    takerBuyVolume: hasTakerBuyVolume ? column(6) : null,
  };
}

/** Finds the first bar that breaks a rule of the data model; null when there is none. */
export function findBarFault(columns: BarColumns): BarFault | null {
  const { tsEvent, open, high, low, close, volume, takerBuyVolume } = columns;
  for (let i = 0; i < close.length; i++) {
    const o = open[i];
    const h = high[i];
    const l = low[i];
    const c = close[i];
    const v = volume[i];
    const isValid =
      l > 0 &&
      h < Infinity &&
      l <= o &&
      l <= c &&
      h >= o &&
      h >= c &&
      v >= 0 &&
      v < Infinity &&
      (i === 0 || tsEvent[i] > tsEvent[i - 1]) &&
      (takerBuyVolume === null || (takerBuyVolume[i] >= 0 && takerBuyVolume[i] <= v));
    if (!isValid) return describeFault(columns, i);
  }
  return null;
}

function describeFault(columns: BarColumns, index: number): BarFault {
  for (const field of ['open', 'high', 'low', 'close'] as const) {
    const price = columns[field][index];
    if (!Number.isFinite(price) || price <= 0) {
      return { index, field, rule: 'a finite number > 0', received: price, isMismatch: false };
    }
  }
  for (const field of ['volume', 'takerBuyVolume'] as const) {
    const volume = columns[field]?.[index] ?? 0;
    if (!Number.isFinite(volume) || volume < 0) {
      return { index, field, rule: 'a finite number >= 0', received: volume, isMismatch: false };
    }
  }
  return describeMismatch(columns, index);
}

/** The values of a bar are each right, and do not fit each other or the bar before. */
function describeMismatch({ tsEvent, takerBuyVolume, ...columns }: BarColumns, index: number): BarFault {
  const fault = { index, isMismatch: true };
  const [open, high, low, close] = [columns.open, columns.high, columns.low, columns.close].map((of) => of[index]);
  const [top, bottom] = [Math.max(open, close), Math.min(open, close)];
  if (high < top) return { ...fault, field: 'high', rule: `>= max(open, close) = ${top}`, received: high };
  if (low > bottom) return { ...fault, field: 'low', rule: `<= min(open, close) = ${bottom}`, received: low };
  if (index > 0 && tsEvent[index] <= tsEvent[index - 1]) {
    const rule = `after the bar before it (${tsEvent[index - 1]})`;
    return { ...fault, field: 'tsEvent', rule, received: tsEvent[index] };
  }
  const received = takerBuyVolume === null ? Number.NaN : takerBuyVolume[index];
  return { ...fault, field: 'takerBuyVolume', rule: `in [0, volume = ${columns.volume[index]}]`, received };
}

function checkColumnLengths(columns: BarColumns): void {
  const n = columns.close.length;
  for (const name of BAR_COLUMNS) {
    const length = columns[name]?.length ?? n;
    if (length !== n) throw new ConditionError(`bars.${name}`, `as long as close (${n})`, length);
  }
  for (const [name, { length }] of columns.columns ?? NO_COLUMNS) {
    if (length !== n) throw new ConditionError(`bars.columns.${name}`, `as long as close (${n})`, length);
  }
}

/** Without types it is easily another thing, such as the result of `readBars`. @throws {ConditionError} */
export function checkBarSeries(bars: BarSeries): void {
  if (bars?.tsEvent instanceof BigInt64Array && typeof bars.slice === 'function') return;
  throw new ConditionError('bars', 'a BarSeries, as BarSeries.fromColumns and BarSeries.fromBars make one', bars);
}
