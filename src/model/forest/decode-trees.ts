import { corrupt } from '../corrupt-file.ts';
import type { AttributeValue, GraphNode } from '../model-graph.ts';
import type { ForestArrays } from './forest-arrays.ts';

/** Upper limit of tree and node numbers, so that a pair of them is an exact double. */
const MAX_ID = 2 ** 26;
/** Relative rounding error of a float32 node weight against the sum of its children. */
const COVER_TOLERANCE = 1e-6;

/** (nNodes,) columns of the nodes, as in the ONNX attributes. */
interface NodeColumns {
  readonly treeIds: readonly number[];
  readonly nodeIds: readonly number[];
  readonly features: readonly number[];
  readonly modes: readonly string[];
  readonly values: readonly number[];
  readonly trueIds: readonly number[];
  readonly falseIds: readonly number[];
}

/** Attributes of an operator by name. Those of a file are decoded one at a time to save memory. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Attributes of the nodes of any ensemble of trees, the last of which cannot change the prediction of a finite row. */
const NODE_ATTRIBUTES: readonly string[] = [
  'nodes_falsenodeids',
  'nodes_featureids',
  'nodes_hitrates',
  'nodes_modes',
  'nodes_nodeids',
  'nodes_treeids',
  'nodes_truenodeids',
  'nodes_values',
  'nodes_missing_value_tracks_true',
];

/**
 * Attributes of an ensemble of trees.
 *
 * @param own - names of those that are not of its nodes. @throws {ModelError} for one that is not known.
 */
export function attributesOf({ attributes = {} }: GraphNode, own: readonly string[]): Attributes {
  const unknown = Object.keys(attributes).find((name) => !own.includes(name) && !NODE_ATTRIBUTES.includes(name));
  if (unknown === undefined) return attributes;
  throw corrupt(`the forest has the attribute "${unknown.slice(0, 40)}", which is not known`);
}

/** Nodes of a file that were checked, and where each is. */
export interface NodesOfFile {
  readonly modes: readonly string[];
  readonly index: NodeIndex;
}

/**
 * Reads an ensemble of trees. Every index is checked, every node is reached exactly once from its tree's root, every
 * threshold is finite.
 *
 * @param maxLevels - maximum number of splits above a leaf.
 * @param leafValues - reads the (nNodes,) values of the leaves, in the order of the file.
 * @throws {ModelError} `MODEL_CORRUPT` with what is wrong.
 */
export function decodeTrees(
  attributes: Attributes,
  nFeatures: number,
  maxLevels: number,
  leafValues: (nodes: NodesOfFile) => Float32Array,
): ForestArrays {
  const nodes = readNodes(attributes, nFeatures);
  const index = indexNodes(nodes);
  const trees = breadthFirst(nodes, index, maxLevels); // before the leaves, so that a deep tree is refused early
  const { order, ...forest } = layOut(nodes, trees, leafValues({ modes: nodes.modes, index }), nFeatures);
  return { ...forest, cover: coverOf(floats(attributes, 'nodes_hitrates'), order, forest) };
}

/**
 * (nNodes,) training weight that reached each node. Null when the hit rates cannot be that weight, e.g. when an exporter
 * wrote 1 for every node.
 */
function coverOf(
  hitRates: readonly number[],
  order: Int32Array,
  { roots, left }: Pick<ForestArrays, 'roots' | 'left'>,
): Float32Array | null {
  if (hitRates.length !== order.length) return null;
  const cover = Float32Array.from(order, (i) => hitRates[i]);
  const isWeight = cover.every((weight) => weight >= 0 && weight < Infinity) && roots.every((root) => cover[root] > 0);
  const addsUp = left.every((child, node) => {
    if (child < 0) return true;
    const below = cover[child] + cover[child + 1];
    return below > 0 && Math.abs(cover[node] - below) <= COVER_TOLERANCE * below;
  });
  return isWeight && addsUp ? cover : null;
}

function readNodes(attributes: Attributes, nFeatures: number): NodeColumns {
  const modes = strings(attributes, 'nodes_modes');
  const n = modes.length;
  const columns = {
    treeIds: integers(attributes, 'nodes_treeids'),
    nodeIds: integers(attributes, 'nodes_nodeids'),
    features: integers(attributes, 'nodes_featureids'),
    modes,
    values: floats(attributes, 'nodes_values'),
    trueIds: integers(attributes, 'nodes_truenodeids'),
    falseIds: integers(attributes, 'nodes_falsenodeids'),
  };
  if (n === 0) throw corrupt('its forest has no nodes');
  for (const [name, column] of Object.entries(columns)) {
    if (column.length !== n) throw corrupt(`${name} has ${column.length} entries for ${n} nodes`);
  }
  for (let i = 0; i < n; i++) {
    if (modes[i] !== 'LEAF' && modes[i] !== 'BRANCH_LEQ')
      throw corrupt(`node mode ${modes[i].slice(0, 20)} is not known`);
    if (!Number.isFinite(columns.values[i])) throw corrupt(`the threshold of node ${i} is not finite`);
    const j = columns.features[i];
    if (modes[i] === 'BRANCH_LEQ' && !(j >= 0 && j < nFeatures))
      throw corrupt(`node ${i} looks at feature ${j} of ${nFeatures}`);
  }
  return columns;
}

