import { describe, expect, test } from 'vitest';
import { UNDECIDED } from '../../test/support/no-factors.ts';
import { maturedOutcome } from '../../test/support/outcomes.ts';
import { stringifyLossless } from '../core/index.ts';
import { BarSeries, EnrichedSignalEvent, RetrainTrigger, SignalEvent } from '../domain/index.ts';
import {
  answerBarsSchema,
  answeredSignalSchema,
  answerWithBars,
  barsBodySchema,
  barsFromWire,
  barsReceiptSchema,
  barsReceiptToWire,
  barsToWire,
  checkBy,
  clientMessageSchema,
  enrichedSignalSchema,
  lastingAnswer,
  outcomeSchema,
  outcomeToWire,
  parseMessage,
  reportedOutcomeSchema,
  retrainTriggerSchema,
  retrainTriggerToWire,
  signalEventToWire,
  signalSchema,
  streamHeadSchema,
  versionSchema,
  wholeAnswer,
} from './index.ts';

const T0 = 1_700_000_000_000_000_001n;
const N = 100;
const bars = barsFromWire({
  ts_event: Array.from({ length: N }, (_, i) => String(T0 + BigInt(i))),
  open: Array(N).fill(10),
  high: Array(N).fill(12),
  low: Array(N).fill(8),
  close: Array(N).fill(11),
  volume: Array(N).fill(5),
  taker_buy_volume: Array(N).fill(1),
});
const signalEvent = new SignalEvent({ instrumentId: 'SIM', signal: -1, timestamp: T0 + 500n, bars });
const enriched = new EnrichedSignalEvent({
  signalEvent,
  metaConfidence: 0.8,
  regimeWeight: 1,
  toxicity: 0.1,
  toxicityAvailable: true,
  toxicityPercentile: 0.5,
  rawConfidence: 0.7,
  features: null,
  modelVersion: 'm-1',
  modelAvailable: true,
  source: 'model',
  reason: null,
  ...UNDECIDED,
  size: -0.36,
  sizeFactors: {
    direction: -1,
    magnitude: 1,
    confidence: 0.8,
    regimeWeight: 1,
    nonToxicity: 0.9,
    fractionalKelly: 0.5,
  },
  latencyNs: 1234.6,
});
const answer = wholeAnswer(lastingAnswer(enriched), {
  answerHash: 'ab'.repeat(32),
  seq: 5,
  latencyNs: 12,
  late: false,
  duplicate: false,
});
const trigger = new RetrainTrigger({ reason: 'manual', baselineAccuracy: 0.6, currentAccuracy: null, timestamp: T0 });
const receipt = { instrumentId: 'SIM', nAdded: 1, nRepeated: 0, nRevised: 0, nLate: 0, nTooOld: 0 };
const ended = maturedOutcome({ signalId: 'a', outcome: 'vertical', label: 0, tradeReturn: -0.01, exitTs: T0 });
const outcome = { ...ended, seq: 3 };

describe('what a writer writes is what its schema says, field for field', () => {
  const written = (record: object): unknown => JSON.parse(stringifyLossless(record));
  test.each([
    ['an answer', enrichedSignalSchema, JSON.parse(answer)],
    ['an answer with its bars', enrichedSignalSchema, JSON.parse(answerWithBars(answer, bars))],
    ['the signal of an answer', answeredSignalSchema, written(signalEventToWire(signalEvent))],
    ['bars', answerBarsSchema, written(barsToWire(bars))],
    ['a receipt', barsReceiptSchema, written(barsReceiptToWire(receipt))],
    ['an outcome', outcomeSchema, written(outcomeToWire(outcome))],
    ['a trigger', retrainTriggerSchema, written(retrainTriggerToWire(trigger))],
  ] as const)('%s', (_, schema, value) => {
    expect(schema.safeParse(value).error?.issues ?? []).toEqual([]);
    for (const key of Object.keys(value as object)) {
      const { [key]: _dropped, ...less } = value as Record<string, unknown>;
      const isOptional =
        ['taker_buy_volume', 'n_bars'].includes(key) ||
        (['seq', 'bar_type'].includes(key) && schema === enrichedSignalSchema);
      expect(schema.safeParse(less).success, `without ${key}`).toBe(isOptional);
    }
    expect(schema.safeParse({ ...(value as object), more: 1 }).success, 'with a field more').toBe(false);
  });
});

test('a time in an answer keeps all its digits', () => {
  expect(outcomeSchema.parse({ ...outcomeToWire(outcome) }).exit_ts).toBe(T0);
});

