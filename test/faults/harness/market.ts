// Simulated bars and signals as texts ready to send. The same number always makes the same text.

const N_BARS = 400;
const WINDOW = 100;
const N_INSTRUMENTS = 4;
const START_NS = 1_704_067_200_000_000_000n; // 2024-01-01
const BAR_NS = 60_000_000_000n;

interface Bar {
  readonly ts: bigint;
  /** Numbers of a bar as JSON, in the order open, high, low, close, volume. */
  readonly numbers: readonly string[];
}

const COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const;

/** Deterministic walk; the quality of the random numbers does not matter here. */
function walk(seed: number): Bar[] {
  let state = seed * 2_654_435_761 + 1;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let close = 100;
  return Array.from({ length: N_BARS }, (_, i) => {
    const open = close;
    close = Math.max(1, open * (1 + 0.01 * (random() - 0.5)));
    const high = Math.max(open, close) + 0.2 * random();
    const low = Math.min(open, close) - 0.2 * random();
    const numbers = [open, high, low, close, 1 + 99 * random()].map(String);
    return { ts: START_NS + BigInt(i) * BAR_NS, numbers };
  });
}

const series = Array.from({ length: N_INSTRUMENTS + 1 }, (_, i) => walk(i + 1));
const windows = new Map<string, string>();

/** JSON object of columns with the bars `from` to `end` of an instrument; `end` is exclusive. */
export function barColumns(instrument: number, from: number, end: number): string {
  const bars = series[instrument].slice(from, end);
  const columns = COLUMNS.map((name, k) => `"${name}":[${bars.map(({ numbers }) => numbers[k]).join(',')}]`);
  return `{"ts_event":[${bars.map(({ ts }) => ts).join(',')}],${columns.join(',')}}`;
}

/** JSON array of objects with the same bars as {@link barColumns}. */
export function barObjects(instrument: number, from: number, end: number): string {
  const bars = series[instrument].slice(from, end);
  const objects = bars.map(({ ts, numbers }) => {
    const fields = COLUMNS.map((name, k) => `"${name}":${numbers[k]}`);
    return `{"ts_event":${ts},${fields.join(',')}}`;
  });
  return `[${objects.join(',')}]`;
}

export const instrumentId = (instrument: number): string => `SIM-${instrument}.TEST`;

/** One signal, ready to send. */
export interface SignalText {
  readonly id: string;
  readonly text: string;
}

/** Signal number `n` of a run, with its window of 100 bars; later signals have later windows. */
export function makeSignal(run: string, n: number): SignalText {
  const instrument = n % N_INSTRUMENTS;
  const from = Math.floor(n / N_INSTRUMENTS) % (N_BARS - WINDOW);
  const key = `${instrument}:${from}`;
  const bars = windows.get(key) ?? barColumns(instrument, from, from + WINDOW);
  windows.set(key, bars);
  return signalOn({ id: `${run}-${n}`, instrument, lastBar: from + WINDOW - 1, offsetNs: n, bars });
}

/** Any signal; without `bars` it needs those that the service has in memory. */
export function signalOn(options: {
  readonly id: string;
  readonly instrument: number;
  /** Index of the last bar before the signal. */
  readonly lastBar: number;
  /** Time from that bar to the signal, nanoseconds. */
  readonly offsetNs?: number;
  readonly side?: -1 | 0 | 1;
  readonly bars?: string;
}): SignalText {
  const { id, instrument, lastBar, offsetNs = 0, side = offsetNs % 2 === 0 ? 1 : -1, bars } = options;
  const timestamp = series[instrument][lastBar].ts + BigInt(offsetNs);
  const head = `"signal_id":"${id}","instrument_id":"${instrumentId(instrument)}","signal":${side},"timestamp":${timestamp}`;
  return { id, text: bars === undefined ? `{${head}}` : `{${head},"bars":${bars}}` };
}

/** Signal number `n` without bars, on the instrument of {@link heldBars}, which must be sent first. */
export function makeHeldSignal(run: string, n: number): SignalText {
  const lastBar = WINDOW - 1 + (n % (N_BARS - WINDOW));
  return signalOn({ id: `${run}-${n}`, instrument: HELD_INSTRUMENT, lastBar, offsetNs: Math.floor(n / N_BARS) });
}

/** Instrument without signals of {@link makeSignal}. */
export const HELD_INSTRUMENT = N_INSTRUMENTS;
export const heldBars = (): string => barColumns(HELD_INSTRUMENT, 0, N_BARS);
