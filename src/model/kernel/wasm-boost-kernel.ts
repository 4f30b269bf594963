import type { BinnedMatrix } from '../forest/bin-columns.ts';
import { BOOST_KERNEL_BASE64 } from './boost-kernel.generated.ts';
import {
  type BoostKernel,
  type BoostLimits,
  type BoostRange,
  type BoostRows,
  type BoostSplit,
  type GradientUnits,
  gradientUnits,
} from './boost-kernel.ts';
import { compileKernel, growMemory, startKernel, type WasmMemory } from './web-assembly.ts';

/** Exports of `boost-kernel.as.ts`; addresses are in bytes and are returned as signed integers. */
interface KernelExports {
  gradients(
    labelled: number,
    margins: number,
    out: number,
    nRows: number,
    base: number,
    gradientUnit: number,
    hessianUnit: number,
    sums: number,
  ): void;
  fill(n: number, from: number, to: number, bins: number, gradients: number, histogram: number): void;
  subtract(histogram: number, other: number, nBytes: number): void;
  scan(
    histogram: number,
    nEdges: number,
    nodeCount: number,
    nodeGradient: number,
    nodeHessian: number,
    minRows: number,
    minHessian: number,
    score: number,
    result: number,
  ): number;
  partition(from: number, to: number, out: number, bins: number, bin: number): number;
  addToNode(from: number, to: number, labelled: number, margins: number, value: number): number;
  addToSides(
    from: number,
    to: number,
    labelled: number,
    margins: number,
    bins: number,
    bin: number,
    left: number,
    right: number,
    result: number,
  ): void;
}

const ID_BYTES = 4;
const HISTOGRAM_BYTES = 4096;
/** Number of features whose bins lie in 8 adjacent bytes of a row. */
const BLOCK_FEATURES = 8;
// Addresses of the fixed part of the memory. AssemblyScript's constants lie between 1 KB and 2 KB.
const RESULT = 128;
const FIRST_ADDRESS = 2048;

let compiled: object | null = null;

/** Fast kernel in WebAssembly with SIMD, compiled on first use. */
export const wasmBoostKernel: BoostKernel = {
  prepare: (binned, y, weight, base, nSlots) => new WasmBoostRows(binned, y, weight, base, nSlots),
};

/** A training set in a memory of its own, which is freed with it. */
class WasmBoostRows implements BoostRows {
  readonly units: GradientUnits;
  readonly #exports: KernelExports;
  readonly #memory: WasmMemory;
  readonly #binned: BinnedMatrix;
  readonly #base: number;
  readonly #at: Layout;
  /** (4,) numbers that the kernel returns beside its result. */
  readonly #result: Float64Array;

