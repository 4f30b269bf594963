import { expect, test } from 'vitest';
import { judgedModel } from '../../test/support/judged-model.ts';
import { messageAt } from '../../test/support/live-service.ts';
import { randomWalk } from '../../test/support/random-walk.ts';
import { OrchestratorConfig } from '../config/index.ts';
import { ConditionError } from '../core/index.ts';
import { SignalEvent } from '../domain/index.ts';
import { SILENT } from '../ports/index.ts';
import { InferenceLoop } from './inference-loop.ts';

const walk = randomWalk(200, 5);

function loop(): InferenceLoop {
  return new InferenceLoop({ config: OrchestratorConfig(), clock: { monotonicNs: () => 0 }, logger: SILENT });
}

function eventAt(end: number): SignalEvent {
  const message = messageAt(walk, end, { signalId: `s${end}` });
  return new SignalEvent({ ...message, strength: 1, signalId: `s${end}`, bars: walk.slice(0, end + 1) });
}

test('a model whose features have options out of range is refused at the swap, and the one before goes on', () => {
  const inference = loop();
  const serving = judgedModel({ says: 0.6 });
  inference.swapModel(serving);
  const regime = { calmVariance: -1, turbulentVariance: 1, stayCalm: 0.9, stayTurbulent: 0.9 };
  expect(() => inference.swapModel(judgedModel({ says: 0.7, featureNames: ['regime'], regime }))).toThrow(
    ConditionError,
  );
  const vpin = { nBuckets: 0, bucketVolume: null, classifier: 'bvc' } as const;
  expect(() => inference.swapModel(judgedModel({ says: 0.7, featureNames: ['vpin'], vpin }))).toThrow(/vpin\.nBuckets/);
  expect(inference.model).toBe(serving);
  expect(inference.infer(eventAt(150)).metaConfidence).toBe(0.6);
});

test('an answer keeps its features while others are judged', () => {
  const inference = loop();
  inference.swapModel(judgedModel({ says: 0.6 }));
  const first = inference.infer(eventAt(150)).features;
  const kept = first?.slice();
  const second = inference.infer(eventAt(160)).features;
  expect(second).not.toEqual(kept);
  expect(first).toEqual(kept);
});
