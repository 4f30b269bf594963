import { Rng } from '../../src/core/index.ts';
import {
  BOOSTING,
  type BoostedTrees,
  type BoostingOptions,
  binColumns,
  boostingPredictor,
  boostTrees,
  type ModelParts,
  quantizeWeights,
  readableBoostKernel,
} from '../../src/model/index.ts';
import { smallModel } from './small-model.ts';

const OPTIONS: BoostingOptions = { nEstimators: 6, maxDepth: 3, learningRate: 0.3 };

/** Seeded rows whose first feature moves the label, with ties. */
export function boostingRows(nRows: number, nFeatures: number, seed = 1) {
  const rng = new Rng(seed);
  const x = Float32Array.from({ length: nRows * nFeatures }, () => Math.round(8 * rng.nextGaussian()) / 8);
  const y = Uint8Array.from({ length: nRows }, (_, k) => (rng.nextGaussian() < x[k * nFeatures] ? 1 : 0));
  const weight = Float64Array.from({ length: nRows }, () => 0.2 + 0.8 * rng.nextFloat());
  return { x, y, weight, nFeatures };
}

/** Trees boosted on {@link boostingRows}. */
export function smallBoosting(nFeatures = 4, options: Partial<BoostingOptions> = {}, seed = 1): BoostedTrees {
  const { x, y, weight } = boostingRows(800, nFeatures, seed);
  const rows = { binned: binColumns(x, nFeatures), y, weight: quantizeWeights(weight) };
  return boostTrees(rows, { ...OPTIONS, ...options }, readableBoostKernel);
}

/** {@link smallModel} with boosted trees. */
export function boostedModel(boosted: BoostedTrees = smallBoosting()): ModelParts {
  return { ...smallModel(), learner: BOOSTING, predictor: boostingPredictor(boosted) };
}
