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
import { lastingAnswer, readSignalMessage, type SignalMessage } from '../../../wire/index.ts';
import { recomputeDecision } from '../../recompute.ts';
import type { SignalService } from '../../signal-service.ts';
import { recordedBars } from '../bars/recorded-bars.ts';

const bars = randomWalk(400, 11, { gaps: 0 });
const clock = { monotonicNs: () => 0 };
const COLUMNS: Partial<ModelParts> = {
  featureNames: ['volatility', 'funding_rate', 'regime', 'spread.bps'],
  columnFeatures: { names: ['funding_rate', 'spread.bps'], directional: ['funding_rate'] },
};
const bytes = encodeModel({ ...smallModel(), ...COLUMNS } as ModelParts, sha256);
const model = readModel(bytes, { sha256 });

/** Bars [from, to) with values of columns by bar. */
function columned(
  from: number,
  to: number,
  values: Readonly<Record<string, Readonly<Record<number, number>>>>,
): BarSeries {
  const columns = Object.entries(values).map(([name, at]): [string, Float64Array] => [
    name,
    Float64Array.from({ length: to - from }, (_, i) => at[from + i] ?? Number.NaN),
  ]);
  return BarSeries.fromColumns({ ...bars.slice(from, to), columns: new Map(columns) });
}

function messageOn(end: number, change: Partial<SignalMessage> = {}): SignalMessage {
  const timestamp = bars.tsEvent[end];
  return { instrumentId: 'SIM', signal: -1, timestamp, bars: null, signalId: 'x', ...change };
}

async function columnedService(options: LiveServiceOptions = {}) {
  const parts = await liveService({ model: bytes, ...options });
  return { ...parts, answerTo: (message: SignalMessage) => answerOf(parts.service, message) };
}

function answerOf(service: SignalService, message: SignalMessage): Record<string, unknown> {
  return parseLossless(submitNow(service, message, OVER_HTTP).text) as Record<string, unknown>;
}

/** What the recorded decision of `x` is, taken again by the bars of the journal alone. */
async function recomputed(journal: Awaited<ReturnType<typeof liveService>>['journal']) {
  const recorded = (await journal.findSignal('x')) as RecordedSignal;
  const settings = (await journal.findSettings(recorded.settingsId)) as string;
  const by = recorded.modelVersion === null ? null : model;
  return recomputeDecision(recorded, await recordedBars(journal, recorded), settings, by, clock);
}

describe('a model with columns', () => {
  test('answers as the library does, and its record has what was read', async () => {
    const features = { 'spread.bps': -1.5, funding_rate: 0.25, unused: 3 };
    const { service, journal, answerTo } = await columnedService();
    service.addBars('SIM', bars.slice(0, 200));
    const { answer_hash: hash, source } = answerTo(messageOn(150, { features }));
    const judge = new SignalJudge({ config: OrchestratorConfig(), clock, logger: SILENT });
    judge.inferenceLoop.swapModel(model);
    const event = new SignalEvent({
      instrumentId: 'SIM',
      signal: -1,
      timestamp: bars.tsEvent[150],
      bars: bars.slice(51, 151),
      signalId: 'x',
      features,
    });
    const { enriched } = judge.judge(event);
    expect([source, enriched.source]).toEqual(['model', 'model']);
    expect(hash).toBe(sha256(new TextEncoder().encode(lastingAnswer(enriched))));
    const [entry] = journal.signals;
    expect(entry.columnValues).toEqual(features);
    expect([entry.features?.[1], entry.features?.[3]], 'one of them by the side').toEqual([-0.25, -1.5]);
    expect((await recomputed(journal)).isIdentical).toBe(true);
  });

  test('and by every spelling of the same signal', async () => {
    const { service, answerTo } = await columnedService();
    service.addBars('SIM', bars.slice(0, 200));
    const line = (id: string, features: string) =>
      `{"signal_id":"${id}","instrument_id":"SIM","signal":-1,"timestamp":${bars.tsEvent[150]},"features":${features}}`;
    const spelled = ['{"funding_rate":1e-05,"spread.bps":2}', '{ "spread.bps":"2.0","funding_rate":0.00001, "b":null}'];
    const answers = spelled.map((features) => {
      const message = readSignalMessage(new TextEncoder().encode(line('x', features)));
      return answerTo({ ...message, signalId: `${features.length}` }).meta_confidence;
    });
    expect(answers[0]).toBe(answers[1]);
  });

  test.each<[string, Readonly<Record<string, number>>, string]>([
    ['nobody knows', {}, 'funding_rate'],
    ['only the other is there', { funding_rate: 1 }, 'spread.bps'],
    ['it says that it is missing', { funding_rate: Number.NaN, 'spread.bps': 1 }, 'funding_rate'],
    ['it is too large for a float32', { funding_rate: 1, 'spread.bps': 1e300 }, 'spread.bps'],
  ])('where %s, says so: the base rate, not taken, size 0', async (_, features, name) => {
    const { service, journal, answerTo } = await columnedService();
    service.addBars('SIM', bars.slice(0, 200));
    expect(answerTo(messageOn(150, { features }))).toMatchObject({
      source: 'missing_input',
      reason: `feature ${name} is missing`,
      meta_confidence: 0.4,
      base_rate: 0.4,
      take: false,
      take_reason: 'missing_input',
      size: 0,
      model_available: true,
    });
    expect((await recomputed(journal)).isIdentical).toBe(true);
    expect(journal.signals[0].columnValues?.[name] ?? null).toBe(
      name === 'spread.bps' ? (features[name] ?? null) : null,
    );
  });
});

