import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ControlledJournal } from '../../../test/support/controlled-journal.ts';
import { liveService, messageAt, OVER_HTTP, smallModelBytes, submitNow } from '../../../test/support/live-service.ts';
import { maturedOutcome } from '../../../test/support/outcomes.ts';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import { Rng } from '../../core/index.ts';
import type { EnrichedSignalEvent } from '../../domain/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { readModel } from '../../model/onnx/index.ts';
import { type RecordedSignal, SILENT } from '../../ports/index.ts';
import type { State } from '../../wire/index.ts';
import type { Champion } from '../champion/champion.ts';
import type { EventStream } from '../event-stream.ts';
import { DriftMonitor } from '../retraining/drift-monitor.ts';
import { DriftEvents } from './drift-events.ts';

const WALK = randomWalk(400, 11, { gaps: 0 });
const WINDOW = 100;

/** A model whose features lay evenly in [0, 1] in training. */
function profiledModel(): MetaModel {
  const model = readModel(smallModelBytes(), { sha256 });
  const edges = Array.from({ length: 9 }, (_, q) => (q + 1) / 10);
  const profile = { edges, shares: new Array<number>(10).fill(0.1), low: -10, high: 10 };
  const featureProfiles = Object.fromEntries(model.featureNames.map((name) => [name, profile]));
  const { version, featureNames, metadata } = model;
  return { version, featureNames, metadata: { ...metadata, featureProfiles } } as unknown as MetaModel;
}

function monitorOf(model: MetaModel) {
  const states: State[] = [];
  const feed = { publishState: (state: State) => void states.push(state) } as unknown as EventStream;
  const champion = { current: model, changed: { subscribe: () => undefined } } as unknown as Champion;
  const options = { window: WINDOW, feed, logger: SILENT };
  const events = new DriftEvents({ ...options, minOutcomes: 100, falseAlarmRate: 0.01 });
  return { monitor: new DriftMonitor({ ...options, champion, events }), states };
}

function signalOf(rng: Rng, shift: number): EnrichedSignalEvent {
  const features = Float64Array.from({ length: 4 }, (_, j) => rng.nextFloat() + (j === 2 ? shift : 0));
  return { features, metaConfidence: 0.5, source: 'model' } as EnrichedSignalEvent;
}

test('a feature that leaves the training is published once, and once that it is back; not before a whole window is known', async () => {
  const model = profiledModel();
  const { monitor, states } = monitorOf(model);
  const rng = new Rng(3);
  const send = async (n: number, shift: number): Promise<void> => {
    for (let i = 0; i < n; i++) monitor.addSignal(signalOf(rng, shift));
    await setImmediate();
  };
  await send(WINDOW - 1, 0.5);
  expect(states).toEqual([]);
  await send(WINDOW, 0.5);
  const change = { what: 'feature_drift', model_version: model.version, feature: model.featureNames[2] };
  expect(states).toEqual([{ ...change, psi: expect.any(Number), drifted: true }]);
  await send(2 * WINDOW, 0);
  expect(states.slice(1)).toEqual([{ ...change, psi: expect.any(Number), drifted: false }]);
});

test('confidences that are not kept are published, and what was known before the process began is no news', () => {
  const model = profiledModel();
  const wrong = Array.from({ length: 400 }, (_, i) =>
    maturedOutcome({
      label: i % 10 === 0 ? 1 : 0,
      confidence: 0.5 + 0.01 * (i % 7),
      modelVersion: model.version,
      entryTs: BigInt(2 * i),
      exitTs: BigInt(2 * i + 1),
    }),
  );
  const { monitor, states } = monitorOf(model);
  for (const outcome of wrong) monitor.addOutcome(outcome);
  const told = states.filter(({ what }) => what === 'calibration_drift');
  expect(told).toMatchObject([{ model_version: model.version, outcomes: 100, realised: 0.1, drifted: true }]);
  const later = monitorOf(model);
  later.monitor.start(wrong, Promise.resolve([]));
  for (const outcome of wrong) later.monitor.addOutcome(outcome);
  expect(later.states.filter(({ what }) => what === 'calibration_drift')).toEqual([]);
});

test('the views of drift are after a restart what they were before it', async () => {
  const first = await liveService({ journal: new ControlledJournal() });
  for (let k = 0; k < 60; k++) {
    const signalId = `s${k}`;
    submitNow(first.service, messageAt(WALK, 100 + k, { signalId, signal: k % 5 === 0 ? 0 : 1 }), OVER_HTTP);
    if (k % 5 === 0 || k % 3 === 0) continue;
    const { recorded } = await first.service.recordOutcome({
      signalId,
      label: k % 2 === 0 ? 1 : 0,
      tradeReturn: null,
      exitTs: null,
    });
    await recorded;
  }
  const before = first.service.status().drift;
  expect(before.nSignals).toBe(48);
  await first.service.stop();
  const second = await liveService({ journal: first.journal.reopen() });
  await expect.poll(() => second.service.status().drift).toEqual(before);
  await second.service.stop();
});

test('a journal that does not answer holds up no start, and what it says late comes before the signals of meanwhile', async () => {
  const model = profiledModel();
  const signal = (confidence: number): RecordedSignal =>
    ({ features: new Float64Array(model.featureNames.length), confidence }) as RecordedSignal;
  const { monitor } = monitorOf(model);
  const { promise, resolve } = Promise.withResolvers<readonly RecordedSignal[]>();
  monitor.start([], promise);
  const features = new Float64Array(model.featureNames.length).fill(0.5);
  monitor.addSignal({ features, metaConfidence: 0.9, source: 'model' } as EnrichedSignalEvent);
  expect(monitor.status.nSignals).toBe(1);
  resolve([signal(0.6), signal(0.7)]);
  await promise;
  expect(monitor.status.nSignals).toBe(3);
  const width = model.featureNames.length;
  expect(monitor.latestFeatures?.values.slice(2 * width), 'the newest is the last').toEqual(features);
  const { monitor: alone } = monitorOf(model);
  alone.start([], Promise.reject(new Error('damaged')));
  await Promise.resolve();
  expect(alone.status.nSignals).toBe(0);
});
