import { readFileSync } from 'node:fs';
import { decode } from '@msgpack/msgpack';
import { describe, expect, test } from 'vitest';
import { parseLossless, stringifyLossless } from '../../core/index.ts';
import { type BusCodecName, type BusEncoding, NAUTILUS_FIELDS, type NautilusFields } from '../../domain/index.ts';
import { createCodec } from './index.ts';

type Json = Readonly<Record<string, unknown>>;

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const golden = (name: string): unknown => JSON.parse(read(`test/golden/nautilus/${name}`));
/** Answers of 0.1 and what its codec made of them. */
const classic = golden('classic.json') as {
  readonly cases: readonly { readonly answer: string; readonly payloads: Readonly<Record<string, string>> }[];
};
/** Payloads of ours that NautilusTrader 1.221.0 has read with the class of docs/nautilus.md: test/golden/nautilus/make.py. */
const readByNautilus = golden('read-by-nautilus-full.json') as Readonly<Record<string, string>>;

const FORMS = [
  ['nautilus-v1', 'json'],
  ['nautilus-v1', 'msgpack'],
  ['nautilus-v2', 'json'],
  ['nautilus-v2', 'msgpack'],
] as const;

function encoded(answer: string, nautilusFields: NautilusFields, codec: BusCodecName, encoding: BusEncoding): Buffer {
  return Buffer.from(createCodec({ codec, encoding, nautilusFields }).encodeAnswer(answer).payload);
}

/** The fields of an answer in the class that has them all, in their order, but for the times. */
function fullOf(answer: Json | string): Json {
  const text = typeof answer === 'string' ? answer : stringifyLossless(answer);
  const { type, ts_event, ts_init, ...fields } = parseLossless(
    encoded(text, 'full', 'nautilus-v1', 'json').toString('utf8'),
  ) as Record<string, unknown>;
  expect([type, ts_event, ts_init]).toEqual(['EnrichedSignal', `${TS}`, `${TS}`]);
  return fields;
}

const TS = 1_700_000_059_999_999_999n;
const LAST = TS - 60_000_000_000n;
const JUDGED = {
  signal_id: 'node-7',
  signal_event: {
    signal_id: 'node-7',
    instrument_id: 'BTC-PERP.HYPERLIQUID',
    signal: -1,
    timestamp: TS,
    last_bar_ts: LAST,
    n_bars: 100,
  },
  meta_confidence: 0.625,
  regime_weight: 0.8,
  toxicity: 0.25,
  toxicity_available: true,
  toxicity_percentile: null,
  raw_confidence: 0.6,
  model_available: true,
  model_version: 'm-1',
  source: 'model',
  reason: null,
};
const DECISION = {
  strength: 0.25,
  last_bar_ts: LAST,
  meta_output: { confidence: 0.625, regime_weight: 0.8, toxicity: 0.25 },
  base_rate: 0.375,
  break_even: 0.5,
  expected_r: 0.125,
  expected_return_bps: 31.25,
  cost_bps: 1.5,
  take: true,
  take_reason: 'expected',
  risk_distance: 105.5,
  confidence_low: 0.5625,
  confidence_high: 0.6875,
  size_method: 'afml',
};
const SIZED = {
  size: -0.0625,
  size_factors: {
    direction: -1,
    magnitude: 0.5,
    bet: 0.3125,
    regime_weight: 0.8,
    non_toxicity: 1,
    fractional_kelly: 0.5,
  },
};
const CIRCUMSTANCES = { answer_hash: 'ab'.repeat(32), latency_ns: 5, late: true, duplicate: false };
const ANSWER = { ...JUDGED, ...DECISION, ...SIZED, ...CIRCUMSTANCES };

