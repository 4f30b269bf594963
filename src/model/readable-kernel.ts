import { hashSeed, Rng } from '../core/index.ts';
import type { BinnedMatrix } from './bin-columns.ts';
import type { ForestOptions } from './forest-options.ts';
import { type GrownTree, POISSON_THRESHOLDS, type TreeKernel } from './tree-kernel.ts';

const N_BINS = 256;

/** The kernel to read: plain typed arrays, one node after another. The WebAssembly kernel does the same and must agree. */
export const readableKernel: TreeKernel = {
  prepare: (binned, y, weight, options) => {
    const scratch = new TreeGrower(binned, y, weight, options);
    return (seed) => scratch.grow(seed);
  },
};

interface Split {
  readonly feature: number;
  readonly bin: number;
  /** Σ over both children of (ones² + zeros²) / weight; larger is purer. */
  readonly purity: number;
  /** Sums of the left child. */
  readonly count: number;
  readonly weight: number;
  readonly ones: number;
}

/** Grows trees level by level: rows are partitioned in place, so a node is a range of rows. */
class TreeGrower {
  readonly #binned: BinnedMatrix;
  readonly #y: Uint8Array;
  readonly #weight: Uint32Array;
  readonly #options: ForestOptions;
  /** Drawn rows, and how often each was drawn; ranges of both are nodes. */
  readonly #rows: Int32Array;
  readonly #draws: Uint8Array;
  readonly #spareRows: Int32Array;
  readonly #spareDraws: Uint8Array;
  // Histogram of one feature in one node. All sums are integers below 2^53, so their order does not matter.
  readonly #count = new Float64Array(N_BINS);
  readonly #sum = new Float64Array(N_BINS);
  readonly #ones = new Float64Array(N_BINS);

  constructor(binned: BinnedMatrix, y: Uint8Array, weight: Uint32Array, options: ForestOptions) {
    this.#binned = binned;
    this.#y = y;
    this.#weight = weight;
    this.#options = options;
    this.#rows = new Int32Array(binned.nRows);
    this.#draws = new Uint8Array(binned.nRows);
    this.#spareRows = new Int32Array(binned.nRows);
    this.#spareDraws = new Uint8Array(binned.nRows);
  }

