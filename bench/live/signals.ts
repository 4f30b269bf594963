import { simulateMarket } from '../../src/simulation/index.ts';
import type { Shape } from './plan.ts';

// Templates of signals are made before the run; at send time only the id and the times are written into a copy. Each pass over
// the templates uses later times, so that the service always gets new bars, as in live trading.

const N_INSTRUMENTS = 20;
const WINDOW = 100;
const DIGITS = 19;
const ID_LENGTH = 12;
const ID_MARK = `b${'0'.repeat(ID_LENGTH - 1)}`;
const TIME_MARK = '7'.repeat(DIGITS);
const MINUTE_NS = 60_000_000_000n;
const DAYS_BACK = 200n;
/** Number of windows of each instrument, one bar apart. */
const N_WINDOWS = 150;

/** Adds the bytes around a body: those of a request or a command. */
export type Envelope = (body: Buffer) => Buffer;

interface Template {
  readonly bytes: Buffer;
  readonly idAt: number;
  /** Offsets of the signal's time and of the times of its bars. */
  readonly timesAt: Int32Array;
}

/** Id of signal `i`. */
export function idOf(i: number): string {
  return `b${String(i).padStart(ID_LENGTH - 1, '0')}`;
}

/** Index of the signal of an answer, by its `signal_id`; -1 when there is none. */
export function indexIn(answer: Buffer, from = 0, end = answer.length): number {
  const key = answer.indexOf('"signal_id":"b', from, 'latin1');
  if (key < 0 || key >= end) return -1;
  let index = 0;
  const first = key + 14;
  for (let at = first; at < first + ID_LENGTH - 1; at++) index = index * 10 + (answer[at] - 48);
  return index;
}

/** Makes the bytes of any signal, and of the bars that signals without bars need. */
export class SignalBytes {
  readonly #shape: Shape;
  readonly #templates: readonly Template[];
  /** Times of the grid of bars, as text. */
  readonly #times: Buffer;
  readonly #market = marketColumns();
  /** Index of the last bar that was sent. */
  #lastBar = 2 * WINDOW - 1;

  /** @param nSignals - maximum number of signals that will be made. */
  constructor(shape: Shape, envelope: Envelope, nSignals: number) {
    this.#shape = shape;
    const templates: Template[] = [];
    for (let w = 0; w < (shape === 'held' ? 1 : N_WINDOWS); w++) {
      for (let k = 0; k < N_INSTRUMENTS; k++) templates.push(findMarks(envelope(Buffer.from(this.#body(k, w)))));
    }
    this.#templates = templates;
    const nLaps = Math.ceil(nSignals / templates.length) + 1;
    this.#times = gridOfTimes(shape === 'held' ? 100_000 : nLaps * (N_WINDOWS + WINDOW));
  }

  /** New copy of the bytes of signal `i`. */
  signal(i: number): Buffer {
    const { bytes, idAt, timesAt } = this.#templates[i % this.#templates.length];
    const copy = Buffer.from(bytes);
    copy.write(idOf(i), idAt, ID_LENGTH, 'latin1');
    const lap = Math.floor(i / this.#templates.length);
    const window = Math.floor((i % this.#templates.length) / N_INSTRUMENTS);
    const first = lap * (N_WINDOWS + WINDOW - 1) + window;
    const last = this.#shape === 'held' ? this.#lastBar : first + WINDOW - 1;
    this.#writeTime(copy, timesAt[0], last);
    for (let j = 1; j < timesAt.length; j++) this.#writeTime(copy, timesAt[j], first + j - 1);
    return copy;
  }

  /** Bars first..last of each instrument, as JSON columns. */
  bars(first: number, last: number): { readonly instrumentId: string; readonly columns: string }[] {
    this.#lastBar = last;
    return Array.from({ length: N_INSTRUMENTS }, (_, k) => {
      const ts = Array.from({ length: last - first + 1 }, (_, j) => this.#timeAt(first + j));
      const columns = this.#columns(k, first, last - first + 1, ts);
      return { instrumentId: nameOf(k), columns };
    });
  }

  /** Bars that must be sent before the first signal without bars. */
  history(): { readonly instrumentId: string; readonly columns: string }[] {
    return this.bars(0, 2 * WINDOW - 1);
  }

  /** Next bar of each instrument. */
  nextBars(): { readonly instrumentId: string; readonly columns: string }[] {
    return this.bars(this.#lastBar + 1, this.#lastBar + 1);
  }

  #writeTime(bytes: Buffer, at: number, bar: number): void {
    this.#times.copy(bytes, at, bar * DIGITS, (bar + 1) * DIGITS);
  }

  #timeAt(bar: number): string {
    return this.#times.toString('latin1', bar * DIGITS, (bar + 1) * DIGITS);
  }

  #body(k: number, window: number): string {
    const head = `"signal_id":"${ID_MARK}","instrument_id":"${nameOf(k)}","signal":${(k + window) % 2 === 0 ? 1 : -1}`;
    const start = `{${head},"timestamp":${TIME_MARK}`;
    if (this.#shape === 'held') return `${start}}`;
    const times = Array.from({ length: WINDOW }, () => TIME_MARK);
    if (this.#shape !== 'objects') return `${start},"bars":${this.#columns(k, window, WINDOW, times)}}`;
    const rows = times.map((time, j) => {
      const row = this.#market.map(([name, column]) => `"${name}":${column[this.#place(k, window + j)]}`);
      return `{"ts_event":${time},${row.join(',')}}`;
    });
    return `${start},"bars":[${rows.join(',')}]}`;
  }

  #columns(k: number, first: number, n: number, times: readonly string[]): string {
    const columns = this.#market.map(([name, column]) => {
      const values = Array.from({ length: n }, (_, j) => column[this.#place(k, first + j)]);
      return `"${name}":[${values.join(',')}]`;
    });
    return `{"ts_event":[${times.join(',')}],${columns.join(',')}}`;
  }

  /** Row of the simulated market for a bar of instrument `k`; each instrument starts at another row. */
  #place(k: number, bar: number): number {
    return (k * 500 + bar) % this.#market[0][1].length;
  }
}

function nameOf(k: number): string {
  return `SIM-${String(k).padStart(2, '0')}`;
}

/** Prices with two decimals, as exchanges send them. */
function marketColumns(): readonly (readonly [string, readonly string[]])[] {
  const { bars } = simulateMarket({ nBars: 12_000, edge: 0.15, breakAt: null, seed: 7 });
  const { open, high, low, close, volume } = bars;
  return Object.entries({ open, high, low, close, volume }).map(([name, column]) => [
    name,
    Array.from(column, (value) => value.toFixed(2)),
  ]);
}

function gridOfTimes(nBars: number): Buffer {
  const start = (BigInt(Date.now()) / 86_400_000n - DAYS_BACK) * 1440n * MINUTE_NS;
  const times = Buffer.alloc(nBars * DIGITS);
  for (let bar = 0; bar < nBars; bar++) {
    times.write(String(start + BigInt(bar) * MINUTE_NS), bar * DIGITS, DIGITS, 'latin1');
  }
  return times;
}

function findMarks(bytes: Buffer): Template {
  const times: number[] = [];
  for (let at = bytes.indexOf(TIME_MARK); at >= 0; at = bytes.indexOf(TIME_MARK, at + DIGITS)) times.push(at);
  return { bytes, idAt: bytes.indexOf(ID_MARK), timesAt: Int32Array.from(times) };
}
