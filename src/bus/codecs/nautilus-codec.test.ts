import { readFileSync } from 'node:fs';
import { encode } from '@msgpack/msgpack';
import { describe, expect, test } from 'vitest';
import { parseLossless, stringifyLossless } from '../../core/index.ts';
import type { BusCodecName, BusEncoding } from '../../domain/index.ts';
import { createCodec, findSignalId } from './index.ts';

// Made by NautilusTrader 1.221.0 itself, and ours as its deserializer has read them: test/golden/nautilus/make.py.
const read = (name: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`../../../test/golden/nautilus/${name}`, import.meta.url), 'utf8'));
const theirs = read('golden.json');
const withStrength = read('golden-full.json');
const ours = read('read-by-nautilus.json');
const bytes = (base64: string): Uint8Array => Buffer.from(base64, 'base64');
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const entry = (payload: Uint8Array, topic: string | null = null) => ({ topic, type: '', encoding: 'json', payload });
const TS = 1_700_000_059_999_999_999n;
const ENCODINGS = ['json', 'msgpack'] as const;
const codecOf = (codec: BusCodecName, encoding: BusEncoding = 'json') =>
  createCodec({ codec, encoding, nautilusFields: 'classic' });

const ANSWER =
  '{"signal_id":"node-7","signal_event":{"signal_id":"node-7","instrument_id":"BTC-PERP.HYPERLIQUID","signal":-1,' +
  '"timestamp":1700000059999999999,"last_bar_ts":1700000059999999999,"n_bars":100},"meta_confidence":0.625,"regime_weight":0.8,' +
  '"toxicity":0.25,"toxicity_available":true,"toxicity_percentile":null,"raw_confidence":null,"model_available":false,' +
  '"model_version":null,"source":"default","reason":"no model serves","size":-0.1875,"size_factors":{"direction":-1},' +
  `"answer_hash":"${'ab'.repeat(32)}","latency_ns":5,"late":false,"duplicate":false}`;

describe.each(ENCODINGS)('what NautilusTrader writes in %s', (encoding) => {
  const codec = codecOf('nautilus-v1', encoding);

  test('a TradeSignal is a signal, to the nanosecond', () => {
    const decoded = codec.decode(entry(bytes(theirs[`TradeSignal.${encoding}`]), 'data.TradeSignal*'));
    expect(decoded).toEqual({
      kind: 'signal',
      message: {
        instrumentId: 'BTC-PERP.HYPERLIQUID',
        signal: -1,
        timestamp: TS,
        signalId: 'node-7',
        strength: null,
        probability: null,
        barType: null,
        features: null,
        bars: null,
      },
    });
  });

  test('the strength of a TradeSignal that declares one is that of the signal', () => {
    const decoded = codec.decode(entry(bytes(withStrength[`TradeSignal.${encoding}`]), 'data.TradeSignal*'));
    expect(decoded).toMatchObject({ kind: 'signal', message: { signal: -1, timestamp: TS, strength: 0.4 } });
  });

  test('the probability of a TradeSignal that declares one is that of the signal, and -1.0 is none', () => {
    const sent = [0.62, 0, 1, -1].map((probability) => {
      const fields = {
        type: 'TradeSignal',
        instrument_id: 'A.B',
        signal: 1,
        signal_id: '',
        probability,
        ts_event: String(TS),
      };
      const payload = encoding === 'json' ? text(JSON.stringify(fields)) : encode(fields);
      const decoded = codec.decode(entry(payload, 'data.TradeSignal*'));
      return decoded.kind === 'signal' ? decoded.message.probability : decoded;
    });
    expect(sent).toEqual([0.62, 0, 1, null]);
  });

  test('a Bar is a bar of its instrument', () => {
    const decoded = codec.decode(entry(bytes(theirs[`Bar.${encoding}`])));
    expect(decoded).toMatchObject({ kind: 'bars', instrumentId: 'BTC-PERP.HYPERLIQUID' });
    expect(decoded.kind === 'bars' && decoded.bars.bar(0)).toEqual({
      open: 42000.1,
      high: 42010,
      low: 41990,
      close: 42005.5,
      volume: 12.345,
      tsEvent: TS,
    });
  });

  test('an answer is what its deserializer has read', () => {
    const { topic, payload, type, encoding: header } = codec.encodeAnswer(ANSWER);
    expect({ topic, type, header }).toEqual({ topic: 'data.EnrichedSignal', type: 'EnrichedSignal', header: encoding });
    expect(Buffer.from(payload as string).toString('base64')).toBe(ours[encoding]);
  });

  test('the id of a message that could not be taken is found', () => {
    expect(findSignalId(bytes(theirs[`TradeSignal.${encoding}`]))).toBe('node-7');
  });
});