/** Written from the page of the contract, not from the codec. */
const FULL = {
  instrument_id: 'BTC-PERP.HYPERLIQUID',
  signal_id: 'node-7',
  signal: -1,
  meta_confidence: 0.625,
  raw_confidence: 0.6,
  regime_weight: 0.8,
  toxicity: 0.25,
  toxicity_available: true,
  size: -0.0625,
  source: 'model',
  reason: '',
  model_version: 'm-1',
  model_available: true,
  answer_hash: 'ab'.repeat(32),
  late: true,
  strength: 0.25,
  bar_type: '',
  last_bar_ts: String(LAST),
  base_rate: 0.375,
  decision_available: true,
  break_even: 0.5,
  expected_r: 0.125,
  expected_return_bps: 31.25,
  cost_bps: 1.5,
  take: true,
  take_reason: 'expected',
  risk_distance: 105.5,
  confidence_low: 0.5625,
  confidence_high: 0.6875,
  size_method: 'afml',
  size_direction: -1,
  size_magnitude: 0.5,
  size_bet: 0.3125,
  size_regime_weight: 0.8,
  size_non_toxicity: 1,
  size_fractional_kelly: 0.5,
};

describe('with the class of 0.1', () => {
  test.each(FORMS)('%s in %s writes the bytes of 0.1', (codec, encoding) => {
    expect(classic.cases.length).toBeGreaterThan(5);
    for (const { answer, payloads } of classic.cases) {
      const expected = payloads[`${codec}.${encoding}`];
      expect(encoded(answer, 'classic', codec, encoding).toString('base64')).toBe(expected);
      const { size, ...before } = JSON.parse(answer.replaceAll(/:(\d{16,})/g, ':"$1"')) as Json;
      const now = stringifyLossless({ ...before, ...DECISION, size });
      expect(encoded(now, 'classic', codec, encoding).toString('base64'), 'with a decision').toBe(expected);
    }
  });
});

describe('with the class that has the decision', () => {
  test('an answer is every field of the page, in its order', () => {
    expect(Object.entries(fullOf(ANSWER))).toEqual(Object.entries(FULL));
  });

  test.each(FORMS)('%s in %s says the same, times without loss', (codec, encoding) => {
    const payload = encoded(stringifyLossless(ANSWER), 'full', codec, encoding);
    const record = (
      encoding === 'json' ? parseLossless(payload.toString('utf8')) : decode(payload, { useBigInt64: true })
    ) as Json;
    const fields = codec === 'nautilus-v2' ? (record.payload as Json) : record;
    const { type: _type, ts_event: event, ts_init: init, ...rest } = fields;
    expect([event, init].map(String)).toEqual([`${TS}`, `${TS}`]);
    const plain = Object.entries(rest).map(([name, value]) => [name, name === 'last_bar_ts' ? String(value) : value]);
    expect(plain).toEqual(Object.entries(FULL));
  });

  test.each(['json', 'msgpack'] as const)('NautilusTrader itself has read it in %s', (encoding) => {
    const payload = encoded(stringifyLossless(ANSWER), 'full', 'nautilus-v1', encoding);
    expect(payload.toString('base64')).toBe(readByNautilus[encoding]);
  });

  test('what is not known has its stand-in', () => {
    const unknown = {
      ...ANSWER,
      raw_confidence: null,
      model_version: null,
      last_bar_ts: null,
      base_rate: null,
      break_even: null,
      expected_r: null,
      expected_return_bps: null,
      cost_bps: null,
      take: null,
      take_reason: 'no_model',
      risk_distance: null,
      confidence_low: null,
      confidence_high: null,
    };
    expect(fullOf(unknown)).toEqual({
      ...FULL,
      raw_confidence: -1,
      model_version: '',
      last_bar_ts: 0,
      base_rate: -1,
      decision_available: false,
      break_even: 0,
      expected_r: 0,
      expected_return_bps: 0,
      cost_bps: -1,
      take: false,
      take_reason: 'no_model',
      risk_distance: 0,
      confidence_low: -1,
      confidence_high: -1,
    });
  });

  test('a value of 0 is no unknown one', () => {
    const zero = { ...ANSWER, break_even: 0, expected_r: 0, expected_return_bps: 0, base_rate: 0, cost_bps: 0 };
    expect(fullOf({ ...zero, confidence_low: 0 })).toMatchObject({
      decision_available: true,
      base_rate: 0,
      cost_bps: 0,
      confidence_low: 0,
    });
  });

  test('an answer that 0.1 recorded says that nothing was decided, and its bet was the confidence', () => {
    const factors = { ...SIZED.size_factors, confidence: 0.625, bet: undefined };
    const old = { ...JUDGED, ...SIZED, size_factors: factors, ...CIRCUMSTANCES };
    expect(fullOf(old)).toEqual({
      ...FULL,
      strength: 1,
      base_rate: -1,
      decision_available: false,
      break_even: 0,
      expected_r: 0,
      expected_return_bps: 0,
      cost_bps: -1,
      take: false,
      take_reason: '',
      risk_distance: 0,
      confidence_low: -1,
      confidence_high: -1,
      size_method: '',
      size_bet: 0.625,
    });
    for (const { answer } of classic.cases) {
      const { signal_event: event } = JSON.parse(answer) as { signal_event: { last_bar_ts: number } };
      const payload = encoded(answer, 'full', 'nautilus-v1', 'json').toString('utf8');
      expect(JSON.parse(payload)).toMatchObject({ last_bar_ts: event.last_bar_ts, take: false });
    }
  });

  test('the factors of a sizer of the caller are 0 where it has none of that name, so that no product looks like a bet', () => {
    const own = { ...ANSWER, size_method: 'own', size_factors: { risk_budget: 3, direction: -1 } };
    expect(fullOf(own)).toMatchObject({
      size_method: 'own',
      size_direction: -1,
      size_magnitude: 0,
      size_bet: 0,
      size_regime_weight: 0,
      size_non_toxicity: 0,
      size_fractional_kelly: 0,
    });
  });

  test('no key is taken for a timestamp by the first generation, which matches by substring', () => {
    const keys = Object.keys(fullOf(ANSWER));
    expect(keys.filter((key) => key.startsWith('ts_') || 'expire_time_ns'.includes(key))).toEqual([]);
  });
});

