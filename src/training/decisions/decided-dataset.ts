import { pick } from '../../math/index.ts';
import { coinOf, costInR, takeAt } from '../../validation/index.ts';
import type { LabelledDataset } from '../dataset/labelled-dataset.ts';
import type { LabelledEvents } from '../dataset/labelled-events.ts';
import type { FitContext, LearningRows } from '../fit-rows.ts';
import type { TestedEvents } from './tested-events.ts';

/** The events of a training with everything that was found out about them. */
export function datasetOf({ events, config }: FitContext, tested: TestedEvents, fitted: LearningRows): LabelledDataset {
  const { rawProbability, probability, baseRate, decisions } = tested;
  const decided = decidedEvents(events, tested);
  return {
    featureNames: config.featureNames,
    ...decided,
    kind: events.kind,
    label: events.label,
    otherLabel: events.otherLabel,
    weight: fitted.weight,
    x: fitted.x,
    rawProbability,
    probability,
    baseRate,
    expectedR: differences(decisions.expectedR, costInR(events, costsOf(events))),
  };
}

/** What accounts of the events are followed by. */
export type DecidedEvents = Pick<
  LabelledDataset,
  'instrument' | 't0' | 't1' | 'otherT1' | 'side' | 'ret' | 'coin' | 'excess' | 'risk' | 'fold' | 'costBps' | 'take'
>;

/** The events of a training with what was decided about them. */
export function decidedEvents(
  events: LabelledEvents,
  { fold, isAnswered, decisions }: Pick<TestedEvents, 'fold' | 'isAnswered' | 'decisions'>,
): DecidedEvents {
  const { instrument, risk, ret, otherRet, isGiven } = events;
  const n = ret.length;
  const { coin, excess } = coinOf({ ret, otherRet });
  const costs = costsOf(events);
  return {
    instrument,
    t0: events.t0,
    t1: events.t1,
    side: events.side,
    ret,
    risk,
    coin: isGiven ? new Float64Array(n).fill(Number.NaN) : coin,
    excess,
    otherT1: isGiven ? new Int32Array(n).fill(-1) : events.otherT1,
    fold,
    costBps: pick(Float64Array.from(costs), instrument),
    take: takeAt({ isAnswered, expectedR: decisions.expectedR }, costInR(events, costs)),
  };
}

/** Cost of a round trip in each instrument, basis points. */
function costsOf({ terms }: Pick<LabelledEvents, 'terms'>): number[] {
  return terms.map(({ costBps }) => costBps);
}

function differences(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let k = 0; k < out.length; k++) out[k] = a[k] - b[k];
  return out;
}