  grow(seed: number): GrownTree {
    const { maxDepth, minSamplesSplit } = this.#options;
    const feature: number[] = [];
    const bin: number[] = [];
    const left: number[] = [];
    const weight: number[] = [];
    const ones: number[] = [];
    const nodes = [{ ...this.#drawRows(seed), depth: 0 }];
    for (let n = 0; n < nodes.length; n++) {
      const node = nodes[n];
      weight.push(node.weight);
      ones.push(node.ones);
      const isPure = node.ones === 0 || node.ones === node.weight;
      const canSplit = node.depth < maxDepth && node.count >= minSamplesSplit && !isPure;
      const split = canSplit ? this.#bestSplit(node, hashSeed(seed, n)) : null;
      feature.push(split?.feature ?? -1);
      bin.push(split?.bin ?? 0);
      left.push(split === null ? -1 : nodes.length);
      if (split === null) continue;
      const middle = this.#partition(node.start, node.end, split.feature, split.bin);
      const depth = node.depth + 1;
      const { count, weight: w, ones: o } = split;
      nodes.push({ start: node.start, end: middle, count, weight: w, ones: o, depth });
      nodes.push({
        start: middle,
        end: node.end,
        count: node.count - count,
        weight: node.weight - w,
        ones: node.ones - o,
        depth,
      });
    }
    return {
      feature: Int32Array.from(feature),
      bin: Uint8Array.from(bin),
      left: Int32Array.from(left),
      weight: Float64Array.from(weight),
      ones: Float64Array.from(ones),
    };
  }

  /** Bootstrap: every row is drawn a Poisson number of times; the root's range and sums. */
  #drawRows(seed: number) {
    const rng = new Rng(seed);
    let end = 0;
    let count = 0;
    let weight = 0;
    let ones = 0;
    for (let row = 0; row < this.#binned.nRows; row++) {
      const u = rng.nextU32();
      let draws = 0;
      while (draws < POISSON_THRESHOLDS.length && u >= POISSON_THRESHOLDS[draws]) draws++;
      if (draws === 0) continue;
      this.#rows[end] = row;
      this.#draws[end] = draws;
      end++;
      count += draws;
      weight += draws * this.#weight[row];
      if (this.#y[row] === 1) ones += draws * this.#weight[row];
    }
    return { start: 0, end, count, weight, ones };
  }

  /** The purest split over the drawn features; like scikit-learn, goes on drawing while none of them can be split. */
  #bestSplit(
    node: { start: number; end: number; count: number; weight: number; ones: number },
    seed: number,
  ): Split | null {
    const rng = new Rng(seed);
    const { nFeatures } = this.#binned;
    const order = Int32Array.from({ length: nFeatures }, (_, j) => j);
    const zeros = node.weight - node.ones;
    let purity = (node.ones * node.ones + zeros * zeros) / node.weight;
    let best: Split | null = null;
    for (let drawn = 0; drawn < nFeatures && (drawn < this.#options.maxFeatures || best === null); drawn++) {
      const pick = drawn + rng.nextInt(nFeatures - drawn);
      const feature = order[pick];
      order[pick] = order[drawn];
      order[drawn] = feature;
      this.#fillHistogram(node.start, node.end, feature);
      const split = this.#scan(node, feature, purity);
      if (split === null) continue;
      best = split;
      purity = split.purity;
    }
    return best;
  }

  #fillHistogram(start: number, end: number, feature: number): void {
    const { bins, nRows } = this.#binned;
    this.#count.fill(0);
    this.#sum.fill(0);
    this.#ones.fill(0);
    for (let i = start; i < end; i++) {
      const row = this.#rows[i];
      const b = bins[feature * nRows + row];
      const w = this.#draws[i] * this.#weight[row];
      this.#count[b] += this.#draws[i];
      this.#sum[b] += w;
      if (this.#y[row] === 1) this.#ones[b] += w;
    }
  }

  /** The best split of one feature that is purer than `purity`; the lowest bin among equals. */
  #scan(node: { count: number; weight: number; ones: number }, feature: number, purity: number): Split | null {
    const { minSamplesLeaf } = this.#options;
    const nEdges = this.#binned.edges[feature].length;
    let best: Split | null = null;
    let count = 0;
    let weight = 0;
    let ones = 0;
    for (let bin = 0; bin < nEdges; bin++) {
      count += this.#count[bin];
      weight += this.#sum[bin];
      ones += this.#ones[bin];
      if (count < minSamplesLeaf) continue;
      if (node.count - count < minSamplesLeaf) break;
      const zeros = weight - ones;
      const rightWeight = node.weight - weight;
      const rightOnes = node.ones - ones;
      const rightZeros = rightWeight - rightOnes;
      const here =
        (ones * ones + zeros * zeros) / weight + (rightOnes * rightOnes + rightZeros * rightZeros) / rightWeight;
      if (here > (best?.purity ?? purity)) best = { feature, bin, purity: here, count, weight, ones };
    }
    return best;
  }

  /** Moves the rows of [start, end) that go left to the front, keeping their order; returns where the right ones begin. */
  #partition(start: number, end: number, feature: number, bin: number): number {
    const { bins, nRows } = this.#binned;
    let middle = start;
    let nRight = 0;
    for (let i = start; i < end; i++) {
      const row = this.#rows[i];
      if (bins[feature * nRows + row] <= bin) {
        this.#rows[middle] = row;
        this.#draws[middle] = this.#draws[i];
        middle++;
      } else {
        this.#spareRows[nRight] = row;
        this.#spareDraws[nRight] = this.#draws[i];
        nRight++;
      }
    }
    this.#rows.set(this.#spareRows.subarray(0, nRight), middle);
    this.#draws.set(this.#spareDraws.subarray(0, nRight), middle);
    return middle;
  }
}
