import { corrupt } from '../../corrupt-file.ts';
import type { Attributes } from '../compile/attributes.ts';
import { branchOf, type Split } from './branches.ts';
import { layOutTrees } from './lay-out-trees.ts';
import type { TreeArrays } from './tree-arrays.ts';

/** Upper limit of tree and node numbers, so that a pair of them is an exact double. */
const MAX_ID = 2 ** 26;

/** What of an ensemble is known before its attributes are read. */
export interface EnsembleOptions {
  /** Beginning of the attributes of leaves: `class` of a classifier, `target` of a regressor. */
  readonly prefix: 'class' | 'target';
  readonly nFeatures: number;
  readonly nTargets: number;
  /** Target of a leaf's weight, of its class or target number. @throws {ModelError} for one that does not exist. */
  readonly targetOf: (id: number) => number;
  /** Whether values and thresholds are compared, and sums rounded, as float32. */
  readonly isFloat: boolean;
  readonly maxLevels: number;
}

/** Reads the trees of a `TreeEnsembleClassifier` or `TreeEnsembleRegressor`. @throws {ModelError} with what is wrong. */
export function readEnsemble(
  attributes: Attributes,
  options: EnsembleOptions,
): Omit<TreeArrays, 'aggregate' | 'base' | 'isFloat' | 'nTargets'> {
  const nodes = readNodes(attributes);
  const index = indexNodes(nodes);
  const { values, nodeOf } = { values: leafValues(attributes, nodes, index, options), nodeOf: childIn(nodes, index) };
  const missing = attributes.ints('nodes_missing_value_tracks_true');
  if (missing.length !== 0 && missing.length !== nodes.modes.length)
    throw corrupt('nodes_missing_value_tracks_true has not one entry a node');
  const split = (i: number): Split | null => {
    const branch = branchOf(nodes.modes[i]);
    return branch === null
      ? null
      : {
          branch,
          feature: nodes.features[i],
          threshold: nodes.values[i],
          yes: nodeOf(i, nodes.trueIds[i]),
          no: nodeOf(i, nodes.falseIds[i]),
          missingIsYes: missing.length > 0 && missing[i] === 1,
        };
  };
  return layOutTrees({
    ...options,
    roots: findRoots(nodes, split),
    nNodes: nodes.modes.length,
    split,
    leafValue: (node, target) => values[node * options.nTargets + target],
  });
}

/** Numbers of a list of floats, or of the tensor in its place. */
export function numbersOf(attributes: Attributes, name: string): ArrayLike<number> {
  const tensor = attributes.tensor(`${name}_as_tensor`);
  if (tensor === null) return attributes.floats(name);
  const { values } = tensor;
  if (attributes.floats(name).length > 0) throw corrupt(`it has ${name} twice`);
  if (values instanceof Float32Array || values instanceof Float64Array) return values;
  throw corrupt(`${name}_as_tensor is not of numbers`);
}

/** (nNodes,) columns of the nodes. */
interface NodeColumns {
  readonly treeIds: ArrayLike<number>;
  readonly nodeIds: ArrayLike<number>;
  readonly features: ArrayLike<number>;
  readonly modes: readonly string[];
  readonly values: ArrayLike<number>;
  readonly trueIds: ArrayLike<number>;
  readonly falseIds: ArrayLike<number>;
}

function readNodes(attributes: Attributes): NodeColumns {
  const columns = {
    treeIds: attributes.ints('nodes_treeids'),
    nodeIds: attributes.ints('nodes_nodeids'),
    features: attributes.ints('nodes_featureids'),
    modes: attributes.strings('nodes_modes'),
    values: numbersOf(attributes, 'nodes_values'),
    trueIds: attributes.ints('nodes_truenodeids'),
    falseIds: attributes.ints('nodes_falsenodeids'),
  };
  const n = columns.modes.length;
  if (n === 0) throw corrupt('its trees have no nodes');
  for (const [name, column] of Object.entries(columns)) {
    if (column.length !== n) throw corrupt(`${name} has ${column.length} entries for ${n} nodes`);
  }
  return columns;
}

