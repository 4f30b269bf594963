import { expect, test } from 'vitest';
import { smallModelBytes } from '../../../test/support/live-service.ts';
import { maturedOutcome } from '../../../test/support/outcomes.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import type { EnrichedSignalEvent } from '../../domain/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { readModel } from '../../model/onnx/index.ts';
import { SILENT } from '../../ports/index.ts';
import type { Champion } from '../champion/champion.ts';
import { DriftEvents } from '../decay/drift-events.ts';
import type { EventStream } from '../event-stream.ts';
import { DriftMonitor } from './drift-monitor.ts';

function monitorOf(model: MetaModel) {
  let follow = (_moved: { readonly model: MetaModel }): void => undefined;
  const champion = {
    current: model,
    changed: {
      subscribe: (listener: typeof follow) => {
        follow = listener;
      },
    },
  } as unknown as Champion;
  const feed = { publishState: () => undefined } as unknown as EventStream;
  const events = new DriftEvents({ window: 100, minOutcomes: 100, falseAlarmRate: 0.01, feed, logger: SILENT });
  const monitor = new DriftMonitor({ champion, window: 100, feed, logger: SILENT, events });
  const add = (metaConfidence: number, feature = 0): void =>
    monitor.addSignal({
      features: new Float64Array(model.featureNames.length).fill(feature),
      metaConfidence,
      source: 'model',
    } as EnrichedSignalEvent);
  const mature = (confidence: number, label: 0 | 1): void =>
    monitor.addOutcome(maturedOutcome({ modelVersion: model.version, confidence, label }));
  return { monitor, add, mature, promote: () => follow({ model }) };
}

test('the figures are those of now, however often they are asked for in between', () => {
  const { monitor, add, mature, promote } = monitorOf(readModel(smallModelBytes(1), { sha256 }));
  expect(monitor.status).toMatchObject({ nSignals: 0, estimatedAccuracy: null, gap: null });
  add(0.9);
  expect(monitor.status).toMatchObject({ nSignals: 1, estimatedAccuracy: 0.9 });
  expect(monitor.status, 'nothing came in between').toBe(monitor.status);
  add(0.7);
  expect(monitor.status.nSignals).toBe(2);
  expect(monitor.status.estimatedAccuracy).toBeCloseTo(0.8, 12);
  mature(0.9, 1);
  expect(monitor.status.gap?.realised).toBe(1);
  mature(0.7, 0);
  expect(monitor.status.gap?.realised).toBe(0.5);
  promote();
  expect(monitor.status, 'another model begins anew').toMatchObject({ nSignals: 0, gap: null });
});

test('the latest features are those of the window, whole rows of the model that serves', () => {
  const { monitor, add, promote } = monitorOf(readModel(smallModelBytes(1), { sha256 }));
  for (let k = 0; k < 130; k++) add(0.5, k);
  const { model, nSignals, values } = monitor.latestFeatures ?? expect.fail('a model serves');
  expect([nSignals, values.length]).toEqual([100, 100 * model.featureNames.length]);
  const first = Array.from({ length: nSignals }, (_, k) => values[k * model.featureNames.length]);
  expect(first.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, k) => 30 + k));
  promote();
  expect(monitor.latestFeatures).toMatchObject({ nSignals: 0 });
});
