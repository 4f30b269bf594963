import { describe, expect, test } from 'vitest';
import { MismatchError, parseLossless, stringifyLossless } from '../core/index.ts';
import { EnrichedSignalEvent, SignalEvent } from '../domain/index.ts';
import {
  answerWithBars,
  barsFromWire,
  barsToWire,
  enrichedSignalToWire,
  lastingAnswer,
  predictionFromWire,
  readSignalMessage,
  signalEventFromWire,
  signalEventToWire,
  wholeAnswer,
} from './index.ts';

const T0 = 1_700_000_000_000_000_001n;
const TIMES = Array.from({ length: 100 }, (_, i) => T0 + BigInt(i));
const objects = (asText: boolean): string =>
  TIMES.map((ts, i) => {
    const q = asText ? '"' : '';
    const price = `${q}${100 + i}.10${q}`;
    return `{"open":${price},"high":${price},"low":${price},"close":${price},"volume":${q}1${q},"ts_event":${q}${ts}${q}}`;
  }).join(',');
const column = (value: (i: number) => unknown): string => `[${TIMES.map((_, i) => value(i)).join(',')}]`;
const prices = column((i) => `${100 + i}.10`);
const COLUMNS = `{"ts_event":${column((i) => TIMES[i])},"open":${prices},"high":${prices},"low":${prices},"close":${prices},"volume":${column(() => 1)}}`;
const line = (bars: string, signal: string = '1', timestamp: string = `${TIMES[99]}`): string =>
  `{"instrument_id":"BTC-PERP.HYPERLIQUID","signal":${signal},"timestamp":${timestamp},"bars":${bars}}`;
const read = (text: string): SignalEvent => signalEventFromWire(parseLossless(text));

test('objects, text numbers and columns say the same, to the nanosecond', () => {
  const events = [line(`[${objects(false)}]`), line(`[${objects(true)}]`, '"1"', `"${TIMES[99]}"`), line(COLUMNS)].map(
    read,
  );
  for (const event of events) {
    expect(event.timestamp).toBe(1_700_000_000_000_000_100n);
    expect(event.bars.tsEvent[1] - event.bars.tsEvent[0]).toBe(1n);
    expect(event.bars.close[99]).toBe(199.1);
    expect(event.signalId).toBe('BTC-PERP.HYPERLIQUID:1700000000000000100:1');
  }
});

test('a strength comes with the signal, as a number or its text', () => {
  expect(
    [line(COLUMNS), line(COLUMNS, '1,"strength":0.4'), line(COLUMNS, '1,"strength":"0.4"')].map(read),
  ).toMatchObject([{ strength: 1 }, { strength: 0.4 }, { strength: 0.4 }]);
});

test('a probability comes with the signal, as a number or its text, and may be 0 or 1', () => {
  const sent = ['0.62', '"0.62"', '0', '-0', '"1.0"', '1', 'null'].map((text) =>
    read(line(COLUMNS, `1,"probability":${text}`)),
  );
  expect(sent.map(({ probability }) => probability)).toEqual([0.62, 0.62, 0, 0, 1, 1, null]);
  expect(read(line(COLUMNS)).probability).toBeNull();
  expect(read(line(COLUMNS, '1,"probability":0.62')).signalId).toBe(read(line(COLUMNS)).signalId);
});

test.each([
  ['62', 'probability must be a number in [0, 1]; 62 % is 0.62, was 62'],
  ['"62"', 'probability must be a number in [0, 1]; 62 % is 0.62, was "62"'],
  ['"62%"', 'probability must be a number in [0, 1], was "62%"'],
  ['"high"', 'probability must be a number in [0, 1], was "high"'],
  ['-1', 'probability must be a number in [0, 1]; leave it out where there is none, was -1'],
  ['1e400', 'probability must be a number in [0, 1], was'],
  ['true', 'probability must be a number in [0, 1], was true'],
  ['[0.5]', 'probability must be a number in [0, 1], was [0.5]'],
])('a probability of %s is refused with what to send', (text, message) => {
  expect(() => read(line(COLUMNS, `1,"probability":${text}`))).toThrow(message);
  expect(() => predictionFromWire(parseLossless(line(COLUMNS, `1,"probability":${text}`)))).toThrow(message);
});

test('a prediction must bring one', () => {
  for (const none of ['', ',"probability":null'])
    expect(() => predictionFromWire(parseLossless(line(COLUMNS, `1${none}`)))).toThrow(
      'probability must be a number in [0, 1]; a signal without one goes to POST /v1/signals, was',
    );
  expect(predictionFromWire(parseLossless(line(COLUMNS, '1,"probability":0'))).probability).toBe(0);
});

