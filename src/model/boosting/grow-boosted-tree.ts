import type { BoostLimits, BoostRange, BoostRows, BoostSplit, GradientSums } from '../kernel/boost-kernel.ts';
import { roundMargin } from './boosted-trees.ts';

/** A tree in columns over its nodes; node 0 is the root, and children come after their parents. */
export interface BoostedTree {
  /** (nNodes,) feature of a split; -1 for a leaf. */
  readonly feature: Int32Array;
  /** (nNodes,) highest bin of the left side. */
  readonly bin: Uint8Array;
  /** (nNodes,) left child; the right child is the node after it. -1 for a leaf. */
  readonly left: Int32Array;
  /** (nNodes,) margin of a leaf; 0 for a split. */
  readonly value: Float32Array;
  /** (nNodes,) weight of the rows, in units of 2^-16; exact integers. */
  readonly weight: Float64Array;
  /** (nNodes,) gain of a split, in squared units of gradients over units of second derivatives; 0 for a leaf. */
  readonly gain: Float64Array;
}

/** What every tree of a fit is grown by. */
export interface TreeGrowth {
  readonly maxDepth: number;
  readonly learningRate: number;
  readonly limits: BoostLimits;
}

/** Node that is not processed yet. */
interface OpenNode extends BoostRange {
  readonly index: number;
  /** Slot of its histograms; -1 for a node that stays a leaf. */
  readonly slot: number;
}

/** Number of histogram slots that a tree needs: one for each level that waits, and one that is filled. */
export function slotsOf(maxDepth: number): number {
  return maxDepth + 1;
}

/**
 * Grows one tree on the gradients of the rows and adds its leaves to their margins. Depth first, because the rows of a
 * subtree then stay in the cache; of two children only the smaller one is counted, the other is the difference.
 *
 * @see Friedman (2001), Greedy function approximation, Annals of Statistics 29; on second-order gains Chen and Guestrin
 * (2016), XGBoost, KDD; on histograms Ke et al. (2017), LightGBM, NeurIPS.
 */
export function growBoostedTree(rows: BoostRows, growth: TreeGrowth): BoostedTree {
  return new Growing(rows, growth).grow();
}

class Growing {
  readonly #rows: BoostRows;
  readonly #growth: TreeGrowth;
  readonly #feature: number[] = [];
  readonly #bin: number[] = [];
  readonly #left: number[] = [];
  readonly #value: number[] = [];
  readonly #weight: number[] = [];
  readonly #gain: number[] = [];
  readonly #open: OpenNode[] = [];
  readonly #freeSlots: number[];

  constructor(rows: BoostRows, growth: TreeGrowth) {
    this.#rows = rows;
    this.#growth = growth;
    this.#freeSlots = Array.from({ length: slotsOf(growth.maxDepth) }, (_, slot) => slot);
  }

  grow(): BoostedTree {
    const root = this.#rows.startTree();
    const slot = this.#mayBeSplit(root) ? this.#takeSlot() : -1;
    if (slot >= 0) this.#rows.fill(root, slot);
    this.#open.push({ ...root, index: this.#addNode(), slot });
    for (let node = this.#open.pop(); node !== undefined; node = this.#open.pop()) this.#process(node);
    for (let n = this.#left.length - 1; n >= 0; n--) {
      const left = this.#left[n];
      if (left >= 0) this.#weight[n] = this.#weight[left] + this.#weight[left + 1];
    }
    return {
      feature: Int32Array.from(this.#feature),
      bin: Uint8Array.from(this.#bin),
      left: Int32Array.from(this.#left),
      value: Float32Array.from(this.#value),
      weight: Float64Array.from(this.#weight),
      gain: Float64Array.from(this.#gain),
    };
  }

  #process(node: OpenNode): void {
    const split = node.slot < 0 ? null : this.#rows.findSplit(node, node.slot, this.#growth.limits);
    if (split === null) {
      if (node.slot >= 0) this.#freeSlots.push(node.slot);
      const value = this.#leafValue(node);
      this.#value[node.index] = value;
      this.#weight[node.index] = this.#rows.addToNode(node, value);
      return;
    }
    this.#feature[node.index] = split.feature;
    this.#bin[node.index] = split.bin;
    this.#gain[node.index] = split.score - (node.gradient * node.gradient) / node.hessian;
    const left = this.#addNode();
    this.#left[node.index] = left;
    this.#addNode();
    this.#divide(node, split, left);
  }

  /** Opens the children of a split, or makes them leaves. @param index - number of the left one. */
  #divide(node: OpenNode, split: BoostSplit, index: number): void {
    const { start, end, slot } = node;
    const depth = node.depth + 1;
    const { count, gradient, hessian } = split;
    const leftSums = { count, gradient, hessian, depth };
    const rightSums = {
      count: node.count - count,
      gradient: node.gradient - gradient,
      hessian: node.hessian - hessian,
      depth,
    };
    const mayBeSplit = [this.#mayBeSplit(leftSums), this.#mayBeSplit(rightSums)];
    if (!mayBeSplit[0] && !mayBeSplit[1]) {
      this.#freeSlots.push(slot);
      const [leftValue, rightValue] = [this.#leafValue(leftSums), this.#leafValue(rightSums)];
      const weights = this.#rows.addToSides(node, split, leftValue, rightValue);
      this.#value[index] = leftValue;
      this.#value[index + 1] = rightValue;
      [this.#weight[index], this.#weight[index + 1]] = weights;
      return;
    }
    const middle = this.#rows.partition(node, split);
    const left = { ...leftSums, start, end: middle };
    const right = { ...rightSums, start: middle, end };
    const isLeftSmaller = left.count <= right.count;
    const spare = this.#takeSlot();
    this.#rows.fill(isLeftSmaller ? left : right, spare);
    this.#rows.subtract(slot, spare);
    const slots = isLeftSmaller ? [spare, slot] : [slot, spare];
    const kept = slots.map((own, side) => (mayBeSplit[side] ? own : -1));
    for (const [side, own] of slots.entries()) if (!mayBeSplit[side]) this.#freeSlots.push(own);
    this.#open.push({ ...right, index: index + 1, slot: kept[1] }, { ...left, index, slot: kept[0] });
  }

  #mayBeSplit({ count, hessian, depth }: GradientSums & { readonly depth: number }): boolean {
    const { maxDepth, limits } = this.#growth;
    return depth < maxDepth && count >= 2 * limits.minRows && hessian >= 2 * limits.minHessian;
  }

  /** The step of Newton's method from the gradients to the least loss, times the learning rate. */
  #leafValue({ gradient, hessian }: GradientSums): number {
    if (hessian === 0) return 0;
    const { units } = this.#rows;
    return roundMargin((-this.#growth.learningRate * gradient * units.hessian) / (hessian * units.gradient));
  }

  #takeSlot(): number {
    const slot = this.#freeSlots.pop();
    if (slot === undefined) throw new RangeError('a tree needs more histograms than levels');
    return slot;
  }

  #addNode(): number {
    this.#feature.push(-1);
    this.#bin.push(0);
    this.#left.push(-1);
    this.#value.push(0);
    this.#weight.push(0);
    return this.#gain.push(0) - 1;
  }
}
