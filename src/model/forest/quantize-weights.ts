import { ConditionError } from '../../core/index.ts';

/** Quantised weight of the heaviest row. */
export const WEIGHT_UNITS = 65_536;

/**
 * Quantises weights to integers, whose sums do not depend on their order.
 *
 * @param weight - (nRows,) finite, >= 0, not all 0.
 * @returns (nRows,) in units of 2^-16 of the largest weight; a positive weight is at least one unit.
 * @throws {ConditionError} for a weight that is not finite or negative, and when all weights are 0.
 */
export function quantizeWeights(weight: Float64Array): Uint32Array {
  let largest = 0;
  for (let k = 0; k < weight.length; k++) {
    if (!(weight[k] >= 0 && weight[k] < Infinity))
      throw new ConditionError(`weight[${k}]`, 'finite and >= 0', weight[k]);
    largest = Math.max(largest, weight[k]);
  }
  if (largest === 0) throw new ConditionError('weight', 'positive somewhere', 0);
  const quantized = new Uint32Array(new SharedArrayBuffer(4 * weight.length));
  for (let k = 0; k < weight.length; k++) {
    quantized[k] = weight[k] === 0 ? 0 : Math.max(1, Math.round((weight[k] / largest) * WEIGHT_UNITS));
  }
  return quantized;
}

/** Checks what kernels pack into bit fields, where an overflow would silently change the next field. */
export function checkPackable(y: Uint8Array, weight: Uint32Array): void {
  for (let k = 0; k < y.length; k++) {
    if (y[k] > 1) throw new ConditionError(`y[${k}]`, '0 or 1', y[k]);
    if (weight[k] > WEIGHT_UNITS) throw new ConditionError(`weight[${k}]`, `at most ${WEIGHT_UNITS}`, weight[k]);
  }
}
