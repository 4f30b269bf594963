import { type AttributeValue, type GraphNode, ML_DOMAIN } from '../model-graph.ts';
import type { ForestArrays } from './forest-arrays.ts';

/** Name of the operator of a forest. */
export const FOREST_OP = 'TreeEnsembleClassifier';

/** Operators of a forest from `X` to `raw_probability`. */
export function forestNodes(forest: ForestArrays): GraphNode[] {
  return [
    {
      op: FOREST_OP,
      inputs: ['X'],
      outputs: ['raw_label', 'raw_pair'],
      domain: ML_DOMAIN,
      attributes: forestAttributes(forest),
    },
    { op: 'Gather', inputs: ['raw_pair', 'one_index'], outputs: ['raw_probability'], attributes: { axis: { int: 1 } } },
  ];
}

/**
 * Attributes of the forest. Node ids count from 0 within each tree. Leaves have weights for one class only, which
 * runtimes read as class 1. Its number is 0 as in skl2onnx: onnxruntime accepts any number, ONNX's reference evaluator
 * only 0.
 */
function forestAttributes(forest: ForestArrays): Record<string, AttributeValue> {
  const leaves = leavesOf(forest);
  return {
    class_ids: { ints: new Int32Array(leaves.id.length) },
    class_nodeids: { ints: leaves.id },
    class_treeids: { ints: leaves.tree },
    class_weights: { floats: leaves.value },
    classlabels_int64s: { ints: [0, 1] },
    ...nodeAttributes(forest),
    post_transform: { string: 'NONE' },
  };
}

/** Leaves of an ensemble, in the order of its nodes, as attributes name them. */
export function leavesOf(forest: ForestArrays) {
  const { feature, leafValue } = forest;
  const { tree, id } = numberNodes(forest);
  const leaves = Int32Array.from(feature.keys()).filter((node) => feature[node] < 0);
  return {
    id: leaves.map((node) => id[node]),
    tree: leaves.map((node) => tree[node]),
    value: Float32Array.from(leaves, (node) => leafValue[node]),
  };
}

/** Attributes of the nodes of an ensemble of trees. */
export function nodeAttributes(forest: ForestArrays): Record<string, AttributeValue> {
  const { feature, threshold, left, right, cover } = forest;
  const { tree, id } = numberNodes(forest);
  const child = (column: Int32Array): Int32Array => column.map((node) => (node < 0 ? 0 : id[node]));
  return {
    nodes_falsenodeids: { ints: child(right) },
    nodes_featureids: { ints: feature.map((j) => Math.max(0, j)) },
    // Training weight of the nodes. Runtimes may use it to order nodes, but not for the result.
    ...(cover === null ? {} : { nodes_hitrates: { floats: cover } }),
    nodes_modes: { strings: Array.from(feature, (j) => (j < 0 ? 'LEAF' : 'BRANCH_LEQ')) },
    nodes_nodeids: { ints: id },
    nodes_treeids: { ints: tree },
    nodes_truenodeids: { ints: child(left) },
    nodes_values: { floats: threshold },
  };
}

function numberNodes({ roots, feature }: ForestArrays): { tree: Int32Array; id: Int32Array } {
  const tree = new Int32Array(feature.length);
  const id = new Int32Array(feature.length);
  for (let t = 0; t < roots.length; t++) {
    const end = roots[t + 1] ?? feature.length;
    for (let node = roots[t]; node < end; node++) {
      tree[node] = t;
      id[node] = node - roots[t];
    }
  }
  return { tree, id };
}
