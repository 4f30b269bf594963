import { DEFAULT_LIMITS } from '../../domain/index.ts';
import { corrupt } from '../corrupt-file.ts';
import type { GraphNode } from '../model-graph.ts';
import {
  type Attributes,
  attributesOf,
  decodeTrees,
  floats,
  integers,
  type NodesOfFile,
  nodeKey,
} from './decode-trees.ts';
import type { ForestArrays } from './forest-arrays.ts';
import { FOREST_OP } from './forest-graph.ts';

/** Rounding error by which a sum of float32 leaf values may exceed 1. */
const SUM_TOLERANCE = 1e-5;
/** Attributes beside those of the nodes. */
const FOREST_ATTRIBUTES: readonly string[] = [
  'class_ids',
  'class_nodeids',
  'class_treeids',
  'class_weights',
  'classlabels_int64s',
  'post_transform',
  'base_values',
];

/**
 * Reads the forest of a `TreeEnsembleClassifier` over the classes 0 and 1, ours or scikit-learn's by skl2onnx. Every
 * index is checked, every node is reached exactly once from its tree's root, every number is finite.
 *
 * @param maxLevels - maximum number of splits above a leaf; scikit-learn's trees without a limit stay far below the default.
 * @throws {ModelError} `MODEL_CORRUPT` with what is wrong.
 */
export function decodeForest(
  operators: readonly GraphNode[],
  nFeatures: number,
  maxLevels: number = DEFAULT_LIMITS.treeLevels,
): ForestArrays {
  const attributes = attributesOf(forestOf(operators), FOREST_ATTRIBUTES);
  checkClassifier(attributes);
  const forest = decodeTrees(attributes, nFeatures, maxLevels, (nodes) => readLeafValues(attributes, nodes));
  checkSum(forest);
  return forest;
}

/** Forest operator of a graph. @throws {ModelError} when there is none or several. */
export function forestOf(operators: readonly GraphNode[]): GraphNode {
  const forests = operators.filter(({ op }) => op === FOREST_OP);
  if (forests.length !== 1) throw corrupt(`it holds ${forests.length} ${FOREST_OP} operators instead of one`);
  return forests[0];
}

function checkClassifier(attributes: Attributes): void {
  const labels = integers(attributes, 'classlabels_int64s');
  if (labels.join() !== '0,1') throw corrupt(`its classes are [${labels.slice(0, 8)}] instead of 0 and 1`);
  const transform = attributes.post_transform;
  if (transform !== undefined && !('string' in transform && transform.string === 'NONE'))
    throw corrupt('its post_transform is not NONE');
  if (floats(attributes, 'base_values').length > 0) throw corrupt('it has base_values, which a random forest has not');
}

/**
 * (nNodes,) contribution of each leaf to the probability of class 1. Either all weights are for one class, which runtimes
 * read as class 1 whatever its number (skl2onnx and our files), or every leaf has weights for both classes.
 */
function readLeafValues(attributes: Attributes, { modes, index }: NodesOfFile): Float32Array {
  const treeIds = integers(attributes, 'class_treeids');
  const nodeIds = integers(attributes, 'class_nodeids');
  const classIds = integers(attributes, 'class_ids');
  const weights = floats(attributes, 'class_weights');
  const n = weights.length;
  if ([treeIds, nodeIds, classIds].some((column) => column.length !== n))
    throw corrupt('its leaf weights differ in length');
  const isSingle = classIds.every((id) => id === classIds[0]);
  const values = new Float32Array(modes.length);
  const weighed = new Uint8Array(modes.length);
  for (let i = 0; i < n; i++) {
    const node = index.get(nodeKey(treeIds[i], nodeIds[i]));
    if (node === undefined || modes[node] !== 'LEAF') throw corrupt(`leaf weight ${i} belongs to no leaf`);
    if (!(weights[i] >= 0 && weights[i] <= 1)) throw corrupt(`leaf weight ${i} is ${weights[i]}, not in [0, 1]`);
    if (classIds[i] !== 0 && classIds[i] !== 1) throw corrupt(`leaf weight ${i} is for class ${classIds[i]}`);
    const bit = 1 << classIds[i];
    if ((weighed[node] & bit) !== 0) throw corrupt(`leaf ${node} is weighed twice`);
    weighed[node] |= bit;
    if (isSingle || classIds[i] === 1) values[node] = weights[i];
  }
  // For a row without a weight of class 1, onnxruntime would return that of class 0 instead.
  const all = isSingle ? 1 << classIds[0] : 0b11;
  const incomplete = weighed.findIndex((bits, node) => modes[node] === 'LEAF' && bits !== all);
  if (incomplete >= 0) throw corrupt(`leaf ${incomplete} does not weigh every class that others weigh`);
  return values;
}

/** @throws {ModelError} when the largest leaves of all trees add up to more than 1. */
function checkSum({ roots, leafValue }: Pick<ForestArrays, 'roots' | 'leafValue'>): void {
  let largest = 0;
  for (let t = 0; t < roots.length; t++)
    largest += leafValue.subarray(roots[t], roots[t + 1]).reduce((most, value) => Math.max(most, value), 0);
  if (largest > 1 + SUM_TOLERANCE) throw corrupt(`its leaves can add up to ${largest}, more than 1`);
}