test('reading ends at the first fault: a body of a million broken bars costs one', () => {
  const rows = barsBodySchema.safeParse(Array.from({ length: 10_000 }, () => ({})));
  expect(rows.error?.issues).toHaveLength(1);
  const columns = barsBodySchema.safeParse({ ...barsToWire(bars), close: Array(N).fill('x') });
  expect(columns.error?.issues).toHaveLength(1);
});

test('bars are checked when they are read, and not by the event that carries them', () => {
  const broken = { ...barsToWire(bars), low: Array(N).fill(99) };
  expect(() => barsFromWire(broken)).toThrow('bars[0].low must be <= min(open, close) = 10, was 99');
  const columns = {
    tsEvent: bars.tsEvent,
    open: bars.open,
    high: bars.high,
    low: Float64Array.from(bars.low, () => 99),
    close: bars.close,
    volume: bars.volume,
    takerBuyVolume: null,
  };
  const trusted = BarSeries.fromChecked(columns);
  expect(new SignalEvent({ instrumentId: 'SIM', signal: 1, timestamp: T0 + 500n, bars: trusted }).bars).toBe(trusted);
});

describe('what is refused is named as it stands on the wire', () => {
  const message = (text: string): unknown => parseMessage(new TextEncoder().encode(text));
  const row = { ts_event: '1700000000000000001', open: 1, high: 1, low: 1, close: 1, volume: 1 };
  test.each<readonly [string, () => unknown, string]>([
    [
      'a time not after the one before',
      () => barsFromWire([row, row]),
      'bars[1].ts_event must be after the bar before it (1700000000000000001), was 1700000000000000001',
    ],
    [
      'more taken than traded',
      () => barsFromWire([{ ...row, taker_buy_volume: 2 }]),
      'bars[0].taker_buy_volume must be in [0, volume = 1], was 2',
    ],
    [
      'a time beyond 64 bits',
      () => barsFromWire([{ ...row, ts_event: String(2n ** 63n) }]),
      'bars[0].ts_event must be a 64-bit integer of UNIX nanoseconds, was 9223372036854775808',
    ],
    [
      'a forbidden key',
      () => message('{"a":{"__proto__":1}}'),
      'body must be JSON without the key "__proto__", was an object with __proto__',
    ],
    [
      'an outcome of nothing',
      () => checkBy(reportedOutcomeSchema, { signal_id: 'a' }),
      'label must be 0 or 1, or come as a return, was missing',
    ],
    [
      'an outcome past all numbers',
      () => checkBy(reportedOutcomeSchema, { signal_id: 'a', return: '1e999' }),
      'return must be a finite number, was "1e999"',
    ],
    [
      'a field that is not known',
      () => checkBy(reportedOutcomeSchema, { signal_id: 'a', label: 1, x: 1 }),
      'x must be left out: no such field is known',
    ],
    [
      'a strength for a signal',
      () => checkBy(signalSchema, { instrument_id: 'A', signal: '-0.40' }),
      'signal must be one of -1, 0, 1; send signal: -1, strength: 0.4, was "-0.40"',
    ],
    [
      'a strength above the whole',
      () => checkBy(signalSchema, { instrument_id: 'A', signal: 1, timestamp: '1700000000000000001', strength: 1.5 }),
      'strength must be in (0, 1], was 1.5',
    ],
    ['no object', () => checkBy(signalSchema, [], 'signal'), 'signal must be a JSON object, was []'],
    [
      'a version',
      () => checkBy(versionSchema, '..', 'version'),
      'version must be 1 to 64 letters, digits, dots, dashes or underscores, and not . or .., was ".."',
    ],
    [
      'a message of the stream that is none',
      () => checkBy(streamHeadSchema, 5, 'message'),
      'message must be a JSON object with a type, was 5',
    ],
    [
      'a reference',
      () => checkBy(streamHeadSchema, { ref: 1.5 }),
      'ref must be an integer or a text of at most 64 characters, was 1.5',
    ],
    [
      'an unknown type',
      () => checkBy(clientMessageSchema, { type: 'order' }),
      'type must be signal or bars, was "order"',
    ],
    [
      'bars without an instrument',
      () => checkBy(clientMessageSchema, { type: 'bars', bars: row }),
      'instrument_id must be 1 to 256 well-formed characters',
    ],
  ])('%s', (_, read, sentence) => {
    expect(read).toThrow(sentence);
  });
});
