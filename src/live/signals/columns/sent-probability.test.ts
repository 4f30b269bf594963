import { describe, expect, test } from 'vitest';
import { type LiveServiceOptions, liveService, OVER_HTTP, submitNow } from '../../../../test/support/live-service.ts';
import { randomWalk } from '../../../../test/support/random-walk.ts';
import { sha256, smallModel } from '../../../../test/support/small-model.ts';
import { OrchestratorConfig } from '../../../config/index.ts';
import { parseLossless } from '../../../core/index.ts';
import { BarSeries, SignalEvent } from '../../../domain/index.ts';
import { SignalJudge } from '../../../inference/index.ts';
import type { ModelParts } from '../../../model/index.ts';
import { encodeModel, readModel } from '../../../model/onnx/index.ts';
import { type RecordedSignal, SILENT } from '../../../ports/index.ts';
import { lastingAnswer, type SignalMessage } from '../../../wire/index.ts';
import { recomputeDecision } from '../../recompute.ts';
import { recordedBars } from '../bars/recorded-bars.ts';

const bars = randomWalk(200, 11, { gaps: 0 });
const clock = { monotonicNs: () => 0 };
const READS_IT: Partial<ModelParts> = {
  featureNames: ['volatility', 'signal_probability', 'regime', 'trend_strength'],
  columnFeatures: { names: ['signal_probability'], directional: [] },
};
const reading = encodeModel({ ...smallModel(), ...READS_IT } as ModelParts, sha256);
const other = encodeModel(smallModel(), sha256);
const UNUSED =
  'its probability is recorded and was not used: this model does not read it (docs/stream.md says which does)';

function message(change: Partial<SignalMessage> = {}): SignalMessage {
  return { instrumentId: 'SIM', signal: -1, timestamp: bars.tsEvent[150], bars: null, signalId: 'x', ...change };
}

async function serving(model: Uint8Array | null, options: LiveServiceOptions = {}) {
  const { service, journal } = await liveService({ model, ...options });
  service.addBars('SIM', bars);
  const answerTo = (change: Partial<SignalMessage> = {}) =>
    parseLossless(submitNow(service, message(change), OVER_HTTP).text) as Record<string, unknown>;
  const isRecomputed = async (id = 'x'): Promise<boolean> => {
    const recorded = (await journal.findSignal(id)) as RecordedSignal;
    const settings = (await journal.findSettings(recorded.settingsId)) as string;
    const by = model === null || recorded.modelVersion === null ? null : readModel(model, { sha256 });
    return recomputeDecision(recorded, await recordedBars(journal, recorded), settings, by, clock).isIdentical;
  };
  return { service, journal, answerTo, isRecomputed };
}