test('no key of an answer is taken for a timestamp by the first generation, which matches by substring', () => {
  const { payload } = codecOf('nautilus-v1').encodeAnswer(ANSWER);
  const keys = Object.keys(JSON.parse(payload as string)).filter((key) => !key.startsWith('ts_'));
  expect(keys.filter((key) => 'expire_time_ns'.includes(key))).toEqual([]);
});

test('the second generation has an envelope and integer times, both ways', () => {
  const codec = codecOf('nautilus-v2');
  const { payload } = codec.encodeAnswer(ANSWER);
  const envelope = parseLossless(payload as string);
  expect(envelope).toMatchObject({
    type: 'EnrichedSignal',
    data_type: { type_name: 'EnrichedSignal', metadata: {} },
    payload: { signal_id: 'node-7', raw_confidence: -1 },
  });
  expect(payload, 'an integer, with all its digits').toContain(`"ts_event":${TS},`);
  const fields = `{"instrument_id":"EUR/USD.SIM","signal":1,"signal_id":"","ts_event":${TS},"ts_init":${TS}}`;
  const message = `{"type":"TradeSignal","data_type":{"type_name":"TradeSignal","metadata":{}},"payload":${fields}}`;
  expect(codec.decode(entry(text(message)))).toEqual({
    kind: 'signal',
    message: {
      instrumentId: 'EUR/USD.SIM',
      signal: 1,
      timestamp: TS,
      signalId: null,
      strength: null,
      probability: null,
      barType: null,
      features: null,
      bars: null,
    },
  });
  const bar = `{"type":"Bar","bar_type":"EUR/USD.SIM-5-MINUTE-BID-INTERNAL@1-MINUTE-EXTERNAL","open":"1.1","high":"1.2","low":"1.0","close":"1.1","volume":"0","ts_event":${TS},"ts_init":${TS}}`;
  expect(codec.decode(entry(text(bar)))).toMatchObject({
    kind: 'bars',
    instrumentId: 'EUR/USD.SIM',
    barType: 'EUR/USD.SIM-5-MINUTE-BID-INTERNAL@1-MINUTE-EXTERNAL',
  });
});

describe.each(ENCODINGS)('the features of a TradeSignal in %s', (encoding) => {
  const signal = { type: 'TradeSignal', instrument_id: 'A', signal: 1, signal_id: 'f', ts_event: String(TS) };
  const decodedWith = (features: unknown) => {
    const message = { ...signal, features };
    const payload = encoding === 'json' ? text(JSON.stringify(message)) : encode(message);
    return codecOf('nautilus-v1', encoding).decode(entry(payload));
  };

  test.each<[string, unknown]>([
    ['', null],
    ['{}', null],
    ['{"funding_rate": 0.0001, "spread.bps": -1e-05}', { funding_rate: 0.0001, 'spread.bps': -1e-5 }],
    ['{"trades": 12345678901234567}', { trades: 12345678901234568 }],
    ['{"funding_rate": null}', { funding_rate: Number.NaN }],
    ['{"NaN": NaN, "a": Infinity, "b": -Infinity}', { NaN: Number.NaN, a: Number.NaN, b: Number.NaN }],
  ])('are the JSON in the text %j', (features, expected) => {
    expect(decodedWith(features)).toMatchObject({ kind: 'signal', message: { signalId: 'f', features: expected } });
  });

  test.each<[unknown, string]>([
    ['nothing', 'features must be a JSON object of numbers by name, as text, was "nothing"'],
    ['[1]', 'features must be an object of numbers by name, was [1]'],
    ['{"a": "x"}', 'features.a must be a finite number, was "x"'],
    ['{"constructor": 1}', 'without the key "constructor"'],
    [5, 'features must be an object of numbers by name, was 5'],
  ])('are refused as %j', (features, message) => {
    expect(() => decodedWith(features)).toThrow(message);
  });
});

