import type { BinnedMatrix } from '../forest/bin-columns.ts';
import { type BootstrapKeys, POISSON_THRESHOLDS } from './bootstrap.ts';
import { FOREST_KERNEL_BASE64 } from './forest-kernel.generated.ts';
import type { KernelRows, RowRange, Split, TreeKernel } from './tree-kernel.ts';
import { compileKernel, growMemory, startKernel, type WasmMemory } from './web-assembly.ts';

/** Exports of `forest-kernel.as.ts`; addresses are in bytes and are returned as signed integers. */
interface KernelExports {
  drawRows(
    out: number,
    labelled: number,
    nRows: number,
    rowKey: number,
    bitsKey: number,
    thresholds: number,
    nThresholds: number,
    sums: number,
  ): number;
  fillOne(from: number, to: number, bins: number, histogram: number): void;
  fillTwo(from: number, to: number, binsA: number, binsB: number, histogram: number): void;
  scan(
    histogram: number,
    nEdges: number,
    nodeCount: number,
    nodeWeight: number,
    nodeOnes: number,
    minSamplesLeaf: number,
    purity: number,
    result: number,
  ): number;
  partition(from: number, to: number, out: number, bins: number, bin: number): number;
}

const ENTRY_BYTES = 8;
const HISTOGRAM_BYTES = 4096;
// Addresses of the fixed part of the memory. AssemblyScript's constants lie between 1 KB and 2 KB.
const THRESHOLDS = 64;
const RESULT = 128;
const HISTOGRAMS = 2048;
const COLUMNS = HISTOGRAMS + 2 * HISTOGRAM_BYTES;

/** Fast kernel in WebAssembly with SIMD, compiled on first use. */
export const wasmKernel: TreeKernel = {
  prepare: (binned, y, weight) => new WasmRows(kernelInstance(), binned, y, weight),
};

/** Instance of this thread, with the owner of the rows in its memory. The memory is reused and never shrinks. */
interface Instance {
  readonly memory: WasmMemory;
  readonly exports: KernelExports;
  owner: WasmRows | null;
}

let instance: Instance | null = null;

function kernelInstance(): Instance {
  if (instance === null) {
    const kernel = startKernel<KernelExports>(compileKernel(FOREST_KERNEL_BASE64), COLUMNS);
    new Uint32Array(kernel.memory.buffer).set(POISSON_THRESHOLDS, THRESHOLDS / 4);
    instance = { ...kernel, owner: null };
  }
  return instance;
}

class WasmRows implements KernelRows {
  readonly #instance: Instance;
  readonly #binned: BinnedMatrix;
  readonly #y: Uint8Array;
  readonly #weight: Uint32Array;
  /** Address of the weights with labels. */
  readonly #labelled = COLUMNS;
  /** Addresses of the two buffers of drawn rows, for even and odd depths. */
  readonly #buffers: readonly [number, number];
  /** Address of the bins. */
  readonly #bins: number;
  /** Size of the memory, bytes. */
  readonly #bytes: number;

  constructor(instance: Instance, binned: BinnedMatrix, y: Uint8Array, weight: Uint32Array) {
    this.#instance = instance;
    this.#binned = binned;
    this.#y = y;
    this.#weight = weight;
    const paddedRows = Math.ceil(binned.nRows / 4) * 4 + 4; // room for 4 rows that are written beyond the last drawn one
    const first = this.#labelled + 4 * paddedRows;
    const second = first + ENTRY_BYTES * paddedRows;
    this.#buffers = [first, second];
    this.#bins = second + ENTRY_BYTES * paddedRows;
    this.#bytes = this.#bins + binned.bins.length;
  }

  drawRows({ rowKey, bitsKey }: BootstrapKeys): RowRange {
    if (this.#instance.owner !== this) this.#load();
    const { exports, memory } = this.#instance;
    const [out] = this.#buffers;
    const nRows = this.#binned.nRows;
    const end = exports.drawRows(
      out,
      this.#labelled,
      nRows,
      rowKey,
      bitsKey,
      THRESHOLDS,
      POISSON_THRESHOLDS.length,
      RESULT,
    );
    const [count, weight, ones] = new Float64Array(memory.buffer, RESULT, 3);
    return { start: 0, end: ((end >>> 0) - out) / ENTRY_BYTES, depth: 0, count, weight, ones };
  }

  /** Copies the rows into the kernel's memory. */
  #load(): void {
    const { memory } = this.#instance;
    growMemory(memory, this.#bytes);
    const { nRows, bins } = this.#binned;
    new Uint8Array(memory.buffer).set(bins, this.#bins);
    const labelled = new Uint32Array(memory.buffer, this.#labelled, nRows + 4);
    for (let k = 0; k < nRows; k++) labelled[k] = (this.#weight[k] << 1) | this.#y[k];
    labelled.fill(0, nRows);
    this.#instance.owner = this;
  }

  findSplit(node: RowRange, features: ArrayLike<number>, minSamplesLeaf: number): Split | null {
    const { exports } = this.#instance;
    const [from, to] = this.#addresses(node);
    const zeros = node.weight - node.ones;
    let purity = (node.ones * node.ones + zeros * zeros) / node.weight;
    let best: Split | null = null;
    for (let i = 0; i < features.length; i += 2) {
      const isPair = i + 1 < features.length;
      if (isPair) exports.fillTwo(from, to, this.#column(features[i]), this.#column(features[i + 1]), HISTOGRAMS);
      else exports.fillOne(from, to, this.#column(features[i]), HISTOGRAMS);
      for (let k = 0; k <= (isPair ? 1 : 0); k++) {
        const split = this.#scan(node, features[i + k], HISTOGRAMS + k * HISTOGRAM_BYTES, minSamplesLeaf, purity);
        if (split === null) continue;
        best = split;
        purity = split.purity;
      }
    }
    return best;
  }

  #scan(node: RowRange, feature: number, histogram: number, minSamplesLeaf: number, floor: number): Split | null {
    const { exports, memory } = this.#instance;
    const nEdges = this.#binned.edges[feature].length;
    const { count: nodeCount, weight: nodeWeight, ones: nodeOnes } = node;
    const bin = exports.scan(histogram, nEdges, nodeCount, nodeWeight, nodeOnes, minSamplesLeaf, floor, RESULT);
    if (bin < 0) return null;
    const [purity, count, weight, ones] = new Float64Array(memory.buffer, RESULT, 4);
    return { feature, bin, purity, count, weight, ones };
  }

  partition(node: RowRange, { feature, bin }: Split): number {
    const [from, to] = this.#addresses(node);
    const buffer = this.#buffers[(node.depth + 1) % 2];
    const out = buffer + node.start * ENTRY_BYTES;
    const right = this.#instance.exports.partition(from, to, out, this.#column(feature), bin);
    return ((right >>> 0) - buffer) / ENTRY_BYTES;
  }

  #addresses(node: RowRange): [from: number, to: number] {
    const buffer = this.#buffers[node.depth % 2];
    return [buffer + node.start * ENTRY_BYTES, buffer + node.end * ENTRY_BYTES];
  }

  #column(feature: number): number {
    return this.#bins + feature * this.#binned.nRows;
  }
}