/** Index of a node in the columns by the key of its tree and number. */
export type NodeIndex = ReadonlyMap<number, number>;

/** Key of a node; NaN for numbers out of range. */
export function nodeKey(tree: number, id: number): number {
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

/** Orders the nodes of each tree breadth first, so that children come after their parents, as in our own files. */
function layOut(
  nodes: NodeColumns,
  { order, left, roots }: ReturnType<typeof breadthFirst>,
  values: Float32Array,
  nFeatures: number,
) {
  const isSplit = (i: number): boolean => nodes.modes[i] !== 'LEAF';
  return {
    order,
    nFeatures,
    nTrees: roots.length,
    roots,
    left,
    right: left.map((child) => (child < 0 ? -1 : child + 1)),
    feature: Int32Array.from(order, (i) => (isSplit(i) ? nodes.features[i] : -1)),
    threshold: Float32Array.from(order, (i) => (isSplit(i) ? nodes.values[i] : 0)),
    leafValue: Float32Array.from(order, (i) => values[i]),
    importance: new Float64Array(nFeatures),
  };
}

/**
 * Visits every node once, by tree and level. `order` contains indices of the file's nodes, `left` and `roots` are indices
 * into `order`, and a right child follows its left sibling.
 */
function breadthFirst(nodes: NodeColumns, index: NodeIndex, maxLevels: number) {
  const n = nodes.modes.length;
  const rootsIn = findRoots(nodes, index);
  const order = new Int32Array(n);
  const left = new Int32Array(n).fill(-1);
  const roots = new Int32Array(rootsIn.length);
  const visited = new Uint8Array(n);
  let end = 0;
  const visit = (node: number): void => {
    if (visited[node]++ > 0) throw corrupt(`node ${node} is reached twice`);
    order[end++] = node;
  };
  for (const [t, root] of rootsIn.entries()) {
    roots[t] = end;
    visit(root);
    for (let at = roots[t], levelEnd = end, depth = 0; at < end; at++) {
      if (at === levelEnd) {
        if (++depth > maxLevels) throw corrupt(`tree ${t} is more than ${maxLevels} splits deep`);
        levelEnd = end;
      }
      if (nodes.modes[order[at]] === 'LEAF') continue;
      left[at] = end;
      for (const child of childrenOf(nodes, index, order[at])) visit(child);
    }
  }
  if (end !== n) throw corrupt(`${n - end} nodes cannot be reached from a root`);
  return { order, left, roots };
}

function childrenOf(nodes: NodeColumns, index: NodeIndex, i: number): [number, number] {
  const whenTrue = index.get(nodeKey(nodes.treeIds[i], nodes.trueIds[i]));
  const whenFalse = index.get(nodeKey(nodes.treeIds[i], nodes.falseIds[i]));
  if (whenTrue === undefined || whenFalse === undefined) throw corrupt(`node ${i} has a child that does not exist`);
  return [whenTrue, whenFalse];
}

/**
 * Roots of the trees, in the order of the file: the node of each tree without a parent. It must be the first node of its
 * tree, and the nodes of a tree must be adjacent, because onnxruntime reads the first node after every change of tree
 * number as a root.
 */
function findRoots(nodes: NodeColumns, index: NodeIndex): number[] {
  const isChild = new Uint8Array(nodes.modes.length);
  for (let i = 0; i < nodes.modes.length; i++) {
    if (nodes.modes[i] === 'LEAF') continue;
    for (const child of childrenOf(nodes, index, i)) isChild[child] = 1;
  }
  const roots = new Map<number, number>();
  for (let i = 0; i < nodes.modes.length; i++) {
    const isFirst = i === 0 || nodes.treeIds[i] !== nodes.treeIds[i - 1];
    if (isChild[i] === 1 && !isFirst) continue;
    if (isChild[i] === 0 && roots.has(nodes.treeIds[i])) throw corrupt(`tree ${nodes.treeIds[i]} has two roots`);
    if (isChild[i] === 1 || !isFirst)
      throw corrupt(`the nodes of tree ${nodes.treeIds[i]} do not lie together, its root first`);
    roots.set(nodes.treeIds[i], i);
  }
  if (roots.size !== new Set(nodes.treeIds).size) throw corrupt('a tree has no root');
  return [...roots.values()];
}

export function integers(attributes: Attributes, name: string): readonly number[] {
  const value = attributes[name];
  return value !== undefined && 'ints' in value ? Array.from(value.ints) : [];
}

export function floats(attributes: Attributes, name: string): readonly number[] {
  const value = attributes[name];
  return value !== undefined && 'floats' in value ? Array.from(value.floats) : [];
}

function strings(attributes: Attributes, name: string): readonly string[] {
  const value = attributes[name];
  return value !== undefined && 'strings' in value ? value.strings : [];
}
