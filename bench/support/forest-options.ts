import type { ForestOptions } from '../../src/model/index.ts';

/** The forest that is fitted and asked everywhere: that of the defaults, on as many columns. */
export const N_FEATURES = 6;
export const FOREST_OPTIONS: ForestOptions = {
  nEstimators: 100,
  maxDepth: 5,
  minSamplesSplit: 10,
  minSamplesLeaf: 5,
  maxFeatures: 2,
  randomState: 42,
};