test.each([
  ['', null],
  ['A-1-MINUTE-LAST-EXTERNAL', 'A-1-MINUTE-LAST-EXTERNAL'],
])('the bar_type "%s" of a TradeSignal names the series %s', (barType, named) => {
  const signal = { type: 'TradeSignal', instrument_id: 'A', signal: 1, bar_type: barType, ts_event: String(TS) };
  const decoded = codecOf('nautilus-v1').decode(entry(text(JSON.stringify(signal))));
  expect(decoded).toMatchObject({ kind: 'signal', message: { barType: named } });
});

test.each([
  ['bare text without a topic', entry(text('2026-01-01T00:00:00.000000000Z'))],
  ['an order event', entry(text('{"type":"OrderFilled","order_side":"BUY"}'))],
  ['a message without a type', entry(text('{"value":1}'))],
])('%s is nothing to us', (_, fields) => {
  expect(codecOf('nautilus-v1').decode(fields).kind).toBe('ignored');
});

test.each([
  [
    'json',
    text('{"type":"TradeSignal","instrument_id":"A","signal":2,"ts_event":"1700000000000000001"}'),
    'INVALID_VALUE',
  ],
  ['json', text('{"type":"TradeSignal","instrument_id":"A","signal":1,"ts_event":"soon"}'), 'INVALID_VALUE'],
  [
    'json',
    text('{"type":"TradeSignal","instrument_id":"A","signal":1,"strength":0.0,"ts_event":"1700000000000000001"}'),
    'INVALID_VALUE',
  ],
  ['json', text('{"type":"Bar","bar_type":"A"}'), 'INVALID_VALUE'],
  ['json', text('{"type":"TradeSignal","__proto__":{"signal":1}}'), 'INVALID_VALUE'],
  ['json', text('{"type":"TradeSignal"'), 'BAD_JSON'],
  ['json', text('['.repeat(100_000)), 'BAD_JSON'],
  ['msgpack', Uint8Array.of(0x81, 0xc1, 0xc1), 'BAD_JSON'],
  ['msgpack', Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff), 'BAD_JSON'],
  ['msgpack', encode({ type: 'TradeSignal' }).subarray(0, 9), 'BAD_JSON'],
  ['msgpack', Uint8Array.of(0x80, 0x80), 'BAD_JSON'],
  ['msgpack', encode({ type: 'TradeSignal', instrument_id: 'A', signal: 1, ts_event: 1.5 }), 'INVALID_VALUE'],
] as const)('what breaks a rule is named: %s %#', (encoding, payload, code) => {
  const codec = codecOf('nautilus-v1', encoding);
  expect(() => codec.decode(entry(payload))).toThrow(expect.objectContaining({ code }));
});

test('our own codec reads bars as a node publishes them, and one bar with its instrument beside it', () => {
  const codec = codecOf('ml4t');
  expect(codec.decode(entry(bytes(theirs['Bar.json'])))).toMatchObject({ instrumentId: 'BTC-PERP.HYPERLIQUID' });
  const one = `{"instrument_id":"A","ts_event":${TS},"open":1,"high":1,"low":1,"close":1,"volume":0}`;
  expect(codec.decode(entry(text(one)))).toMatchObject({ kind: 'bars', instrumentId: 'A' });
});

test('five bytes that announce millions of elements, over and over, take no memory', () => {
  const bomb = new Uint8Array(500);
  for (let i = 0; i < bomb.length; i += 5) bomb.set([0xdd, 0x01, 0xc0, 0, 0], i);
  const deep = new Uint8Array(200_000).fill(0x91);
  const inMap = Uint8Array.of(0x81, 0xa1, 0x78, ...bomb);
  const codec = codecOf('nautilus-v1', 'msgpack');
  for (const payload of [bomb, deep, inMap]) expect(findSignalId(payload)).toBeNull();
  expect(() => codec.decode(entry(inMap))).toThrow(expect.objectContaining({ code: 'BAD_JSON' }));
});