  constructor(binned: BinnedMatrix, y: Uint8Array, weight: Uint32Array, base: number, nSlots: number) {
    compiled ??= compileKernel(BOOST_KERNEL_BASE64);
    this.#at = layOut(binned, nSlots);
    const { memory, exports } = startKernel<KernelExports>(compiled, this.#at.end);
    growMemory(memory, this.#at.end);
    this.#exports = exports;
    this.#memory = memory;
    this.#binned = binned;
    this.#base = base;
    this.#result = new Float64Array(memory.buffer, RESULT, 4);
    this.units = gradientUnits(weight);
    this.#load(y, weight);
  }

  #load(y: Uint8Array, weight: Uint32Array): void {
    const { buffer } = this.#memory;
    const { nRows, nFeatures, bins } = this.#binned;
    const blocks = new Uint8Array(buffer, this.#at.bins);
    for (let j = 0; j < nFeatures; j++) {
      const column = bins.subarray(j * nRows, (j + 1) * nRows);
      const first = this.#column(j) - this.#at.bins;
      for (let row = 0; row < nRows; row++) blocks[first + row * BLOCK_FEATURES] = column[row];
    }
    const labelled = new Uint32Array(buffer, this.#at.labelled, nRows);
    for (let row = 0; row < nRows; row++) labelled[row] = (weight[row] << 1) | y[row];
    const all = new Uint32Array(buffer, this.#at.all, nRows);
    for (let row = 0; row < nRows; row++) all[row] = row;
  }

  startTree(): BoostRange {
    const { labelled, margins, gradients } = this.#at;
    const { nRows } = this.#binned;
    const { gradient: gradientUnit, hessian: hessianUnit } = this.units;
    this.#exports.gradients(labelled, margins, gradients, nRows, this.#base, gradientUnit, hessianUnit, RESULT);
    const [gradient, hessian] = this.#result;
    return { start: 0, end: nRows, depth: 0, count: nRows, gradient, hessian };
  }

  fill(node: BoostRange, slot: number): void {
    const { nRows, nFeatures } = this.#binned;
    const [from, to] = this.#addresses(node);
    for (let first = 0; first < nFeatures; first += BLOCK_FEATURES) {
      const n = Math.min(BLOCK_FEATURES, nFeatures - first);
      const bins = this.#at.bins + first * nRows;
      this.#exports.fill(n, from, to, bins, this.#at.gradients, this.#histogram(slot, first));
    }
  }

  subtract(slot: number, other: number): void {
    const nBytes = this.#binned.nFeatures * HISTOGRAM_BYTES;
    this.#exports.subtract(this.#histogram(slot, 0), this.#histogram(other, 0), nBytes);
  }

  findSplit(node: BoostRange, slot: number, { minRows, minHessian }: BoostLimits): BoostSplit | null {
    const { edges } = this.#binned;
    let best: BoostSplit | null = null;
    let floor = (node.gradient * node.gradient) / node.hessian;
    for (let feature = 0; feature < edges.length; feature++) {
      const histogram = this.#histogram(slot, feature);
      const nEdges = edges[feature].length;
      const { count: all, gradient: g, hessian: h } = node;
      const bin = this.#exports.scan(histogram, nEdges, all, g, h, minRows, minHessian, floor, RESULT);
      if (bin < 0) continue;
      const [score, count, gradient, hessian] = this.#result;
      best = { feature, bin, score, count, gradient, hessian };
      floor = score;
    }
    return best;
  }

  partition(node: BoostRange, { feature, bin }: BoostSplit): number {
    const [from, to] = this.#addresses(node);
    const buffer = this.#at.rows[(node.depth + 1) % 2];
    const out = buffer + node.start * ID_BYTES;
    const right = this.#exports.partition(from, to, out, this.#column(feature), bin);
    return ((right >>> 0) - buffer) / ID_BYTES;
  }

  addToNode(node: BoostRange, value: number): number {
    const [from, to] = this.#addresses(node);
    return this.#exports.addToNode(from, to, this.#at.labelled, this.#at.margins, value);
  }

  addToSides(node: BoostRange, { feature, bin }: BoostSplit, left: number, right: number): readonly [number, number] {
    const [from, to] = this.#addresses(node);
    const { labelled, margins } = this.#at;
    this.#exports.addToSides(from, to, labelled, margins, this.#column(feature), bin, left, right, RESULT);
    return [this.#result[0], this.#result[1]];
  }

  #addresses({ start, end, depth }: BoostRange): [from: number, to: number] {
    const buffer = depth === 0 ? this.#at.all : this.#at.rows[depth % 2];
    return [buffer + start * ID_BYTES, buffer + end * ID_BYTES];
  }

  /** Address of the bin of row 0 of a feature. */
  #column(feature: number): number {
    const inBlock = feature % BLOCK_FEATURES;
    return this.#at.bins + (feature - inBlock) * this.#binned.nRows + inBlock;
  }

  #histogram(slot: number, feature: number): number {
    return this.#at.histograms + (slot * this.#binned.nFeatures + feature) * HISTOGRAM_BYTES;
  }
}

type Layout = ReturnType<typeof layOut>;

/** Addresses in the kernel's memory; each part begins on a cache line. */
function layOut({ nRows, nFeatures }: BinnedMatrix, nSlots: number) {
  let next = FIRST_ADDRESS;
  const place = (nBytes: number): number => {
    const address = next;
    next += Math.ceil(nBytes / 64) * 64;
    return address;
  };
  const padded = Math.ceil(nRows / 4) * 4; // gradients are computed four at a time
  return {
    histograms: place(nSlots * nFeatures * HISTOGRAM_BYTES),
    /** Blocks of bins, one after the other. */
    bins: place(Math.ceil(nFeatures / BLOCK_FEATURES) * BLOCK_FEATURES * nRows),
    labelled: place(4 * padded),
    margins: place(4 * padded),
    gradients: place(8 * padded),
    /** All row numbers in order: the rows of the root. */
    all: place(ID_BYTES * nRows),
    /** Row numbers of the nodes of odd and even depths. */
    rows: [place(ID_BYTES * nRows), place(ID_BYTES * nRows)],
    end: next,
  };
}