type NodeIndex = ReadonlyMap<number, number>;

/** Key of a node; NaN for numbers out of range. */
function nodeKey(tree: number, id: number): number {
  return tree >= 0 && tree < MAX_ID && id >= 0 && id < MAX_ID ? tree * MAX_ID + id : Number.NaN;
}

function indexNodes({ treeIds, nodeIds }: NodeColumns): NodeIndex {
  const index = new Map<number, number>();
  for (let i = 0; i < treeIds.length; i++) {
    const key = nodeKey(treeIds[i], nodeIds[i]);
    if (Number.isNaN(key)) throw corrupt(`node ${i} is number ${nodeIds[i]} of tree ${treeIds[i]}`);
    if (index.has(key)) throw corrupt(`node ${nodeIds[i]} of tree ${treeIds[i]} occurs twice`);
    index.set(key, i);
  }
  return index;
}

function childIn({ treeIds }: NodeColumns, index: NodeIndex): (i: number, id: number) => number {
  return (i, id) => {
    const child = index.get(nodeKey(treeIds[i], id));
    if (child === undefined) throw corrupt(`node ${i} has a child that does not exist`);
    return child;
  };
}

/** (nNodes, nTargets) values of the leaves; every leaf has one for each target. */
function leafValues(
  attributes: Attributes,
  { modes }: NodeColumns,
  index: NodeIndex,
  { prefix, nTargets, targetOf }: EnsembleOptions,
): Float64Array {
  const ids = attributes.ints(`${prefix}_ids`);
  const treeIds = attributes.ints(`${prefix}_treeids`);
  const nodeIds = attributes.ints(`${prefix}_nodeids`);
  const weights = numbersOf(attributes, `${prefix}_weights`);
  const n = weights.length;
  if ([ids, treeIds, nodeIds].some((column) => column.length !== n)) throw corrupt('its leaf weights differ in length');
  const values = new Float64Array(modes.length * nTargets);
  const isSet = new Uint8Array(values.length);
  for (let i = 0; i < n; i++) {
    const node = index.get(nodeKey(treeIds[i], nodeIds[i]));
    if (node === undefined || modes[node] !== 'LEAF') throw corrupt(`leaf weight ${i} belongs to no leaf`);
    const place = node * nTargets + targetOf(ids[i]);
    if (isSet[place]++ > 0) throw corrupt(`leaf ${node} is weighed twice`);
    values[place] = weights[i];
  }
  // A runtime would take another class for one without a weight.
  const incomplete = modes.findIndex(
    (mode, node) => mode === 'LEAF' && isSet.subarray(node * nTargets, (node + 1) * nTargets).includes(0),
  );
  if (incomplete >= 0) throw corrupt(`leaf ${incomplete} does not weigh every class that others weigh`);
  return values;
}

/**
 * Roots of the trees, in the order of the file: the node of each tree without a parent. It must be the first node of its
 * tree, and the nodes of a tree must be adjacent, because onnxruntime reads the first node after every change of tree
 * number as a root.
 */
function findRoots({ treeIds, modes }: NodeColumns, split: (i: number) => Split | null): number[] {
  const isChild = new Uint8Array(modes.length);
  for (let i = 0; i < modes.length; i++) {
    const node = split(i);
    if (node !== null) isChild[node.yes] = isChild[node.no] = 1;
  }
  const roots = new Map<number, number>();
  for (let i = 0; i < modes.length; i++) {
    const isFirst = i === 0 || treeIds[i] !== treeIds[i - 1];
    if (isChild[i] === 1 && !isFirst) continue;
    if (isChild[i] === 0 && roots.has(treeIds[i])) throw corrupt(`tree ${treeIds[i]} has two roots`);
    if (isChild[i] === 1 || !isFirst)
      throw corrupt(`the nodes of tree ${treeIds[i]} do not lie together, its root first`);
    roots.set(treeIds[i], i);
  }
  if (roots.size !== new Set(Array.from(treeIds)).size) throw corrupt('a tree has no root');
  return [...roots.values()];
}