describe('the last held value counts where the signal brings none', () => {
  const read = async (held: BarSeries[], message: SignalMessage) => {
    const { service, journal, answerTo } = await columnedService();
    for (const part of held) service.addBars('SIM', part);
    answerTo(message);
    expect((await recomputed(journal)).isIdentical, 'taken again').toBe(true);
    return journal.signals[0].columnValues;
  };

  test('at its last bar, or at any before it, also before its window', async () => {
    const values = { funding_rate: { 20: 1, 150: 2, 151: 3 }, 'spread.bps': { 10: 7 } };
    expect(await read([columned(0, 200, values)], messageOn(150))).toEqual({ funding_rate: 2, 'spread.bps': 7 });
    expect(await read([columned(0, 200, values)], messageOn(149))).toEqual({ funding_rate: 1, 'spread.bps': 7 });
    expect(await read([columned(0, 200, { funding_rate: { 151: 3 } })], messageOn(150))).toEqual({
      funding_rate: null,
      'spread.bps': null,
    });
  });

  test('what the signal brings goes first, and that it is missing too', async () => {
    const values = { funding_rate: { 150: 2 }, 'spread.bps': { 150: 7 } };
    const features = { funding_rate: 5, 'spread.bps': Number.NaN };
    expect(await read([columned(0, 200, values)], messageOn(150, { features }))).toEqual({
      funding_rate: 5,
      'spread.bps': null,
    });
  });

  test('of the bars that it brings and those that are held, the later', async () => {
    const held = [columned(0, 200, { funding_rate: { 149: 1 }, 'spread.bps': { 150: 2 } })];
    const brought = columned(51, 151, { funding_rate: { 148: 3 }, 'spread.bps': { 150: 4 } });
    expect(await read(held, messageOn(150, { bars: brought }))).toEqual({ funding_rate: 1, 'spread.bps': 4 });
    expect(await read([], messageOn(150, { bars: brought }))).toEqual({ funding_rate: 3, 'spread.bps': 4 });
  });

  test('after a restart too', async () => {
    const { service, journal } = await columnedService();
    service.addBars('SIM', columned(0, 150, { funding_rate: { 20: 1 }, 'spread.bps': { 10: 7 } }));
    service.addBars('SIM', bars.slice(10, 11)); // it comes again without its column
    await service.stop();
    const reopened = journal.reopen();
    (await columnedService({ journal: reopened })).answerTo(messageOn(149));
    expect(reopened.signals[0].columnValues).toEqual({ funding_rate: 1, 'spread.bps': 7 });
    expect((await recomputed(reopened)).isIdentical).toBe(true);
  });
});

test('the settings say what is read besides, for the next training', async () => {
  const { service, journal } = await liveService({ config: { columns: ['funding_rate', 'signal_strength'] } });
  service.addBars('SIM', columned(0, 200, { funding_rate: { 20: 1 } }));
  answerOf(service, messageOn(150, { strength: 0.5 }));
  expect(journal.signals[0].columnValues).toEqual({ funding_rate: 1 });
  answerOf(service, messageOn(151, { features: { other: 2 }, signalId: 'y' }));
  expect(journal.signals[1].columnValues).toEqual({ funding_rate: 1, other: 2 });
});

test('a signal of a model without columns, and without features, records none', async () => {
  const { service, journal } = await liveService();
  service.addBars('SIM', columned(0, 200, { funding_rate: { 20: 1 } }));
  answerOf(service, messageOn(150));
  expect(journal.signals[0].columnValues).toBeNull();
});

test('another body under the same id is another signal by a feature alone', async () => {
  const { service, answerTo } = await columnedService();
  service.addBars('SIM', bars.slice(0, 200));
  answerTo(messageOn(150, { features: { funding_rate: 1 } }));
  expect(answerTo(messageOn(150, { features: { funding_rate: 1 } })).duplicate).toBe(true);
  expect(() => answerTo(messageOn(150, { features: { funding_rate: 2 } }))).toThrow('used before');
  expect(() => answerTo(messageOn(150))).toThrow('used before');
});
