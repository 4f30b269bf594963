import { checkInRange, checkSameLength } from '../core/index.ts';
import { averageUniqueness } from './uniqueness.ts';

export interface WeightOptions {
  /** Multiply uniqueness by |return|. */
  readonly returnWeighted: boolean;
  /** Weight of the oldest event relative to the newest, [0, 1]; 1 is no decay. */
  readonly timeDecay: number;
}

/**
 * Sample weights of the events of one training set: average uniqueness within that set, optionally times |return| (scaled
 * to a mean of 1) and a time decay that is linear in cumulative uniqueness.
 *
 * @param t0 - (nEvents,) bars of entry, in time order. @param t1 - (nEvents,) bars of exit.
 * @param ret - (nEvents,) net returns.
 * @returns (nEvents,) weights >= 0.
 * @see López de Prado (2018), AFML snippets 4.2, 4.10 and 4.11.
 */
export function sampleWeights(t0: Int32Array, t1: Int32Array, ret: Float64Array, options: WeightOptions): Float64Array {
  checkSameLength('ret', ret, 't0', t0);
  checkInRange('timeDecay', options.timeDecay, 0, 1);
  const weight = averageUniqueness(t0, t1);
  const decay = options.timeDecay < 1 ? timeDecay(weight, options.timeDecay) : null;
  if (options.returnWeighted) multiplyByReturn(weight, ret);
  if (decay !== null) for (let k = 0; k < weight.length; k++) weight[k] *= decay[k];
  return weight;
}

/** The factor by which each class's weights are multiplied so that both classes weigh the same in total. */
export function balancedClassWeights(label: Uint8Array, weight: Float64Array): readonly [number, number] {
  const total: [number, number] = [0, 0];
  for (let k = 0; k < label.length; k++) total[label[k] === 1 ? 1 : 0] += weight[k];
  const half = (total[0] + total[1]) / 2;
  return [total[0] > 0 ? half / total[0] : 1, total[1] > 0 ? half / total[1] : 1];
}

function multiplyByReturn(weight: Float64Array, ret: Float64Array): void {
  let mean = 0;
  for (const r of ret) mean += Math.abs(r) / ret.length;
  if (mean === 0) return; // all returns are 0: all events weigh the same
  for (let k = 0; k < weight.length; k++) weight[k] *= Math.abs(ret[k]) / mean;
}

/** Linear from `oldest` at the first event to 1 at the last, along cumulative uniqueness. */
function timeDecay(uniqueness: Float64Array, oldest: number): Float64Array {
  let total = 0;
  for (const u of uniqueness) total += u;
  const decay = new Float64Array(uniqueness.length);
  let cumulative = 0;
  for (let k = 0; k < decay.length; k++) {
    cumulative += uniqueness[k];
    decay[k] = oldest + ((1 - oldest) * cumulative) / total;
  }
  return decay;
}