describe('docs/nautilus.md', () => {
  const [block] = [...read('docs/nautilus.md').matchAll(/```python\n(.*?)```/gs)]
    .map(([, text]) => text)
    .filter((text) => text.includes('class EnrichedSignal'));
  /** The declared fields of a class: name, type and default, as they are written. */
  const declared = (block: string, name: string): string[][] => {
    const body = block.split(`class ${name}(Data):\n`)[1].split('\n\n\n')[0];
    return [...body.matchAll(/^ {4}(\w+): (\w+) = (.*?)(?:\s+#.*)?$/gm)].map(([, ...parts]) => parts);
  };
  const TYPES: Readonly<Record<string, readonly string[]>> = {
    InstrumentId: ['string'],
    str: ['string'],
    int: ['number', 'bigint'],
    float: ['number'],
    bool: ['boolean'],
  };

  test.each(NAUTILUS_FIELDS)('prints the class of %s as it is written; that of 0.1 ends with late', (which) => {
    const all = declared(block, 'EnrichedSignal');
    const fields = which === 'full' ? all : all.slice(0, all.findIndex(([name]) => name === 'late') + 1);
    const payload = encoded(stringifyLossless(ANSWER), which, 'nautilus-v2', 'msgpack');
    const { payload: written } = decode(payload, { useBigInt64: true }) as { readonly payload: Json };
    const { ts_event: _e, ts_init: _i, ...own } = written;
    expect(fields.map(([name]) => name)).toEqual(Object.keys(own));
    for (const [name, type] of fields) expect(TYPES[type], `${name}: ${type}`).toContain(typeof own[name]);
  });

  test('has the stand-ins of what is not known as defaults', () => {
    const defaults = Object.fromEntries(declared(block, 'EnrichedSignal').map(([name, , value]) => [name, value]));
    expect(defaults).toMatchObject({
      raw_confidence: '-1.0',
      bar_type: '""',
      last_bar_ts: '0',
      base_rate: '-1.0',
      decision_available: 'False',
      break_even: '0.0',
      expected_r: '0.0',
      expected_return_bps: '0.0',
      cost_bps: '-1.0',
      take: 'False',
      risk_distance: '0.0',
      confidence_low: '-1.0',
      confidence_high: '-1.0',
    });
    const signal = declared(block, 'TradeSignal').map(([name]) => name);
    expect(signal).toEqual(['instrument_id', 'signal', 'signal_id', 'strength', 'probability', 'bar_type', 'features']);
  });
});
