import { pick } from '../../math/index.ts';
import { coinOf, costInR, takeAt } from '../../validation/index.ts';
import type { LabelledDataset } from '../dataset/labelled-dataset.ts';
import type { FitContext, LearningRows } from '../fit-rows.ts';
import type { TestedEvents } from './tested-events.ts';

/** The events of a training with everything that was found out about them. */
export function datasetOf({ events, config }: FitContext, tested: TestedEvents, fitted: LearningRows): LabelledDataset {
  const { fold, rawProbability, probability, isAnswered, baseRate, decisions } = tested;
  const { instrument, risk, ret, otherRet, terms, isGiven } = events;
  const n = ret.length;
  const { coin, excess } = coinOf({ ret, otherRet });
  const costs = terms.map(({ costBps }) => costBps);
  const cost = costInR(events, costs);
  return {
    featureNames: config.featureNames,
    instrument,
    t0: events.t0,
    t1: events.t1,
    kind: events.kind,
    side: events.side,
    label: events.label,
    ret,
    risk,
    coin: isGiven ? new Float64Array(n).fill(Number.NaN) : coin,
    excess,
    otherLabel: events.otherLabel,
    otherT1: isGiven ? new Int32Array(n).fill(-1) : events.otherT1,
    weight: fitted.weight,
    x: fitted.x,
    fold,
    rawProbability,
    probability,
    baseRate,
    costBps: pick(Float64Array.from(costs), instrument),
    expectedR: differences(decisions.expectedR, cost),
    take: takeAt({ isAnswered, expectedR: decisions.expectedR }, cost),
  };
}

function differences(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let k = 0; k < out.length; k++) out[k] = a[k] - b[k];
  return out;
}