test('the name of the feature is refused among those of the sender, which would say it twice', () => {
  const message =
    'features must be under other names than signal_probability, which a signal sends as its field probability';
  expect(() => read(line(COLUMNS, '1,"features":{"signal_probability":0.5}'))).toThrow(message);
});

test('a bar type comes with the signal, into its id as well', () => {
  const typed = read(line(COLUMNS, '1,"bar_type":"1-MINUTE"'));
  expect(typed).toMatchObject({
    barType: '1-MINUTE',
    signalId: 'BTC-PERP.HYPERLIQUID:1-MINUTE:1700000000000000100:1',
  });
  expect(read(line(COLUMNS, '1,"bar_type":null'))).toMatchObject({ barType: null });
  expect(() => read(line(COLUMNS, '1,"bar_type":""'))).toThrow('bar_type must be 1 to 256');
});

test('features come with the signal, as numbers, their text, or null for one that is missing', () => {
  const sent = '"features":{"funding_rate":0.0001,"spread.bps":"2.50","a":null,"b":1e400,"c":-0}';
  expect(read(line(COLUMNS, `1,${sent}`)).features).toEqual({
    funding_rate: 0.0001,
    'spread.bps': 2.5,
    a: Number.NaN,
    b: Number.NaN,
    c: 0,
  });
  for (const none of ['', ',"features":null', ',"features":{}'])
    expect(read(line(COLUMNS, `1${none}`)).features).toBeNull();
});

describe('features of bars', () => {
  const bar = (i: number, more = ''): string =>
    `{"ts_event":${TIMES[i]},"open":1,"high":1,"low":1,"close":1,"volume":1${more}}`;
  const two = (features: string): string =>
    `{"ts_event":[${TIMES[0]},${TIMES[1]}],"open":[1,1],"high":[1,1],"low":[1,1],"close":[1,1],"volume":[1,1],"features":${features}}`;
  const columnsOf = (text: string): object => Object.fromEntries(barsFromWire(parseLossless(text)).columns);

  test('are columns, or numbers beside each bar, which may lack them', () => {
    const [f, g] = [Float64Array.of(0.5, Number.NaN), Float64Array.of(Number.NaN, -2)];
    expect(columnsOf(two('{"f":[0.5,null],"g":[null,"-2.0"]}'))).toEqual({ f, g });
    expect(columnsOf(`[${bar(0, ',"features":{"f":0.5}')},${bar(1, ',"features":{"g":-2}')}]`)).toEqual({ f, g });
    expect(columnsOf(`[${bar(0, ',"features":{"f":0.5}')},${bar(1)}]`)).toEqual({ f });
    expect(columnsOf(bar(0, ',"features":{"f":0.5}'))).toEqual({ f: Float64Array.of(0.5) });
    for (const none of ['null', '{}']) expect(columnsOf(two(none))).toEqual({});
  });

  test('are written as columns, and read back', () => {
    const bars = barsFromWire(parseLossless(two('{"f":[0.5,null]}')));
    expect(barsToWire(bars)).toMatchObject({ features: { f: [0.5, null] } });
    expect(barsFromWire(parseLossless(stringifyLossless(barsToWire(bars))))).toEqual(bars);
    expect(barsToWire(bars.slice(1, 2)).features).toEqual({ f: [null] });
  });

  test.each([
    [two('{"f":[1]}'), 'bars.features.f must be as long as bars.ts_event (2), was 1'],
    [two('{"f":1}'), 'bars.features.f must be a list, as long as ts_event, was 1'],
    [two('{"f":[1,true]}'), 'bars.features.f[1] must be a finite number, was true'],
    [two('{"f g":[1,1]}'), 'bars.features must be under names of letters'],
    [two('[1]'), 'bars.features must be an object of numbers by name, was [1]'],
    [`[${bar(0)},${bar(1, ',"features":{"f":"x"}')}]`, 'bars[1].features.f must be a finite number, was "x"'],
    [bar(0, ',"features":3'), 'bars[0].features must be an object of numbers by name, was 3'],
  ])('%# that break a rule are refused by name', (text, message) => {
    expect(() => columnsOf(text)).toThrow(message);
  });

  test('have 256 names at most, whichever bar has them', () => {
    const names = (from: number): string => Array.from({ length: 129 }, (_, i) => `"a${from + i}":1`).join(',');
    const rows = `[${bar(0, `,"features":{${names(0)}}`)},${bar(1, `,"features":{${names(129)}}`)}]`;
    expect(() => columnsOf(rows)).toThrow('bars[1].features must be at most 256 names in all, was "a256"');
  });
});