test('every form of MessagePack is walked to its end, as an encoder that is not ours writes it', () => {
  const sizes = [0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536];
  const values: unknown[] = [
    null,
    true,
    1.5,
    Math.fround(0.5),
    -1,
    -33,
    127,
    128,
    70_000,
    -70_000,
    2n ** 63n,
    -(2n ** 62n),
  ];
  for (const n of sizes) values.push('x'.repeat(n), new Uint8Array(n), new Array(n).fill(1), new Date(n * 1e9 + 1));
  for (const n of [0, 15, 16, 70_000])
    values.push(Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, i])));
  for (const value of values) {
    const payload = encode({ value, signal_id: 'here' }, { useBigInt64: true });
    expect(findSignalId(payload), `${typeof value} of ${payload.length} bytes`).toBe('here');
    expect(findSignalId(payload.subarray(0, -1)), 'cut short').toBeNull();
  }
});

test('a strength of 1 in MessagePack may be an integer of 64 bits', () => {
  const signal = {
    type: 'TradeSignal',
    instrument_id: 'A',
    signal: -1n,
    strength: 1n,
    ts_event: '1700000000000000001',
  };
  const decoded = codecOf('nautilus-v1', 'msgpack').decode(entry(encode(signal, { useBigInt64: true })));
  expect(decoded).toMatchObject({ kind: 'signal', message: { signal: -1, strength: 1 } });
});

test.each([1, 'text', [1], new Uint8Array(3)])('a bare %o in MessagePack is nothing to us', (value) => {
  const codec = codecOf('nautilus-v1', 'msgpack');
  expect(codec.decode(entry(encode(value))).kind).toBe('ignored');
});

test('an order event is nothing to our own codec, and a message without a type is a signal that breaks a rule', () => {
  const codec = codecOf('ml4t');
  expect(codec.decode(entry(text('{"type":"OrderFilled"}')))).toEqual({ kind: 'ignored', what: 'OrderFilled' });
  expect(() => codec.decode(entry(text('{}')))).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
});

test.each(ENCODINGS)('a written date in %s is taken whatever its year', (encoding) => {
  const signal = { type: 'TradeSignal', instrument_id: 'A', signal: 1, ts_event: '1969-12-31T23:59:59Z' };
  const payload = encoding === 'json' ? text(JSON.stringify(signal)) : encode(signal);
  const decoded = codecOf('nautilus-v1', encoding).decode(entry(payload));
  expect(decoded).toMatchObject({ message: { timestamp: -1_000_000_000n } });
});

describe.each([
  [1_000_000_000n, 'looks like seconds (s), multiply by 1000000000'],
  [1_000_000n, 'looks like milliseconds (ms), multiply by 1000000'],
  [1_000n, 'looks like microseconds (us), multiply by 1000'],
])('integers in units of %s ns', (per, words) => {
  const ts = TS / per;
  const signal = { type: 'TradeSignal', instrument_id: 'A', signal: 1 };
  const bar = { type: 'Bar', bar_type: 'A-1-MINUTE-LAST-EXTERNAL', open: 1, high: 1, low: 1, close: 1, volume: 0 };
  test.each([
    ['a signal as text', signal, String(ts)],
    ['a signal as integer', signal, ts],
    ['a bar as text', bar, String(ts)],
    ['a bar as integer', bar, ts],
  ])('are refused: %s', (_, fields, ts_event) => {
    const message = { ...fields, ts_event };
    const json = text(stringifyLossless(message));
    const enveloped = text(stringifyLossless(fields === bar ? message : { type: signal.type, payload: message }));
    const packed = encode(message, { useBigInt64: true });
    expect(() => codecOf('nautilus-v1').decode(entry(json))).toThrow(words);
    expect(() => codecOf('nautilus-v2').decode(entry(enveloped))).toThrow(words);
    expect(() => codecOf('nautilus-v1', 'msgpack').decode(entry(packed))).toThrow(words);
  });
});

test('a heartbeat is bare text, by its topic', () => {
  const beat = entry(text('2026-01-01T00:00:00.000000000Z'), 'health:heartbeat');
  for (const codec of ['nautilus-v1', 'nautilus-v2'] as const)
    expect(codecOf(codec).decode(beat)).toEqual({ kind: 'heartbeat' });
});
