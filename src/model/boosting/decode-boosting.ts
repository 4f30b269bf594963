import { DEFAULT_LIMITS } from '../../domain/index.ts';
import { corrupt } from '../corrupt-file.ts';
import {
  type Attributes,
  attributesOf,
  decodeTrees,
  floats,
  integers,
  type NodesOfFile,
  nodeKey,
} from '../forest/decode-trees.ts';
import type { ForestArrays } from '../forest/forest-arrays.ts';
import type { GraphNode } from '../model-graph.ts';
import type { BoostedTrees } from './boosted-trees.ts';
import { LOGISTIC_OP, TREES_OP } from './boosting-graph.ts';

/** Largest margin that leaves and base may add up to: a file of ours stays far below it. */
const MAX_MARGIN = 2 ** 16;
/** Attributes beside those of the nodes. */
const OWN_ATTRIBUTES: readonly string[] = [
  'aggregate_function',
  'base_values',
  'n_targets',
  'post_transform',
  'target_ids',
  'target_nodeids',
  'target_treeids',
  'target_weights',
];

/**
 * Reads boosted trees from the operators of a file of ours, with the checks of `decodeForest`.
 *
 * @param maxLevels - maximum number of splits above a leaf.
 * @throws {ModelError} `MODEL_CORRUPT` with what is wrong.
 */
export function decodeBoosting(
  operators: readonly GraphNode[],
  nFeatures: number,
  maxLevels: number = DEFAULT_LIMITS.treeLevels,
): BoostedTrees {
  const [ensemble, logistic] = operators;
  const isKnown = operators.length === 2 && ensemble.op === TREES_OP && logistic.op === LOGISTIC_OP;
  if (!isKnown) throw corrupt(`its boosted trees are not one ${TREES_OP} and one ${LOGISTIC_OP}`);
  const isChain = ensemble.inputs.join() === 'X' && logistic.inputs.join() === ensemble.outputs.join();
  if (!isChain || logistic.outputs.join() !== 'raw_probability')
    throw corrupt('its boosted trees do not lead to its output');
  const attributes = attributesOf(ensemble, OWN_ATTRIBUTES);
  checkRegressor(attributes);
  const base = baseOf(attributes);
  const trees = decodeTrees(attributes, nFeatures, maxLevels, (nodes) => readLeafValues(attributes, nodes));
  checkMargins(trees, base);
  const isEmpty = trees.feature.length === 1 && trees.leafValue[0] === 0;
  return { trees, base, nRounds: isEmpty ? 0 : trees.nTrees };
}

function checkRegressor(attributes: Attributes): void {
  for (const [name, expected] of [
    ['aggregate_function', 'SUM'],
    ['post_transform', 'NONE'],
  ] as const) {
    const value = attributes[name];
    if (value === undefined || !('string' in value) || value.string !== expected)
      throw corrupt(`the ${name} of its boosted trees is not ${expected}`);
  }
  const targets = attributes.n_targets;
  if (targets === undefined || !('int' in targets) || Number(targets.int) !== 1)
    throw corrupt('its boosted trees have not one target');
}

function baseOf(attributes: Attributes): number {
  const values = floats(attributes, 'base_values');
  if (values.length !== 1 || !Number.isFinite(values[0])) throw corrupt('its boosted trees have not one base value');
  return values[0];
}

/** (nNodes,) margin of each leaf. */
function readLeafValues(attributes: Attributes, { modes, index }: NodesOfFile): Float32Array {
  const treeIds = integers(attributes, 'target_treeids');
  const nodeIds = integers(attributes, 'target_nodeids');
  const targets = integers(attributes, 'target_ids');
  const weights = floats(attributes, 'target_weights');
  const n = weights.length;
  if ([treeIds, nodeIds, targets].some((column) => column.length !== n))
    throw corrupt('its leaf weights differ in length');
  const values = new Float32Array(modes.length).fill(Number.NaN);
  for (let i = 0; i < n; i++) {
    const node = index.get(nodeKey(treeIds[i], nodeIds[i]));
    if (node === undefined || modes[node] !== 'LEAF') throw corrupt(`leaf weight ${i} belongs to no leaf`);
    if (targets[i] !== 0) throw corrupt(`leaf weight ${i} is for target ${targets[i]}`);
    if (!Number.isFinite(weights[i])) throw corrupt(`leaf weight ${i} is not finite`);
    if (!Number.isNaN(values[node])) throw corrupt(`leaf ${node} is weighed twice`);
    values[node] = weights[i];
  }
  const without = modes.findIndex((mode, node) => mode === 'LEAF' && Number.isNaN(values[node]));
  if (without >= 0) throw corrupt(`leaf ${without} has no weight`);
  return values.map((value, node) => (modes[node] === 'LEAF' ? value : 0));
}

/** @throws {ModelError} when the leaves of all trees can add up to more than a margin may be. */
function checkMargins({ roots, leafValue }: ForestArrays, base: number): void {
  let largest = Math.abs(base);
  for (let t = 0; t < roots.length; t++)
    largest += leafValue.subarray(roots[t], roots[t + 1]).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest > MAX_MARGIN)
    throw corrupt(`the margins of its boosted trees can add up to ${largest}, more than ${MAX_MARGIN}`);
}