test('a signal written with its bars reads back as itself', () => {
  const event = read(line(COLUMNS));
  const again = read(stringifyLossless(signalEventToWire(event, true)));
  expect(signalEventToWire(again, true)).toEqual(signalEventToWire(event, true));
  expect(signalEventToWire(event)).toMatchObject({ n_bars: 100, timestamp: TIMES[99] });
});

test.each([
  ['[]', 'signal must be a JSON object, was []'],
  [line(COLUMNS, '2'), 'signal must be one of -1, 0, 1, was 2'],
  [line(COLUMNS, '0.4'), 'signal must be one of -1, 0, 1; send signal: 1, strength: 0.4, was 0.4'],
  [line(COLUMNS, '1,"strength":0'), 'strength must be in (0, 1], was 0'],
  [line(COLUMNS, '"buy"'), 'signal must be a finite number, was "buy"'],
  [line(COLUMNS, '1', '1.5'), 'timestamp must be an integer of UNIX nanoseconds, was 1.5'],
  [
    line(COLUMNS, '1', '1700000000.25'),
    'timestamp must be an integer of UNIX nanoseconds from 1971-01-01 on (31536000000000000); this looks like seconds (s), multiply by 1000000000, was 1700000000.25',
  ],
  ...['1795951860000000000.0', '1.79595186e18', '1795951860000000000.5'].map((written): [string, string] => [
    line(COLUMNS, '1', written),
    'timestamp must be an integer of UNIX nanoseconds in digits alone, without a decimal point, an exponent or the rounding of a double, was 1795951860000000000',
  ]),
  [
    line(`[${objects(false)}]`).replace('"ts_event":1700000000000000001', '"ts_event":17e17'),
    'bars[0].ts_event must be an integer of UNIX nanoseconds in digits alone',
  ],
  [line(COLUMNS, '{}'), 'signal must be a finite number, was an empty object'],
  [line('"abc"'), 'bars must be a list of bars, or an object of columns, was "abc"'],
  [
    line(COLUMNS, '1', '1700000000000000005'),
    'timestamp must be not before the last bar (1700000000000000100), was 1700000000000000005',
  ],
  [line('[]'), 'bars must be at least 100 bars, was 0'],
  [line('null'), 'bars must be a list of bars, or an object of columns, was null'],
  [line(COLUMNS.replace('"volume":[1', '"volume":[1e999')), 'bars.volume[0] must be a finite number, was Infinity'],
  [line(COLUMNS.replace('"volume":[1', '"volume":[null')), 'bars.volume[0] must be a finite number, was null'],
  [line(COLUMNS.replace('"volume":[1,', '"volume":[')), 'bars.volume must be as long as bars.ts_event (100), was 99'],
  [line(`[${objects(false)}]`).replace('"low":100.10', '"low":-1'), 'bars[0].low must be a finite number > 0, was -1'],
  [line(COLUMNS).replace('BTC-PERP', 'BTC\\u0000'), 'instrument_id must be 1 to 256 well-formed characters'],
  [line(COLUMNS, '1,"signal_id":"a\\u0000b"'), 'signal_id must be 1 to 256 well-formed characters'],
  [
    line(COLUMNS).replace('BTC-PERP.HYPERLIQUID', ''),
    'instrument_id must be 1 to 256 well-formed characters, none a control character, was ""',
  ],
  [
    line(COLUMNS).replace('"instrument_id":"BTC-PERP.HYPERLIQUID",', ''),
    'instrument_id must be 1 to 256 well-formed characters, none a control character, was missing',
  ],
])('a bad signal is refused in the words of the wire (%#)', (text, message) => {
  expect(() => read(text)).toThrow(message);
});

