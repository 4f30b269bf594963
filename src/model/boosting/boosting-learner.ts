import { corrupt } from '../corrupt-file.ts';
import { quantizeWeights } from '../forest/quantize-weights.ts';
import type { Learner, LearnerContext } from '../learner.ts';
import { boostingNodes } from './boosting-graph.ts';
import { type BoostingPredictor, boostingPredictor } from './boosting-predictor.ts';
import { decodeBoosting } from './decode-boosting.ts';
import { stoppingRows } from './stopping-rows.ts';

/** The built-in gradient boosting, whose size and shape are the `boosting` section of the settings. */
export const boostingLearner: Learner<BoostingPredictor> = {
  name: 'boosting',
  steps: ({ boosting }) => boosting.nEstimators,
  fit: async (x, y, weight, context) => {
    const { pool, featureNames, settings } = context;
    const nEstimators = await roundsOf(x, y, weight, context);
    const binned = await pool.bin(x, featureNames.length);
    const rows = { binned, y, weight: quantizeWeights(weight) };
    return boostingPredictor(await pool.boost(rows, { ...settings.boosting, nEstimators }));
  },
  encode: ({ boosted }) => ({ graph: { nodes: boostingNodes(boosted) } }),
  decode: (encoded, { featureNames, importance, treeLevels }) => {
    if (!('graph' in encoded)) throw corrupt('boosted trees are a graph, not bytes');
    const { trees, ...rest } = decodeBoosting(encoded.graph.nodes, featureNames.length, treeLevels);
    return boostingPredictor({ ...rest, trees: importance === null ? trees : { ...trees, importance } });
  },
};

/** Number of trees: that of the settings, or that at which the last block of the rows was forecast best by the rows before it. */
async function roundsOf(
  x: Float32Array,
  y: Uint8Array,
  w: Float64Array,
  { settings: { boosting }, pool, spans, featureNames }: LearnerContext,
): Promise<number> {
  const { nEstimators, earlyStoppingRounds } = boosting;
  if (earlyStoppingRounds === null) return nEstimators;
  const { learned, stop } = stoppingRows({ x, y, weight: w, nFeatures: featureNames.length }, spans);
  if (learned === null) return 0;
  const binned = await pool.bin(learned.x, featureNames.length);
  const rows = { binned, y: learned.y, weight: quantizeWeights(learned.weight) };
  return pool.rounds(rows, boosting, stop, earlyStoppingRounds);
}
