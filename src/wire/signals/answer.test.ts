import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { stringifyLossless } from '../../core/index.ts';
import {
  enrichedSignalSchema,
  haltedAnswer,
  isHaltedAnswer,
  readAnswer,
  recentSchema,
  recordedAnswerSchema,
} from '../index.ts';

type Json = Record<string, unknown>;

const T0 = 1_700_000_000_000_000_001n;
/** The answer of 0.1 to a signal, as its journal has it. */
const OLD_LASTING = {
  signal_id: 'a',
  signal_event: { signal_id: 'a', instrument_id: 'SIM', signal: -1, timestamp: T0, last_bar_ts: T0, n_bars: 100 },
  meta_confidence: 0.6,
  regime_weight: 0.8,
  toxicity: 0.25,
  toxicity_available: true,
  toxicity_percentile: 0.5,
  raw_confidence: 0.7,
  model_available: true,
  model_version: 'm-1',
  source: 'model',
  reason: null,
  size: -0.18,
  size_factors: {
    direction: -1,
    magnitude: 1,
    confidence: 0.6,
    regime_weight: 0.8,
    non_toxicity: 0.75,
    fractional_kelly: 0.5,
  },
  answer_hash: 'ab'.repeat(32),
};
const CIRCUMSTANCES = { latency_ns: 5, late: false, duplicate: true };
const OLD = { ...OLD_LASTING, ...CIRCUMSTANCES };
const DECISION = {
  strength: 0.25,
  last_bar_ts: T0,
  meta_output: { confidence: 0.6, regime_weight: 0.8, toxicity: 0.25 },
  base_rate: 0.4,
  break_even: 1.5,
  expected_r: -0.2,
  expected_return_bps: -12.5,
  cost_bps: 1,
  take: false,
  take_reason: 'below_break_even',
  risk_distance: 0.5,
  confidence_low: 0.55,
  confidence_high: 0.65,
  size_method: 'kelly',
};
const BET = { direction: -1, magnitude: 0.5, bet: 0, regime_weight: 1, non_toxicity: 1, fractional_kelly: 0.5 };
const NEW = { ...OLD, ...DECISION, size: 0, size_factors: BET };

const read = (record: object) => readAnswer(stringifyLossless(record));
const parsed = (schema: z.ZodType, record: object): boolean =>
  schema.safeParse(JSON.parse(stringifyLossless(record))).success;

test('an answer is read with its decision', () => {
  expect(read(NEW)).toMatchObject({
    strength: 0.25,
    lastBarTs: T0,
    baseRate: 0.4,
    breakEven: 1.5,
    expectedR: -0.2,
    expectedReturnBps: -12.5,
    costBps: 1,
    take: false,
    takeReason: 'below_break_even',
    riskDistance: 0.5,
    confidenceLow: 0.55,
    confidenceHigh: 0.65,
    size: 0,
    sizeMethod: 'kelly',
    sizeFactors: { direction: -1, magnitude: 0.5, bet: 0, regimeWeight: 1, nonToxicity: 1, fractionalKelly: 0.5 },
  });
});

test('what is not known is null', () => {
  const none = Object.fromEntries(
    ['base_rate', 'break_even', 'expected_r', 'expected_return_bps', 'cost_bps', 'take', 'risk_distance'].map(
      (name) => [name, null],
    ),
  );
  const answer = read({ ...NEW, ...none, last_bar_ts: null, confidence_low: null, confidence_high: null });
  expect(answer).toMatchObject({ baseRate: null, breakEven: null, expectedR: null, take: null, riskDistance: null });
});

test('an answer that 0.1 recorded is read wherever one is, and says nothing of a decision', () => {
  expect(read(OLD)).toMatchObject({
    size: -0.18,
    metaConfidence: 0.6,
    sizeFactors: { confidence: 0.6, nonToxicity: 0.75 },
    strength: 1,
    lastBarTs: T0,
    baseRate: null,
    breakEven: null,
    expectedR: null,
    expectedReturnBps: null,
    costBps: null,
    take: null,
    takeReason: null,
    riskDistance: null,
    confidenceLow: null,
    confidenceHigh: null,
    sizeMethod: null,
  });
  expect(parsed(recordedAnswerSchema, OLD_LASTING)).toBe(true);
  const signal = { enriched: OLD, outcome: null, barriers: null };
  expect(parsed(recentSchema, { signals: [signal, { ...signal, enriched: NEW }] })).toBe(true);
});

