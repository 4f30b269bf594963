import { corrupt } from '../../corrupt-file.ts';
import { otherKind } from '../other-kind.ts';
import { type Cut, cutsOf, type Split } from './branches.ts';
import type { TreeArrays } from './tree-arrays.ts';

/** Maximum number of nodes of an ensemble in normal form. */
const MAX_NODES = 4_000_000;

/** The trees of a file, whose nodes have numbers of the caller. */
export interface TreeSource {
  readonly roots: readonly number[];
  /** Number of all nodes, of which each must be reached once. */
  readonly nNodes: number;
  /** The split of a node; null for a leaf. */
  split(node: number): Split | null;
  /** Value of a leaf for a target. */
  leafValue(node: number, target: number): number;
  readonly nFeatures: number;
  readonly nTargets: number;
  readonly isFloat: boolean;
  /** Maximum number of splits above a leaf. */
  readonly maxLevels: number;
}

type Structure = Omit<TreeArrays, 'aggregate' | 'base' | 'isFloat' | 'nTargets'>;

/**
 * Lays the trees out in normal form.
 *
 * @throws {ModelError} for a tree that is not one, is too deep, or looks at a feature that does not exist.
 */
export function layOutTrees(source: TreeSource): Structure {
  const { roots, nNodes, nTargets } = source;
  const layout = new Layout(source);
  const rootsOut = Int32Array.from(roots, (root) => layout.tree(root));
  if (layout.nVisited !== nNodes) throw corrupt(`${nNodes - layout.nVisited} nodes cannot be reached from a root`);
  const leaf = new Float64Array(layout.feature.length * nTargets);
  for (const [node, out] of layout.leaves) {
    for (let c = 0; c < nTargets; c++) leaf[out * nTargets + c] = finite(source.leafValue(node, c), node);
  }
  return {
    roots: rootsOut,
    feature: Int32Array.from(layout.feature),
    threshold: Float64Array.from(layout.threshold),
    low: Int32Array.from(layout.low),
    high: Int32Array.from(layout.high),
    other: Int32Array.from(layout.other),
    leaf,
  };
}

function finite(value: number, node: number): number {
  if (Number.isFinite(value)) return value;
  throw corrupt(`the value of leaf ${node} is not finite`);
}

class Layout {
  readonly feature: number[] = [];
  readonly threshold: number[] = [];
  readonly low: number[] = [];
  readonly high: number[] = [];
  readonly other: number[] = [];
  /** Node of the file and of the layout, for each leaf. */
  readonly leaves: (readonly [node: number, out: number])[] = [];
  nVisited = 0;
  readonly #source: TreeSource;
  /** (nNodes,) number in the layout, plus 1; 0 for a node that was not visited. */
  readonly #placed: Int32Array;

  constructor(source: TreeSource) {
    this.#source = source;
    this.#placed = new Int32Array(source.nNodes);
  }

  /** Visits a tree level by level. @returns the number of its root. */
  tree(root: number): number {
    const { maxLevels } = this.#source;
    const first = this.#place(root);
    let level = [root];
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > maxLevels) throw corrupt(`a tree is more than ${maxLevels} splits deep`);
      level = level.flatMap((node) => this.#visit(node));
    }
    return first;
  }

  #visit(node: number): readonly number[] {
    const split = this.#source.split(node);
    const at = this.#placed[node] - 1;
    if (split === null) {
      this.leaves.push([node, at]);
      return [];
    }
    const { feature, threshold, yes, no } = split;
    const { nFeatures, isFloat } = this.#source;
    if (!(feature >= 0 && feature < nFeatures))
      throw corrupt(`node ${node} looks at feature ${feature} of ${nFeatures}`);
    if (!Number.isFinite(threshold)) throw corrupt(`the threshold of node ${node} is not finite`);
    const children = yes === no ? [yes] : [yes, no];
    const places = new Map<number | Cut, number>(children.map((child) => [child, this.#place(child)]));
    this.#write(at, feature, cutsOf(split, isFloat), places);
    return children;
  }

  /** Gives a node its place. @throws {ModelError} when it has one. */
  #place(node: number): number {
    if (!(node >= 0 && node < this.#placed.length)) throw corrupt(`a node has a child that does not exist`);
    if (this.#placed[node] !== 0) throw corrupt(`node ${node} is reached twice`);
    this.nVisited++;
    const at = this.#append();
    this.#placed[node] = at + 1;
    return at;
  }

  #append(): number {
    const at = this.feature.push(-1) - 1;
    if (at >= MAX_NODES) throw otherKind(`has more than ${MAX_NODES} nodes`);
    this.threshold.push(0);
    this.low.push(-1);
    this.high.push(-1);
    this.other.push(-1);
    return at;
  }

  /** Writes a cut and those within it, each once. */
  #write(at: number, feature: number, cut: Cut, places: Map<number | Cut, number>): void {
    const placeOf = (child: number | Cut): number => {
      const placed = places.get(child);
      if (placed !== undefined || typeof child === 'number') return placed ?? -1;
      const inner = this.#append();
      places.set(child, inner);
      this.#write(inner, feature, child, places);
      return inner;
    };
    this.feature[at] = feature;
    this.threshold[at] = cut.threshold;
    this.low[at] = placeOf(cut.low);
    this.high[at] = placeOf(cut.high);
    this.other[at] = placeOf(cut.other);
  }
}
