import { leavesOf, nodeAttributes } from '../forest/forest-graph.ts';
import { type GraphNode, ML_DOMAIN } from '../model-graph.ts';
import type { BoostedTrees } from './boosted-trees.ts';

/** Name of the operator of boosted trees, and of the one that makes their sum a probability. */
export const TREES_OP = 'TreeEnsembleRegressor';
export const LOGISTIC_OP = 'Sigmoid';

/**
 * Operators of boosted trees from `X` to `raw_probability`: their sum with the base, and its logistic. A regressor, because
 * runtimes agree on what it sums; of a classifier with one class, base values and post-transform each reads something else.
 */
export function boostingNodes({ trees, base }: BoostedTrees): GraphNode[] {
  const leaves = leavesOf(trees);
  return [
    {
      op: TREES_OP,
      inputs: ['X'],
      outputs: ['margin'],
      domain: ML_DOMAIN,
      attributes: {
        aggregate_function: { string: 'SUM' },
        base_values: { floats: [base] },
        n_targets: { int: 1 },
        ...nodeAttributes(trees),
        post_transform: { string: 'NONE' },
        target_ids: { ints: new Int32Array(leaves.id.length) },
        target_nodeids: { ints: leaves.id },
        target_treeids: { ints: leaves.tree },
        target_weights: { floats: leaves.value },
      },
    },
    { op: LOGISTIC_OP, inputs: ['margin'], outputs: ['raw_probability'] },
  ];
}