test('a figure past the integers of a double is read', () => {
  expect(read({ ...NEW, risk_distance: 1e17, break_even: -1e18 })).toMatchObject({
    riskDistance: 1e17,
    breakEven: -1e18,
  });
});

describe('a decision is whole or not there', () => {
  const { $defs } = z.toJSONSchema(enrichedSignalSchema, { io: 'input', unrepresentable: 'any' });
  const schema = $defs?.EnrichedSignal as {
    readonly required: readonly string[];
    readonly dependentRequired: Readonly<Record<string, readonly string[]>>;
  };
  /** `required` and `dependentRequired` as JSON Schema 2020-12 has them. */
  const isDocumented = (record: object): boolean =>
    schema.required.every((name) => name in record) &&
    Object.keys(record).every((name) => (schema.dependentRequired[name] ?? []).every((other) => other in record));

  const without = (record: Json, name: string): Json =>
    Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));
  test.each(Object.keys(DECISION))('without %s it is refused, and alone as well', (name) => {
    expect(() => read(without(NEW, name))).toThrow(`${name} must be given, as other fields of the decision are`);
    expect(isDocumented(without(NEW, name)), 'in the document').toBe(false);
    const alone = { ...OLD, [name]: DECISION[name as keyof typeof DECISION] };
    expect(() => read(alone)).toThrow('must be given, as other fields of the decision are');
    expect(isDocumented(alone), 'in the document').toBe(false);
    expect(parsed(recordedAnswerSchema, without({ ...OLD_LASTING, ...DECISION }, name))).toBe(false);
  });

  test('whole, or as 0.1 wrote it, it is documented', () => {
    expect([isDocumented(NEW), isDocumented(OLD)]).toEqual([true, true]);
  });
});

test.each([
  ['strength', 0],
  ['strength', 1.01],
  ['take_reason', 'paused'],
  ['size_method', 'other'],
  ['confidence_low', -0.1],
  ['base_rate', 1.1],
  ['take', 'no'],
])('%s of %o is no answer of ours', (name, value) => {
  expect(() => read({ ...NEW, [name]: value })).toThrow(name);
});

describe('an answer that is said again while the service is halted', () => {
  const {
    answer_hash: _,
    latency_ns: _l,
    late: _d,
    duplicate: _u,
    ...LASTING
  } = {
    ...NEW,
    take: true,
    take_reason: 'expected',
    size: -0.02,
    size_factors: { ...BET, bet: 0.04 },
  };
  const OWN_FACTORS = { bet: 3, 'a}b,"c': 2, size: 5, take: 1, '"take":true': 1e-7 };
  const SAID = 'the sizer said {"size":3,"take":true,"size_factors":{}}';
  const said = (record: object): Json => JSON.parse(haltedAnswer(stringifyLossless(record))) as Json;

  test('is not taken and bets nothing; every other field and digit stays, in its place', () => {
    const lasting = stringifyLossless(LASTING);
    const halted = haltedAnswer(lasting);
    expect(isHaltedAnswer(halted)).toBe(true);
    expect(isHaltedAnswer(lasting)).toBe(false);
    expect(halted).toBe(
      lasting
        .replace('"take":true,"take_reason":"expected"', '"take":false,"take_reason":"halted"')
        .replace('"size":-0.02', '"size":0')
        .replace('"bet":0.04', '"bet":0'),
    );
  });

  test('without a model, whose verdict was null, it is false', () => {
    expect(said({ ...LASTING, take: null, take_reason: 'no_model', size: 0.1 })).toMatchObject({
      take: false,
      take_reason: 'halted',
      size: 0,
    });
  });

  test('a caller’s own sizer has no factors then', () => {
    expect(said({ ...LASTING, reason: SAID, size_method: 'own', size_factors: OWN_FACTORS })).toMatchObject({
      size: 0,
      size_factors: {},
      reason: SAID,
    });
  });

  test('one of 0.1, which has no decision, gets none', () => {
    const lasting = stringifyLossless(OLD_LASTING);
    expect(haltedAnswer(lasting)).toBe(lasting.replace('"size":-0.18', '"size":0'));
  });
});
