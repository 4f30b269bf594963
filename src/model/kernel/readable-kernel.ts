import type { BinnedMatrix } from '../forest/bin-columns.ts';
import { type BootstrapKeys, countDraws } from './bootstrap.ts';
import type { KernelRows, RowRange, Split, TreeKernel } from './tree-kernel.ts';

const N_BINS = 256;

/** Reference kernel in plain typed arrays, with the same bits as the WebAssembly kernel. */
export const readableKernel: TreeKernel = {
  prepare: (binned, y, weight) => new ReadableRows(binned, y, weight),
};

class ReadableRows implements KernelRows {
  readonly #binned: BinnedMatrix;
  readonly #y: Uint8Array;
  readonly #weight: Uint32Array;
  /** Drawn rows; a node is a range of them. */
  readonly #rows: Int32Array;
  /** Number of draws of each drawn row. */
  readonly #draws: Uint8Array;
  readonly #spareRows: Int32Array;
  readonly #spareDraws: Uint8Array;
  // Histogram of one feature in one node. Sums are integers below 2^53, so their order does not matter.
  readonly #count = new Float64Array(N_BINS);
  readonly #sum = new Float64Array(N_BINS);
  readonly #ones = new Float64Array(N_BINS);

  constructor(binned: BinnedMatrix, y: Uint8Array, weight: Uint32Array) {
    this.#binned = binned;
    this.#y = y;
    this.#weight = weight;
    this.#rows = new Int32Array(binned.nRows);
    this.#draws = new Uint8Array(binned.nRows);
    this.#spareRows = new Int32Array(binned.nRows);
    this.#spareDraws = new Uint8Array(binned.nRows);
  }

  drawRows(keys: BootstrapKeys): RowRange {
    let end = 0;
    let count = 0;
    let weight = 0;
    let ones = 0;
    for (let row = 0; row < this.#binned.nRows; row++) {
      const draws = countDraws(keys, row);
      if (draws === 0) continue;
      this.#rows[end] = row;
      this.#draws[end] = draws;
      end++;
      count += draws;
      weight += draws * this.#weight[row];
      if (this.#y[row] === 1) ones += draws * this.#weight[row];
    }
    return { start: 0, end, depth: 0, count, weight, ones };
  }

  findSplit(node: RowRange, features: ArrayLike<number>, minSamplesLeaf: number): Split | null {
    const zeros = node.weight - node.ones;
    let purity = (node.ones * node.ones + zeros * zeros) / node.weight;
    let best: Split | null = null;
    for (let i = 0; i < features.length; i++) {
      this.#fillHistogram(node, features[i]);
      const split = this.#scan(node, features[i], minSamplesLeaf, purity);
      if (split === null) continue;
      best = split;
      purity = split.purity;
    }
    return best;
  }

  #fillHistogram(node: RowRange, feature: number): void {
    const { bins, nRows } = this.#binned;
    this.#count.fill(0);
    this.#sum.fill(0);
    this.#ones.fill(0);
    for (let i = node.start; i < node.end; i++) {
      const row = this.#rows[i];
      const b = bins[feature * nRows + row];
      const w = this.#draws[i] * this.#weight[row];
      this.#count[b] += this.#draws[i];
      this.#sum[b] += w;
      if (this.#y[row] === 1) this.#ones[b] += w;
    }
  }

  /** Purest split of one feature; the lowest bin of equally pure ones, and null when none is purer than `purity`. */
  #scan(node: RowRange, feature: number, minSamplesLeaf: number, purity: number): Split | null {
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
      // NaN for a side without weight, and NaN is never larger.
      const here =
        (ones * ones + zeros * zeros) / weight + (rightOnes * rightOnes + rightZeros * rightZeros) / rightWeight;
      if (here > (best?.purity ?? purity)) best = { feature, bin, purity: here, count, weight, ones };
    }
    return best;
  }

  /** Keeps the order of the rows on each side. */
  partition({ start, end }: RowRange, { feature, bin }: Split): number {
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
