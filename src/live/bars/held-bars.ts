import { ConditionError, findTime } from '../../core/index.ts';
import { allocateBarColumns, BAR_VALUES, type BarColumns, BarSeries, type ColumnValues } from '../../domain/index.ts';
import { MAX_NAMES } from '../../wire/index.ts';

/** Length of new columns, in bars; they grow as they fill, so that a thousand instruments with few bars stay small. */
const FIRST_CAPACITY = 256;

/** What becomes of an offered bar. */
export const BAR_FATES = ['added', 'repeated', 'revised', 'late', 'too_old'] as const;
export type BarFate = (typeof BAR_FATES)[number];

type HeldColumns = BarColumns & { readonly takerBuyVolume: Float64Array };

/** A copy of neighbouring bars and their ids. */
export interface HeldWindow {
  readonly bars: BarSeries;
  readonly ids: Float64Array;
}

/**
 * The latest bars of one instrument, in order of time, each with the id it is known by. Bars arrive checked; at most
 * `limit` are held, the oldest go first.
 */
export class HeldBars {
  readonly #limit: number;
  #columns: HeldColumns;
  /** Columns of the sender, by name; NaN where a bar has no value. */
  readonly #named = new Map<string, Float64Array>();
  #ids: Float64Array;
  #start = 0;
  #end = 0;
  #series: BarSeries | null = null;
  /** The window copied last, with its first and its end position: many signals are judged by the same bars. */
  #latest: { readonly from: number; readonly end: number; readonly window: HeldWindow } | null = null;

  constructor(limit: number) {
    const capacity = Math.min(FIRST_CAPACITY, 2 * limit);
    this.#limit = limit;
    this.#columns = allocateHeld(capacity);
    this.#ids = new Float64Array(capacity);
  }

  get length(): number {
    return this.#end - this.#start;
  }

  /** A view of what is held, without taker volumes. It is good until the next bar is put. */
  get series(): BarSeries {
    this.#series ??= this.#viewed();
    return this.#series;
  }

