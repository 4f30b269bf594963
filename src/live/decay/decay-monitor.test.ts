import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ControlledJournal } from '../../../test/support/controlled-journal.ts';
import {
  type LiveServiceOptions,
  type LiveServiceParts,
  liveService,
  messageAt,
  OVER_HTTP,
  smallModelBytes,
  submitNow,
} from '../../../test/support/live-service.ts';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import { readModel } from '../../model/onnx/index.ts';
import type { DetectorEntry, JournalEntry, LiveEvent } from '../../ports/index.ts';

const WALK = randomWalk(700, 11, { gaps: 0 });
const OTHER = smallModelBytes(2);
const other = readModel(OTHER, { sha256 }).version;
const RESTED = { cooldownSeconds: 0, falseAlarmOutcomes: 1000, minOutcomes: 1_000_000 };

function start(options: LiveServiceOptions = {}): Promise<LiveServiceParts> {
  return liveService({ config: { retrainMinSamples: 1e6, retrain: RESTED }, ...options });
}

/** Reports the outcomes of signals `from` to `to`, every one as the model did not expect it, or as it did. */
async function report({ service }: LiveServiceParts, from: number, to: number, isRight = false): Promise<void> {
  for (let k = from; k < to; k++) {
    const signalId = `s${k}`;
    const { text } = submitNow(service, messageAt(WALK, 100 + k, { signalId }), OVER_HTTP);
    const isLikely = Number((JSON.parse(text) as { readonly meta_confidence: number }).meta_confidence > 0.5);
    const label = (isRight ? isLikely : 1 - isLikely) as 0 | 1;
    const { recorded } = await service.recordOutcome({
      signalId,
      label,
      tradeReturn: null,
      exitTs: WALK.tsEvent[103 + k],
    });
    await recorded;
  }
  await setImmediate(); // an alarm first ends what is proven of the model
}

function detectorsIn({ journal }: Pick<LiveServiceParts, 'journal'>): DetectorEntry[] {
  return journal.entries.filter((entry: JournalEntry) => entry.kind === 'detector');
}

test('an alarm ends what is proven, orders a retraining that says who noticed, and is published and written down', async () => {
  const parts = await start();
  const { service, lines } = parts;
  const states: LiveEvent[] = [];
  service.subscribe((event) => states.push(event), ['state']);
  expect(service.status()).toMatchObject({ detector: { statistic: 0, threshold: 1000, n: 0, lastAlarmTs: null } });
  await report(parts, 0, 40);
  const { detector, serving, retrain, modelVersion } = service.status();
  expect(detector?.lastAlarmTs).not.toBeNull();
  expect(serving).toMatchObject({ proven: false });
  expect(retrain).toMatchObject({ reason: 'accuracy_degradation', detector: 'sequential', priority: 2 });
  const [{ moves, ...trigger }] = await service.triggers(5);
  expect(trigger).toMatchObject({ detector: 'sequential' });
  expect(moves[0].note).toMatch(/after \d+ outcomes the base rate explains them better than .*threshold 1\.0e\+3/);
  const told = states.flatMap((event) => (event.type === 'state' && event.state.what === 'decay' ? [event.state] : []));
  expect(told[0]).toMatchObject({ detector: 'sequential', model_version: modelVersion });
  const alarm = detectorsIn(parts).find(({ event }) => event === 'alarm');
  expect(alarm).toMatchObject({ modelVersion, isAlarmed: false });
  expect(alarm?.statistic).toBeGreaterThanOrEqual(1000);
  expect(lines.some((line) => line.includes('explains them better'))).toBe(true);
  const path = service.detectorPath();
  expect(path).toMatchObject({
    modelVersion,
    baseRate: 0.4,
    n: 40,
    path: expect.arrayContaining([expect.objectContaining({ event: 'alarm' })]),
  });
  await service.stop();
});

test('outcomes as the model expects them raise none, and the path has every 16th of them and the latest', async () => {
  const parts = await start();
  await report(parts, 0, 40, true);
  const seqs = parts.service.detectorPath()?.path.map(({ outcomeSeq, event }) => `${event} ${outcomeSeq}`);
  expect(seqs).toEqual(['start 0', 'point 16', 'point 32', 'point 40']);
  expect(parts.service.status().retrain).toBeNull();
  await parts.service.stop();
});

