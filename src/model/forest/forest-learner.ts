import { corrupt } from '../corrupt-file.ts';
import type { Learner, LearnerContext } from '../learner.ts';
import { decodeForest } from './decode-forest.ts';
import { forestNodes } from './forest-graph.ts';
import type { ForestOptions } from './forest-options.ts';
import { type ForestPredictor, forestPredictor } from './forest-predictor.ts';
import { growOnPool } from './grow-forest-on-pool.ts';

/** The built-in learner: a random forest, whose size and shape are the `forest` section of the settings. */
export const forestLearner: Learner<ForestPredictor> = {
  name: 'forest',
  steps: ({ forest }) => forest.nEstimators,
  fit: async (x, y, weight, context) => {
    const { pool, featureNames, onSteps } = context;
    const rows = { x, nFeatures: featureNames.length, y, weight };
    return forestPredictor(await growOnPool(pool, rows, forestOptions(context), onSteps));
  },
  encode: ({ forest }) => ({ graph: { nodes: forestNodes(forest) } }),
  decode: (encoded, { featureNames, importance, treeLevels }) => {
    if (!('graph' in encoded)) throw corrupt('a forest is a graph, not bytes');
    const forest = decodeForest(encoded.graph.nodes, featureNames.length, treeLevels);
    return forestPredictor(importance === null ? forest : { ...forest, importance });
  },
};

/** The forest's options with `max_features` as a number. */
function forestOptions({ settings, seed, featureNames }: LearnerContext): ForestOptions {
  const { maxFeatures, ...rest } = settings.forest;
  const root = Math.max(1, Math.floor(Math.sqrt(featureNames.length)));
  return { ...rest, maxFeatures: maxFeatures === 'sqrt' ? root : maxFeatures, randomState: seed };
}