  #viewed(): BarSeries {
    const { tsEvent, open, high, low, close, volume } = this.#columns;
    const [start, end] = [this.#start, this.#end];
    const view = <C extends Float64Array | BigInt64Array>(column: C): C => column.subarray(start, end) as C;
    return BarSeries.fromChecked({
      tsEvent: view(tsEvent),
      open: view(open),
      high: view(high),
      low: view(low),
      close: view(close),
      volume: view(volume),
      takerBuyVolume: null,
      ...(this.hasColumns && { columns: new Map(Array.from(this.#named, ([name, values]) => [name, view(values)])) }),
    });
  }

  /** Whether any bar ever had a column of the sender. */
  get hasColumns(): boolean {
    return this.#named.size > 0;
  }

  /** @throws {ConditionError} where bars bring more names of columns than are held of one series. */
  checkRoom(columns: ColumnValues): void {
    let n = this.#named.size;
    for (const name of columns.keys()) if (!this.#named.has(name)) n++;
    if (n > MAX_NAMES) throw new ConditionError('bars.features', `at most ${MAX_NAMES} names a series`, n);
  }

  /**
   * The columns of bars as they are held, which is more than they brought: a column that a bar does not bring keeps its value.
   *
   * @param bars - just put; one that was too old has what it brought.
   */
  columnsOf(bars: BarSeries): ColumnValues {
    const columns = new Map<string, Float64Array>();
    for (const [name, held] of this.#named) {
      const own = bars.columns.get(name);
      const values = Float64Array.from(bars.tsEvent, (ts, i) => {
        const position = this.find(ts);
        return this.isAt(position, ts) ? held[this.#start + position] : (own?.[i] ?? Number.NaN);
      });
      if (!values.every(Number.isNaN)) columns.set(name, values);
    }
    return columns;
  }

  /** The first position, counted from the oldest held bar, whose `ts_event` is not before `ts`. */
  find(ts: bigint): number {
    const { tsEvent } = this.#columns;
    const [start, end] = [this.#start, this.#end];
    if (end > start && tsEvent[end - 1] < ts) return end - start; // the common case: a newer bar
    return findTime(tsEvent, ts, start, end) - start;
  }

  /**
   * How many bars in a row, from bar `first` of `bars` on, are bit for bit those held from a position on. Most bars of a window were
   * in the one before. Their ids are written to the same places of `ids`. Bars with columns of the sender are not looked at.
   */
  repeated(position: number, bars: BarSeries, first: number, ids: Float64Array): number {
    const { open, high, low, close, volume, takerBuyVolume } = this.#columns;
    const shift = this.#start + position - first;
    const end = bars.columns.size > 0 ? first : Math.min(bars.length, this.#end - shift);
    const times = wordsOf(bars.tsEvent);
    const held = wordsOf(this.#columns.tsEvent);
    const takers = bars.takerBuyVolume;
    let i = first;
    for (; i < end; i++) {
      const j = i + shift;
      const isSame =
        times[2 * i] === held[2 * j] &&
        times[2 * i + 1] === held[2 * j + 1] &&
        close[j] === bars.close[i] &&
        open[j] === bars.open[i] &&
        high[j] === bars.high[i] &&
        low[j] === bars.low[i] &&
        volume[j] === bars.volume[i] &&
        Object.is(takerBuyVolume[j], takers === null ? Number.NaN : takers[i]);
      if (!isSame) break;
      ids[i] = this.#ids[j];
    }
    return i - first;
  }

  /** The id at a position where the held bar is bit for bit bar `i` of `bars`; -1 where it is another. */
  matchingId(position: number, bars: BarSeries, i: number): number {
    const j = this.#start + position;
    const held = this.#columns;
    const taker = bars.takerBuyVolume === null ? Number.NaN : bars.takerBuyVolume[i];
    const same =
      held.close[j] === bars.close[i] &&
      held.open[j] === bars.open[i] &&
      held.high[j] === bars.high[i] &&
      held.low[j] === bars.low[i] &&
      held.volume[j] === bars.volume[i] &&
      Object.is(held.takerBuyVolume[j], taker);
    return same && (bars.columns.size === 0 || this.#hasSameColumns(j, bars, i)) ? this.#ids[j] : -1;
  }

  /** Whether every column that a bar brings has the held value. */
  #hasSameColumns(j: number, { columns }: BarSeries, i: number): boolean {
    for (const [name, values] of columns) {
      if (Number.isFinite(values[i]) && this.#named.get(name)?.[j] !== values[i]) return false;
    }
    return true;
  }

  isAt(position: number, ts: bigint): boolean {
    return position < this.length && this.#columns.tsEvent[this.#start + position] === ts;
  }

  /** Puts bar `i` of `bars` at its `position` by {@link find}: over a bar of the same time, before later ones, or at the end. */
  put(position: number, bars: BarSeries, i: number, id: number): BarFate {
    this.#latest = null;
    this.#series = null;
    if (this.isAt(position, bars.tsEvent[i])) {
      this.#write(this.#start + position, bars, i, id);
      return 'revised';
    }
    const isLate = position < this.length;
    if (isLate && position === 0 && this.length === this.#limit) return 'too_old';
    if (this.#end === this.#ids.length) this.#makeRoom();
    const j = this.#start + position;
    if (isLate) this.#openGap(j);
    if (this.hasColumns) this.#clearColumns(j);
    this.#write(j, bars, i, id);
    this.#end++;
    if (this.length > this.#limit) this.#start++;
    return isLate ? 'late' : 'added';
  }

  /**
   * Copies the last `n` bars with `ts_event` <= `ts`, or as many as there are; taker volumes only where all have them. The same
   * window again is the same copy.
   */
  window(ts: bigint, n: number): HeldWindow {
    const end = this.#start + this.find(ts + 1n);
    const from = Math.max(this.#start, end - n);
    if (this.#latest?.from === from && this.#latest.end === end) return this.#latest.window;
    const window = this.#copy(from, end);
    this.#latest = { from, end, window };
    return window;
  }

  #copy(from: number, end: number): HeldWindow {
    const held = this.#columns;
    const hasTaker = !held.takerBuyVolume.subarray(from, end).some(Number.isNaN);
    const columns = allocateBarColumns(end - from, hasTaker);
    columns.tsEvent.set(held.tsEvent.subarray(from, end));
    for (const name of BAR_VALUES) columns[name].set(held[name].subarray(from, end));
    columns.takerBuyVolume?.set(held.takerBuyVolume.subarray(from, end));
    const ids = this.#ids.slice(from, end);
    if (this.#named.size === 0) return { bars: BarSeries.fromChecked(columns), ids };
    const named = new Map(Array.from(this.#named, ([name, values]) => [name, values.slice(from, end)]));
    return { bars: BarSeries.fromChecked({ ...columns, columns: named }), ids };
  }

  #write(j: number, bars: BarSeries, i: number, id: number): void {
    this.#columns.tsEvent[j] = bars.tsEvent[i];
    for (const name of BAR_VALUES) this.#columns[name][j] = bars[name][i];
    this.#columns.takerBuyVolume[j] = bars.takerBuyVolume === null ? Number.NaN : bars.takerBuyVolume[i];
    this.#ids[j] = id;
    if (bars.columns.size > 0) this.#writeColumns(j, bars.columns, i);
  }

  #writeColumns(j: number, columns: ColumnValues, i: number): void {
    for (const [name, values] of columns) if (Number.isFinite(values[i])) this.#column(name)[j] = values[i];
  }

  #clearColumns(j: number): void {
    for (const column of this.#named.values()) column[j] = Number.NaN;
  }

  #column(name: string): Float64Array {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const column = new Float64Array(this.#ids.length).fill(Number.NaN);
    this.#named.set(name, column);
    return column;
  }

  #makeRoom(): void {
    const capacity = Math.min(2 * this.#ids.length, 2 * this.#limit);
    if (capacity > this.#ids.length) this.#grow(capacity);
    else this.#moveToFront();
  }

  #grow(capacity: number): void {
    const [before, idsBefore] = [this.#columns, this.#ids];
    this.#columns = allocateHeld(capacity);
    this.#columns.tsEvent.set(before.tsEvent);
    for (const name of BAR_VALUES) this.#columns[name].set(before[name]);
    this.#columns.takerBuyVolume.set(before.takerBuyVolume);
    this.#ids = new Float64Array(capacity);
    this.#ids.set(idsBefore);
    for (const [name, values] of this.#named) {
      const column = new Float64Array(capacity).fill(Number.NaN);
      column.set(values);
      this.#named.set(name, column);
    }
  }

  #moveToFront(): void {
    this.#move(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
  }

  #openGap(j: number): void {
    this.#move(j + 1, j, this.#end);
  }

  #move(to: number, from: number, end: number): void {
    this.#columns.tsEvent.copyWithin(to, from, end);
    for (const name of BAR_VALUES) this.#columns[name].copyWithin(to, from, end);
    this.#columns.takerBuyVolume.copyWithin(to, from, end);
    for (const column of this.#named.values()) column.copyWithin(to, from, end);
    this.#ids.copyWithin(to, from, end);
  }
}

/** The 32-bit words of times: equal words are equal times. */
function wordsOf(times: BigInt64Array): Int32Array {
  return new Int32Array(times.buffer, times.byteOffset, 2 * times.length);
}

function allocateHeld(capacity: number): HeldColumns {
  const columns = allocateBarColumns(capacity, true);
  return { ...columns, takerBuyVolume: columns.takerBuyVolume ?? new Float64Array(capacity) };
}