test.each([[1], [15], [16], [23], [37]])(
  'another process goes on after outcome %i as if nothing had happened',
  async (cut) => {
    const whole = await start({ journal: new ControlledJournal() });
    await report(whole, 0, 40, true);
    await report(whole, 40, 60);
    const first = await start({ journal: new ControlledJournal() });
    await report(first, 0, cut, true);
    await first.service.stop();
    const second = await start({ journal: first.journal.reopen() });
    await report(second, cut, 40, true);
    await report(second, 40, 60);
    expect(second.service.status().detector).toEqual(whole.service.status().detector);
    expect(second.service.detectorPath()).toEqual(whole.service.detectorPath());
    const withoutTime = (entries: DetectorEntry[]): unknown[] => entries.map(({ atMs: _, ...entry }) => entry);
    expect(withoutTime(detectorsIn(second))).toEqual(withoutTime(detectorsIn(whole)));
    await Promise.all([whole.service.stop(), second.service.stop()]);
  },
);

test('an alarm that was not written down before the end is raised again by the next process', async () => {
  const first = await start({ journal: new ControlledJournal() });
  await report(first, 0, 40);
  await first.service.stop();
  const all = first.journal.entries;
  const at = all.findIndex((entry) => entry.kind === 'detector' && entry.event === 'alarm');
  const lost = all.filter((entry, i) => entry.kind === 'outcome' || entry.kind === 'signal' || i < at);
  const journal = new ControlledJournal().preload(lost.filter(({ kind }) => kind !== 'trigger'));
  const second = await start({ journal });
  await setImmediate();
  const [again] = detectorsIn(second).filter(({ event }) => event === 'alarm');
  expect(again).toMatchObject({ outcomeSeq: (all[at] as DetectorEntry).outcomeSeq });
  expect(second.service.status().retrain).toMatchObject({ detector: 'sequential' });
  await second.service.stop();
});

test('an alarm within the time between two attempts waits, over a restart too, and is due after it', async () => {
  let nowNs = 0;
  const clock = { monotonicNs: () => nowNs };
  const config = { retrainMinSamples: 1e6, retrain: { ...RESTED, cooldownSeconds: 900 } };
  const first = await start({ journal: new ControlledJournal(), config, clock });
  await report(first, 0, 40);
  expect(first.service.status().retrain).toBeNull();
  expect(first.service.status().serving).toMatchObject({ proven: false });
  expect(detectorsIn(first).find(({ event }) => event === 'alarm')).toMatchObject({ isAlarmed: true });
  await first.service.stop();
  const second = await start({ journal: first.journal.reopen(), config, clock });
  expect(second.service.status().retrain).toBeNull();
  nowNs += 901e9;
  await report(second, 40, 41);
  expect(second.service.status().retrain).toMatchObject({ reason: 'accuracy_degradation', detector: 'sequential' });
  await second.service.stop();
});

test('another model begins from 0, and the outcomes of the one before say nothing of it; the same one again goes on', async () => {
  const parts = await start();
  const { service, registry } = parts;
  await report(parts, 0, 20, true);
  await registry.add(other, OTHER);
  const before = service.status();
  await service.promote(before.modelVersion ?? '');
  expect(service.status().detector).toEqual(before.detector);
  submitNow(service, messageAt(WALK, 130, { signalId: 'late' }), OVER_HTTP);
  await service.promote(other, true);
  expect(service.status().detector).toMatchObject({ statistic: 0, n: 0, lastAlarmTs: null });
  await service.recordOutcome({ signalId: 'late', label: 0, tradeReturn: null, exitTs: null });
  await setImmediate();
  expect(service.status().detector).toMatchObject({ statistic: 0, n: 0 });
  expect(detectorsIn(parts).at(-1)).toMatchObject({ event: 'start', modelVersion: other, outcomeSeq: 20 });
  await service.stop();
});

test('where no model serves there is none', async () => {
  const { service } = await start({ model: null });
  expect(service.status().detector).toBeNull();
  expect(service.detectorPath()).toBeNull();
  await service.stop();
});
