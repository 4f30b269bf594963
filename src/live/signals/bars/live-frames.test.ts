import { expect, test } from 'vitest';
import type { ControlledJournal } from '../../../../test/support/controlled-journal.ts';
import { liveService, messageAt, OVER_HTTP, submitNow } from '../../../../test/support/live-service.ts';
import { randomWalk } from '../../../../test/support/random-walk.ts';
import { sha256, smallModel } from '../../../../test/support/small-model.ts';
import { parseLossless } from '../../../core/index.ts';
import { BarSeries, measureCadence } from '../../../domain/index.ts';
import { heldBarsGuard } from '../../../inference/index.ts';
import type { ModelParts } from '../../../model/index.ts';
import { encodeModel, readModel } from '../../../model/onnx/index.ts';
import type { RecordedSignal } from '../../../ports/index.ts';
import { recomputeDecision } from '../../recompute.ts';
import type { SignalService } from '../../signal-service.ts';
import { recordedBars } from './recorded-bars.ts';

const OTHER = 'OTHER.VENUE';
const MINUTE = 60_000_000_000n;
const bars = randomWalk(900, 11, { gaps: 0 });
const other = randomWalk(900, 12, { gaps: 0 });
const clock = { monotonicNs: () => 0 };
const small = smallModel();
const FRAMED: Partial<ModelParts> = {
  featureNames: ['volatility', 'momentum@5m', 'regime', `momentum@15m:${OTHER}`],
  inputs: { barsNeeded: 22 * 5 + 1, context: { [OTHER]: { stepNs: MINUTE, barsNeeded: 22 * 15 + 1 } } },
  metadata: { ...small.metadata, featureProfiles: null, cadences: { '': measureCadence(bars.tsEvent) } },
};
const bytes = encodeModel({ ...small, ...FRAMED } as ModelParts, sha256);
const model = readModel(bytes, { sha256 });

function answerTo(service: SignalService, end: number, change: object = {}): Record<string, unknown> {
  const message = messageAt(bars, end, { bars: null, signalId: `s${end}`, ...change });
  return parseLossless(submitNow(service, message, OVER_HTTP).text) as Record<string, unknown>;
}

async function recomputed(journal: ControlledJournal, signalId: string) {
  const recorded = (await journal.findSignal(signalId)) as RecordedSignal;
  const settings = (await journal.findSettings(recorded.settingsId)) as string;
  const again = recomputeDecision(recorded, await recordedBars(journal, recorded), settings, model, clock);
  return { recorded, again };
}

test('a model says in its file what it reads', () => {
  expect(model.inputs).toEqual(FRAMED.inputs);
  expect(readModel(encodeModel(small, sha256), { sha256 }).inputs).toEqual({ barsNeeded: 100, context: {} });
});

test('held bars of the event and of another instrument judge a signal, and its record takes it again after a restart', async () => {
  const { service, journal } = await liveService({ model: bytes });
  service.addBars('SIM', bars.slice(0, 700));
  service.addBars(OTHER, other.slice(0, 700));
  expect(answerTo(service, 650)).toMatchObject({ source: 'model', reason: null });
  const { recorded, again } = await recomputed(journal, 's650');
  expect(recorded.barIds.length).toBe(111);
  expect(recorded.contextIds?.map(({ instrumentId, barIds }) => [instrumentId, barIds.length])).toEqual([[OTHER, 331]]);
  expect(again.isIdentical).toBe(true);
  const without = recomputeDecision(recorded, { bars: await journal.readBars(recorded.barIds) }, '{}', model, clock);
  expect(JSON.parse(without.answer)).toMatchObject({ reason: `feature momentum@15m:${OTHER} is missing` });
  await service.stop();
  const restarted = await liveService({ model: bytes, journal: journal.reopen() });
  expect(answerTo(restarted.service, 660)).toMatchObject({ source: 'model' });
  expect((await recomputed(restarted.journal, 's660')).again.isIdentical).toBe(true);
  await restarted.service.stop();
});

test('too few bars, none of the other instrument, old ones, and those of another length are missing', async () => {
  const missing = { source: 'missing_input', take: false, size: 0, take_reason: 'missing_input' };
  const named = { ...missing, reason: `feature momentum@15m:${OTHER} is missing` };
  const { service, journal } = await liveService({ model: bytes });
  service.addBars('SIM', bars.slice(0, 105));
  expect(answerTo(service, 104)).toMatchObject({ ...missing, reason: '105 of the 111 bars that the model needs' });
  service.addBars('SIM', bars.slice(105, 700));
  expect(answerTo(service, 650)).toMatchObject(named);
  service.addBars(OTHER, other.slice(0, 400));
  expect(answerTo(service, 403), '4 bars old').toMatchObject(named);
  expect(answerTo(service, 402)).toMatchObject({ source: 'model' });
  const brought = { bars: bars.slice(301, 402), timestamp: bars.tsEvent[401], signalId: 'brought' };
  expect(answerTo(service, 401, brought)).toMatchObject({ reason: '101 of the 111 bars that the model needs' });
  const enough = { bars: bars.slice(250, 402), timestamp: bars.tsEvent[401], signalId: 'enough' };
  expect(answerTo(service, 401, enough)).toMatchObject({ source: 'model' });
  for (const id of ['s104', 's650', 's403', 'brought', 'enough'])
    expect((await recomputed(journal, id)).again.isIdentical, id).toBe(true);
  await service.stop();
  const twoMinutes = BarSeries.fromBars(Array.from({ length: 350 }, (_, i) => other.bar(2 * i + 1)));
  const mixed = await liveService({ model: bytes });
  mixed.service.addBars('SIM', bars.slice(0, 700));
  mixed.service.addBars(OTHER, twoMinutes);
  expect(answerTo(mixed.service, 695)).toMatchObject(named);
  await mixed.service.stop();
});

test('a model that needs more bars than are held is refused by name', async () => {
  const decode = (heldBars: number) => heldBarsGuard(async () => model, heldBars)(bytes);
  await expect(decode(330)).rejects.toMatchObject({
    code: 'MODEL_SCHEMA',
    message: `the model ${model.version} needs 331 bars, and server.held_bars keeps 330; set it to 331 or more`,
  });
  await expect(decode(331)).resolves.toBe(model);
});