describe('a model that reads the probability', () => {
  test('answers as the library does; its record has it, and gives the same answer again', async () => {
    const { journal, answerTo, isRecomputed } = await serving(reading);
    const { answer_hash: hash, source, reason } = answerTo({ probability: 0.62, features: { unused: 3 } });
    const judge = new SignalJudge({ config: OrchestratorConfig(), clock, logger: SILENT });
    judge.inferenceLoop.swapModel(readModel(reading, { sha256 }));
    const [instrumentId, timestamp] = ['SIM', bars.tsEvent[150]];
    const event = new SignalEvent({
      instrumentId,
      timestamp,
      signal: -1,
      signalId: 'x',
      bars: bars.slice(51, 151),
      probability: 0.62,
    });
    expect([source, reason]).toEqual(['model', null]);
    expect(hash).toBe(sha256(new TextEncoder().encode(lastingAnswer(judge.judge(event).enriched))));
    expect(journal.signals[0].columnValues).toEqual({ unused: 3, signal_probability: 0.62 });
    expect(journal.signals[0].features?.[1]).toBe(0.62);
    expect(await isRecomputed()).toBe(true);
  });

  test('says that it is missing where none came, whatever column the bars have', async () => {
    const { service, journal, answerTo, isRecomputed } = await serving(reading);
    const columns = new Map([['signal_probability', new Float64Array(200).fill(0.9)]]);
    service.addBars('SIM', BarSeries.fromColumns({ ...bars, columns }));
    expect(answerTo()).toMatchObject({
      source: 'missing_input',
      reason: 'feature signal_probability is missing',
      meta_confidence: 0.4,
      take: false,
      take_reason: 'missing_input',
      size: 0,
    });
    expect(journal.signals[0].columnValues).toEqual({ signal_probability: null });
    expect(await isRecomputed()).toBe(true);
  });

  test('nor does the library take it from a column of the bars', () => {
    const judge = new SignalJudge({ config: OrchestratorConfig(), clock, logger: SILENT });
    judge.inferenceLoop.swapModel(readModel(reading, { sha256 }));
    const columns = new Map([['signal_probability', new Float64Array(100).fill(0.9)]]);
    const window = BarSeries.fromColumns({ ...bars.slice(51, 151), columns });
    const signal = { instrumentId: 'SIM', signal: 1, timestamp: bars.tsEvent[150], bars: window } as const;
    expect(judge.judge(new SignalEvent(signal)).enriched.source).toBe('missing_input');
  });

  test('is not asked about a flat signal, whose probability is recorded', async () => {
    const { journal, answerTo } = await serving(reading);
    expect(answerTo({ signal: 0, probability: 0.3 })).toMatchObject({ take_reason: 'flat', reason: 'flat signal' });
    expect(journal.signals[0].columnValues).toEqual({ signal_probability: 0.3 });
  });
});

test('a model that does not read it says so; it changes nothing else, and is recorded', async () => {
  const { journal, answerTo, isRecomputed } = await serving(other);
  const plain = answerTo({ signalId: 'plain' });
  const { reason, ...said } = answerTo({ probability: 1 });
  const { reason: none, ...same } = plain;
  expect([none, reason]).toEqual([null, UNUSED]);
  for (const name of ['meta_confidence', 'source', 'take', 'size', 'break_even'])
    expect(said[name]).toEqual(same[name]);
  expect(journal.signals[1].columnValues).toEqual({ signal_probability: 1 });
  expect([await isRecomputed(), await isRecomputed('plain')]).toEqual([true, true]);
});

test('says so beside the reason that an answer has anyway', async () => {
  const { answerTo, isRecomputed } = await serving(other, { config: { feed: { maxAgeBars: 3 } } });
  const flatBars = answerTo({ timestamp: bars.tsEvent[199] + 1_000_000_000_000n, probability: 0.6 });
  expect(String(flatBars.reason).endsWith(UNUSED)).toBe(true);
  expect(await isRecomputed()).toBe(true);
});

test('without a model it is no confidence: the default is, and the signal is recorded and followed', async () => {
  const { journal, answerTo, isRecomputed } = await serving(null);
  expect(answerTo({ probability: 0.95 })).toMatchObject({
    source: 'default',
    meta_confidence: 0.5,
    raw_confidence: null,
    take: null,
    take_reason: 'no_model',
    model_available: false,
  });
  expect(journal.signals[0].columnValues).toEqual({ signal_probability: 0.95 });
  expect(journal.signals[0].trade, 'nobody follows it').not.toBeNull();
  expect(await isRecomputed()).toBe(true);
});

test('another probability under the same id is another signal', async () => {
  const { answerTo } = await serving(reading);
  const { answer_hash: hash } = answerTo({ probability: 0.62 });
  expect(answerTo({ probability: 0.62 })).toMatchObject({ duplicate: true, answer_hash: hash });
  for (const probability of [0.63, 0, null]) expect(() => answerTo({ probability })).toThrow('used before');
});

test.each([62, -1, Number.NaN])('one of %s is refused before anything is recorded', async (probability) => {
  const { journal, answerTo } = await serving(reading);
  expect(() => answerTo({ probability })).toThrow('probability must be a number in [0, 1]');
  expect(journal.signals).toEqual([]);
});
