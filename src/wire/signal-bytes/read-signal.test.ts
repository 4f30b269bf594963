import { describe, expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { parseMessage } from '../message-json.ts';
import { type SignalMessage, signalMessageFromWire } from '../signals/signal.ts';
import { readPlainSignal, readSignalMessage } from './read-signal.ts';

const T0 = 1_700_000_000_123_456_789n;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
/** The reader that the quick one must agree with. */
const readGenerally = (bytes: Uint8Array): SignalMessage => signalMessageFromWire(parseMessage(bytes));

interface Row {
  readonly ts_event: string;
  readonly [name: string]: string;
}

function rowsOf(n: number, seed: number, withTaker = false): Row[] {
  const rng = new Rng(seed);
  let price = 100;
  return Array.from({ length: n }, (_, i) => {
    price *= 1 + 0.01 * rng.nextGaussian();
    const [open, close] = [price, price * (1 + 0.001 * rng.nextGaussian())];
    const digits = Math.floor(rng.nextFloat() * 18);
    const text = (value: number): string => (digits > 16 ? String(value) : value.toFixed(digits));
    const row = { ts_event: String(T0 + BigInt(i) * 60_000_000_000n), open: text(open), close: text(close) };
    const high = text(Math.max(open, close) * 1.01 + 2);
    const low = text(Math.min(open, close) * 0.99 - 2);
    return { ...row, high, low, volume: text(2e3), ...(withTaker ? { taker_buy_volume: text(1e3) } : {}) };
  });
}

const asObjects = (rows: readonly Row[], q = ''): string =>
  `[${rows.map((row) => `{${Object.entries(row).map(([k, v]) => `"${k}":${q}${v}${q}`)}}`)}]`;
const asColumns = (rows: readonly Row[]): string =>
  `{ ${Object.keys(rows[0])
    .map((name) => `"${name}" : [${rows.map((row) => row[name]).join(', ')}]`)
    .join(',\n')} }`;
const signalOf = (bars: string | null, more = ''): string =>
  `{"signal_id":"a-1","instrument_id":"BTC-PERP.X","signal":-1,"timestamp":${T0 + 10n ** 15n}${bars === null ? '' : `,"bars":${bars}`}${more}}`;

describe('the plain form is read without the general reader, and as it reads it', () => {
  const rows = rowsOf(120, 1);
  test.each([
    ['columns', signalOf(asColumns(rows))],
    ['columns with takers', signalOf(asColumns(rowsOf(100, 2, true)))],
    ['objects', signalOf(asObjects(rows))],
    ['objects with takers', signalOf(asObjects(rowsOf(100, 3, true)))],
    ['numbers as text', signalOf(asObjects(rows, '"'))],
    ['no bars', signalOf(null)],
    ['a strength', signalOf(asColumns(rows), ',"strength":0.4')],
    ['a strength as text', signalOf(null, ',"strength":"1"')],
    ['a probability', signalOf(asColumns(rows), ',"probability":0.62')],
    ['a probability as text', signalOf(null, ',"probability":"1"')],
    ['a probability of 0', signalOf(null, ',"probability":-0')],
    ['a bar type', signalOf(asColumns(rows), ',"bar_type":"BTC-PERP.X-1-MINUTE-LAST-EXTERNAL"')],
    ['columns of the sender', signalOf(asColumns(rows), ',"features":{"funding_rate":0.0001,"spread.bps":"-2.50"}')],
    ['a column with an exponent', signalOf(null, ',"features": { "a-b" : 1e-05 , "_c":-2.5E+3,"c":0 } ')],
    ['a negative zero', signalOf(null, ',"features":{"a":-0}')],
    ['white space around', ` \n${signalOf(null)}\r\n\t`],
  ])('%s', (_, text) => {
    const plain = readPlainSignal(bytesOf(text));
    expect(plain, 'given up').not.toBeNull();
    expect(plain).toEqual(readGenerally(bytesOf(text)));
  });
});

test('a number is the double that the language makes of it', () => {
  const rng = new Rng(4);
  const texts = ['0', '0.0', '9007199254740993', '123456789012345', '0.30000000000000004', '12345678901234567890123'];
  for (let k = 0; k < 3000; k++) {
    const value = rng.nextFloat() * 10 ** Math.floor(rng.nextFloat() * 26 - 6);
    texts.push(value.toFixed(k % 16), value.toFixed(20));
  }
  for (const text of texts) {
    const bars = `{"ts_event":[1700000000000000001],"open":[1],"high":[1],"low":[1],"close":[1],"volume":[${text}]}`;
    const read = readPlainSignal(bytesOf(signalOf(bars)));
    expect(Object.is(read?.bars?.volume[0], Number(text)), `${text} was read as ${read?.bars?.volume[0]}`).toBe(true);
  }
});

const LAST = 9_223_372_034_999_999_999n;

test('a time is the integer that stands there, up to 63 bits', () => {
  const first = 31_536_000n * 10n ** 9n; // 1971
  const edges = [first, first + 1n, first + 10n ** 9n - 1n, 2n ** 55n + 1n, 10n ** 18n - 1n, T0, LAST];
  for (const time of edges) {
    const text = `{"instrument_id":"X","signal":0,"timestamp":${time}}`;
    expect(readPlainSignal(bytesOf(text))?.timestamp, String(time)).toBe(time);
  }
  for (const refused of [0n, T0 / 1000n, first - 1n, 2n ** 63n]) {
    expect(readPlainSignal(bytesOf(`{"instrument_id":"X","signal":0,"timestamp":${refused}}`))).toBeNull();
  }
});

test.each([
  ['an unknown key', signalOf(null, ',"note":1')],
  ['a key twice', signalOf(null, ',"signal":1')],
  ['a strength of none', signalOf(null, ',"strength":null')],
  ['a strength twice', signalOf(null, ',"strength":1,"strength":1')],
  ['a strength of 0', signalOf(null, ',"strength":0')],
  ['a strength above 1', signalOf(null, ',"strength":1.5')],
  ['a probability of none', signalOf(null, ',"probability":null')],
  ['a probability twice', signalOf(null, ',"probability":1,"probability":1')],
  ['a probability in percent', signalOf(null, ',"probability":62')],
  ['a probability below 0', signalOf(null, ',"probability":-0.5')],
  ['a feature that is the probability', signalOf(null, ',"features":{"signal_probability":0.5}')],
  ['features of none', signalOf(null, ',"features":null')],
  ['no feature at all', signalOf(null, ',"features":{}')],
  ['a feature that is missing', signalOf(null, ',"features":{"a":null}')],
  ['a feature twice', signalOf(null, ',"features":{"a":1,"a":2}')],
  ['features twice', signalOf(null, ',"features":{"a":1},"features":{"a":2}')],
  ['a name with a space', signalOf(null, ',"features":{"a b":1}')],
  ['a name of 65 letters', signalOf(null, `,"features":{"${'a'.repeat(65)}":1}`)],
  ['a forbidden name', signalOf(null, ',"features":{"constructor":1}')],
  ['a feature beyond doubles', signalOf(null, ',"features":{"a":1e400}')],
  ['a feature beyond what is taken', signalOf(null, ',"features":{"a":1.5e308}')],
  ['half an exponent', signalOf(null, ',"features":{"a":1e}')],
  ['a feature that is true', signalOf(null, ',"features":{"a":true}')],
  ['257 features', signalOf(null, `,"features":{${Array.from({ length: 257 }, (_, i) => `"a${i}":1`).join(',')}}`)],
  ['an escape in an id', signalOf(null).replace('a-1', 'a\\u002d1')],
  ['a letter beyond ASCII', signalOf(null).replace('a-1', 'ä')],
  ['a number with a leading zero', signalOf(asColumns(rowsOf(2, 5))).replace(/"volume" : \[/, '"volume" : [0')],
  [
    'a column cut short',
    signalOf(
      '{"ts_event":[1700000000000000001,1700000000000000002],"open":[1],"high":[1],"low":[1],"close":[1],"volume":[1]}',
    ),
  ],
  ['a row that lacks a key', signalOf('[{"ts_event":1700000000000000001,"open":1}]')],
  [
    'a bar that breaks a rule',
    signalOf('[{"ts_event":1700000000000000001,"open":9,"high":1,"low":1,"close":1,"volume":1}]'),
  ],
  ['no timestamp', '{"instrument_id":"X","signal":0}'],
  ['a forbidden key', signalOf(null, ',"__proto__":{}')],
  ['more behind it', `${signalOf(null)}{}`],
  ['an end too early', signalOf(asColumns(rowsOf(3, 6))).slice(0, -9)],
  ['no bytes', ''],
])('%s is left to the general reader', (_, text) => {
  const bytes = bytesOf(text);
  expect(readPlainSignal(bytes)).toBeNull();
  const outcome = (read: (bytes: Uint8Array) => SignalMessage): unknown => {
    try {
      return read(bytes);
    } catch (error) {
      return String(error);
    }
  };
  expect(outcome(readSignalMessage)).toEqual(outcome(readGenerally));
});

test('whatever bytes it accepts, the general reader reads the same', () => {
  const rng = new Rng(7);
  const alphabet = bytesOf('0123456789.-+eE",:[]{} \\nt_svöx');
  const base = [
    signalOf(asColumns(rowsOf(3, 8))),
    signalOf(asObjects(rowsOf(3, 9, true), '"')),
    signalOf(null, ',"strength":0.25'),
    signalOf(null, ',"features":{"funding_rate":-1.5e-05,"b":2}'),
    signalOf(null, ',"probability":0.625'),
  ].map(bytesOf);
  let nRead = 0;
  for (let k = 0; k < 20_000; k++) {
    const bytes = base[k % base.length].slice();
    for (let n = 0; n <= k % 3; n++) {
      bytes[Math.floor(rng.nextFloat() * bytes.length)] = alphabet[Math.floor(rng.nextFloat() * alphabet.length)];
    }
    const plain = readPlainSignal(bytes);
    if (plain === null) continue;
    nRead++;
    expect(plain, new TextDecoder().decode(bytes)).toEqual(readGenerally(bytes));
  }
  expect(nRead, 'hardly any was accepted: this compares nothing').toBeGreaterThan(1000);
});
