import { allocateBarColumns, BAR_VALUES, type BarColumns, BarSeries } from '../../domain/index.ts';

/** Length of new columns, in bars; they grow as they fill, so that a thousand instruments with few bars stay small. */
const FIRST_CAPACITY = 256;

/** What became of one offered bar. */
export type BarFate = 'added' | 'repeated' | 'revised' | 'late' | 'too_old';

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
    const view = { ...this.#columns, takerBuyVolume: null };
    this.#series ??= BarSeries.fromChecked(view).slice(this.#start, this.#end);
    return this.#series;
  }

  /** The first position, counted from the oldest held bar, whose `ts_event` is not before `ts`. */
  find(ts: bigint): number {
    const { tsEvent } = this.#columns;
    let low = this.#start;
    let high = this.#end;
    if (high > low && tsEvent[high - 1] < ts) return high - this.#start; // the common case: a newer bar
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (tsEvent[middle] < ts) low = middle + 1;
      else high = middle;
    }
    return low - this.#start;
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
    return same ? this.#ids[j] : -1;
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
    return { bars: BarSeries.fromChecked(columns), ids: this.#ids.slice(from, end) };
  }

  #write(j: number, bars: BarSeries, i: number, id: number): void {
    this.#columns.tsEvent[j] = bars.tsEvent[i];
    for (const name of BAR_VALUES) this.#columns[name][j] = bars[name][i];
    this.#columns.takerBuyVolume[j] = bars.takerBuyVolume === null ? Number.NaN : bars.takerBuyVolume[i];
    this.#ids[j] = id;
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
    this.#ids.copyWithin(to, from, end);
  }
}

function allocateHeld(capacity: number): HeldColumns {
  const columns = allocateBarColumns(capacity, true);
  return { ...columns, takerBuyVolume: columns.takerBuyVolume ?? new Float64Array(capacity) };
}