test('an enriched signal carries every field under its wire name', () => {
  const { instrumentId, signal, timestamp, bars } = read(line(COLUMNS));
  const enriched = new EnrichedSignalEvent({
    signalEvent: new SignalEvent({ instrumentId, signal, timestamp, bars, strength: 0.25 }),
    metaConfidence: 0.8,
    regimeWeight: 1,
    toxicity: 0.1,
    toxicityAvailable: true,
    toxicityPercentile: null,
    rawConfidence: null,
    features: null,
    modelVersion: null,
    modelAvailable: false,
    source: 'default',
    reason: 'no model',
    baseRate: 0.4,
    breakEven: -0.5,
    expectedR: 0.1,
    expectedReturnBps: 12.5,
    costBps: 1,
    take: true,
    takeReason: 'expected',
    riskDistance: 0.02,
    confidenceLow: 0.7,
    confidenceHigh: 0.9,
    sizeMethod: 'afml',
    size: 0.36,
    sizeFactors: {
      direction: 1,
      magnitude: 1,
      confidence: 0.8,
      regimeWeight: 1,
      nonToxicity: 0.9,
      fractionalKelly: 0.5,
    },
    latencyNs: 1234.6,
  });
  expect(lastingAnswer(enriched), 'no two calls take the same time').not.toContain('latency');
  expect(enriched.toMetaOutput()).toEqual({ confidence: 0.8, regime_weight: 1, toxicity: 0.1 });
  const before =
    '{"signal_id":"BTC-PERP.HYPERLIQUID:1700000000000000100:1","signal_event":{"signal_id":"BTC-PERP.HYPERLIQUID:1700000000000000100:1",' +
    '"instrument_id":"BTC-PERP.HYPERLIQUID","signal":1,"timestamp":1700000000000000100,"last_bar_ts":1700000000000000100,"n_bars":100},"meta_confidence":0.8,' +
    '"regime_weight":1,"toxicity":0.1,"toxicity_available":true,"toxicity_percentile":null,"raw_confidence":null,' +
    '"model_available":false,"model_version":null,"source":"default","reason":"no model",';
  const decision =
    '"strength":0.25,"bar_type":null,"last_bar_ts":1700000000000000100,"meta_output":{"confidence":0.8,"regime_weight":1,"toxicity":0.1},"base_rate":0.4,' +
    '"break_even":-0.5,"expected_r":0.1,"expected_return_bps":12.5,"cost_bps":1,"take":true,"take_reason":"expected","risk_distance":0.02,' +
    '"confidence_low":0.7,"confidence_high":0.9,"size_method":"afml",';
  const after =
    '"size":0.36,"size_factors":{"direction":1,' +
    '"magnitude":1,"confidence":0.8,"regime_weight":1,"non_toxicity":0.9,"fractional_kelly":0.5},"latency_ns":1235}';
  expect(stringifyLossless(enrichedSignalToWire(enriched))).toBe(before + decision + after);
  expect(stringifyLossless(enrichedSignalToWire(enriched, '0.1')), 'as 0.1 wrote it').toBe(before + after);
  expect(lastingAnswer(enriched, '0.1')).not.toContain('take');
});

describe('an answer', () => {
  const lasting = '{"signal_id":"a","signal_event":{"n_bars":100}}';
  const said = { answerHash: 'f'.repeat(64), seq: 7, latencyNs: 1234.5, late: false, duplicate: true };

  test('ends with how it came about, so that the lasting part can be cut off and hashed', () => {
    expect(wholeAnswer(lasting, said)).toBe(
      `{"signal_id":"a","signal_event":{"n_bars":100},"answer_hash":"${said.answerHash}","seq":7,"latency_ns":1235,"late":false,"duplicate":true}`,
    );
  });

  test('carries the bars in place of their number', () => {
    const bars = barsFromWire({
      ts_event: ['1700000000000000001'],
      open: [2],
      high: [2],
      low: [2],
      close: [2],
      volume: [0],
    });
    const columns = '{"ts_event":[1700000000000000001],"open":[2],"high":[2],"low":[2],"close":[2],"volume":[0]}';
    expect(answerWithBars(lasting, bars)).toBe(`{"signal_id":"a","signal_event":{"bars":${columns}}}`);
  });
});

const WITH_TAKER = /(?<="volume":1)(?=,)/g;
test.each([
  ['in all but the first', (k: number) => k !== 0, 1],
  ['in all but one', (k: number) => k !== 5, 5],
  ['in one alone', (k: number) => k === 5, 5],
  ['in the last alone', (k: number) => k === 99, 99],
])('a taker volume %s is refused, never dropped', (_, has, at) => {
  let k = 0;
  const text = `[${objects(false).replace(WITH_TAKER, () => (has(k++) ? ',"taker_buy_volume":0.5' : ''))}]`;
  const refusal = `bars[${at}].taker_buy_volume must be in every bar or in none`;
  for (const [refused, field] of [
    [() => read(line(text)), refusal],
    [() => readSignalMessage(new TextEncoder().encode(line(text))), refusal],
    [() => barsFromWire(parseLossless(text)), refusal],
  ] as const) {
    expect(refused).toThrow(field);
    expect(refused).toThrow(MismatchError);
  }
});

test.each([
  [1_000_000_000n, 'seconds (s), multiply by 1000000000'],
  [1_000_000n, 'milliseconds (ms), multiply by 1000000'],
  [1_000n, 'microseconds (us), multiply by 1000'],
])('a time in units of %s ns is refused with the unit it looks like', (per, words) => {
  const sent = TIMES[99] / per;
  expect(() => read(line(COLUMNS, '1', `${sent}`))).toThrow(`this looks like ${words}, was ${sent}`);
});
