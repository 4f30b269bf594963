// Reading one signal from its bytes: the reader of plain bytes against the schema, in turn. The first stays only while it is
// clearly faster. And bars on their own, which the schema reads.
import { stringifyLossless } from '../src/core/index.ts';
import { WINDOW_BARS } from '../src/domain/index.ts';
import { simulateMarket } from '../src/simulation/index.ts';
import { barsFromWire, barsToWire, parseMessage, readPlainSignal, signalMessageFromWire } from '../src/wire/index.ts';
import { quantile } from './support/statistics.ts';

const N_BARS = 2000;
const N_ROUNDS = 21;
const CALLS_A_ROUND = 500;

const { bars } = simulateMarket({ nBars: N_BARS, edge: 0.15, breakAt: null, seed: 1 });
const window = bars.slice(0, WINDOW_BARS);
const timestamp = bars.tsEvent[WINDOW_BARS - 1];
const signal = { instrument_id: 'BTC-PERP.HYPERLIQUID', signal: 1, timestamp, signal_id: 'bench-1' };
/** Numbers of an exchange have a few decimals, those of a simulation as many as a double has. */
const simulated = barsToWire(window);
const columns = {
  ts_event: simulated.ts_event,
  open: rounded(simulated.open),
  high: rounded(simulated.high),
  low: rounded(simulated.low),
  close: rounded(simulated.close),
  volume: rounded(simulated.volume),
};
const objects = columns.ts_event.map((ts, i) => ({
  ts_event: ts,
  open: columns.open[i],
  high: columns.high[i],
  low: columns.low[i],
  close: columns.close[i],
  volume: columns.volume[i],
}));

function rounded(values: readonly number[]): number[] {
  return values.map((value) => Number(value.toFixed(4)));
}

function bytesOf(message: object): Uint8Array {
  return new TextEncoder().encode(stringifyLossless(message));
}

/** Mean CPU time of a call, garbage collection included, µs: unlike time on the wall, it does not depend on who else is at work. */
function time(read: () => unknown): number {
  const start = process.cpuUsage();
  for (let k = 0; k < CALLS_A_ROUND; k++) read();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / CALLS_A_ROUND;
}

for (const [name, message] of [
  ['100 bars as columns', { ...signal, bars: columns }],
  ['100 bars as objects', { ...signal, bars: objects }],
  ['100 bars as columns, 17 digits a number', { ...signal, bars: simulated }],
  ['no bars', signal],
] as const) {
  const bytes = bytesOf(message);
  if (readPlainSignal(bytes) === null) throw new Error(`${name}: not plain, so there is nothing to compare`);
  const plain: number[] = [];
  const general: number[] = [];
  for (let round = 0; round < N_ROUNDS; round++) {
    plain.push(time(() => readPlainSignal(bytes)));
    general.push(time(() => signalMessageFromWire(parseMessage(bytes))));
  }
  const [fast, slow] = [quantile(plain, 0.5), quantile(general, 0.5)];
  const ratio = quantile(
    plain.map((us, round) => general[round] / us),
    0.5,
  );
  console.log(
    `a signal, ${name}: bytes ${fast.toFixed(2)} µs, schema ${slow.toFixed(2)} µs, ${ratio.toFixed(1)} times as fast`,
  );
}

const body = bytesOf(barsToWire(bars));
const read = Array.from({ length: N_ROUNDS }, () => time(() => barsFromWire(parseMessage(body))));
console.log(`${N_BARS} bars as columns: ${quantile(read, 0.5).toFixed(0)} µs by the schema`);
