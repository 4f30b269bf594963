import type { BinnedMatrix } from '../forest/bin-columns.ts';
import {
  type BoostKernel,
  type BoostLimits,
  type BoostRange,
  type BoostRows,
  type BoostSplit,
  type GradientUnits,
  gradientUnits,
} from './boost-kernel.ts';
import { logistic32 } from './logistic32.ts';

const N_BINS = 256;
const { fround } = Math;

/** Reference kernel in plain typed arrays, with the same bits as the WebAssembly kernel. */
export const readableBoostKernel: BoostKernel = {
  prepare: (binned, y, weight, base, nSlots) => new ReadableBoostRows(binned, y, weight, base, nSlots),
};

/** Histograms of all features: the sums of bin b of feature j are at j * 256 + b. */
interface Histograms {
  readonly count: Int32Array;
  readonly gradient: Int32Array;
  readonly hessian: Uint32Array;
}

class ReadableBoostRows implements BoostRows {
  readonly units: GradientUnits;
  readonly #binned: BinnedMatrix;
  readonly #y: Uint8Array;
  readonly #weight: Uint32Array;
  readonly #base: number;
  /** (nRows,) margin of each row without the base. */
  readonly #margin: Float32Array;
  readonly #gradient: Int32Array;
  readonly #hessian: Uint32Array;
  /** Rows; a node is a range of them. */
  readonly #rows: Int32Array;
  readonly #spare: Int32Array;
  readonly #slots: readonly Histograms[];

  constructor(binned: BinnedMatrix, y: Uint8Array, weight: Uint32Array, base: number, nSlots: number) {
    const { nRows, nFeatures } = binned;
    this.units = gradientUnits(weight);
    this.#binned = binned;
    this.#y = y;
    this.#weight = weight;
    this.#base = base;
    this.#margin = new Float32Array(nRows);
    this.#gradient = new Int32Array(nRows);
    this.#hessian = new Uint32Array(nRows);
    this.#rows = new Int32Array(nRows);
    this.#spare = new Int32Array(nRows);
    this.#slots = Array.from({ length: nSlots }, () => ({
      count: new Int32Array(nFeatures * N_BINS),
      gradient: new Int32Array(nFeatures * N_BINS),
      hessian: new Uint32Array(nFeatures * N_BINS),
    }));
  }

  startTree(): BoostRange {
    let gradient = 0;
    let hessian = 0;
    for (let row = 0; row < this.#rows.length; row++) {
      const weight = fround(this.#weight[row] * 2 ** -16);
      const p = logistic32(fround(this.#base + this.#margin[row]));
      const expected = fround(weight * p);
      const g = fround(expected - (this.#y[row] === 1 ? weight : 0));
      const h = fround(expected * fround(1 - p));
      this.#gradient[row] = roundHalfEven(fround(g * this.units.gradient));
      this.#hessian[row] = roundHalfEven(fround(h * this.units.hessian));
      gradient += this.#gradient[row];
      hessian += this.#hessian[row];
      this.#rows[row] = row;
    }
    return { start: 0, end: this.#rows.length, depth: 0, count: this.#rows.length, gradient, hessian };
  }

  fill({ start, end }: BoostRange, slot: number): void {
    const { bins, nRows, nFeatures } = this.#binned;
    const { count, gradient, hessian } = this.#slots[slot];
    count.fill(0);
    gradient.fill(0);
    hessian.fill(0);
    for (let i = start; i < end; i++) {
      const row = this.#rows[i];
      for (let j = 0; j < nFeatures; j++) {
        const cell = j * N_BINS + bins[j * nRows + row];
        count[cell]++;
        gradient[cell] += this.#gradient[row];
        hessian[cell] += this.#hessian[row];
      }
    }
  }

  subtract(slot: number, other: number): void {
    const [from, what] = [this.#slots[slot], this.#slots[other]];
    for (let cell = 0; cell < from.count.length; cell++) {
      from.count[cell] -= what.count[cell];
      from.gradient[cell] -= what.gradient[cell];
      from.hessian[cell] -= what.hessian[cell];
    }
  }

  findSplit(node: BoostRange, slot: number, limits: BoostLimits): BoostSplit | null {
    let best: BoostSplit | null = null;
    let score = (node.gradient * node.gradient) / node.hessian;
    for (let j = 0; j < this.#binned.nFeatures; j++) {
      const split = this.#scan(node, this.#slots[slot], j, limits, score);
      if (split === null) continue;
      best = split;
      score = split.score;
    }
    return best;
  }

  /** Best split of one feature; the lowest bin of equally good ones, and null when none is better than `score`. */
  #scan(
    node: BoostRange,
    histograms: Histograms,
    feature: number,
    { minRows, minHessian }: BoostLimits,
    score: number,
  ): BoostSplit | null {
    const nEdges = this.#binned.edges[feature].length;
    let best: BoostSplit | null = null;
    let count = 0;
    let gradient = 0;
    let hessian = 0;
    for (let bin = 0; bin < nEdges; bin++) {
      const cell = feature * N_BINS + bin;
      count += histograms.count[cell];
      gradient += histograms.gradient[cell];
      hessian += histograms.hessian[cell];
      if (count < minRows || hessian < minHessian) continue;
      const rightHessian = node.hessian - hessian;
      if (node.count - count < minRows || rightHessian < minHessian) break;
      const rightGradient = node.gradient - gradient;
      const here = (gradient * gradient) / hessian + (rightGradient * rightGradient) / rightHessian;
      if (here > (best?.score ?? score)) best = { feature, bin, score: here, count, gradient, hessian };
    }
    return best;
  }

  partition({ start, end }: BoostRange, split: BoostSplit): number {
    let middle = start;
    let nRight = 0;
    for (let i = start; i < end; i++) {
      const row = this.#rows[i];
      if (this.#goesLeft(row, split)) this.#rows[middle++] = row;
      else this.#spare[nRight++] = row;
    }
    this.#rows.set(this.#spare.subarray(0, nRight), middle);
    return middle;
  }

  addToNode({ start, end }: BoostRange, value: number): number {
    let weight = 0;
    for (let i = start; i < end; i++) {
      const row = this.#rows[i];
      this.#margin[row] += value;
      weight += this.#weight[row];
    }
    return weight;
  }

  addToSides({ start, end }: BoostRange, split: BoostSplit, left: number, right: number): readonly [number, number] {
    const weights: [number, number] = [0, 0];
    for (let i = start; i < end; i++) {
      const row = this.#rows[i];
      const isLeft = this.#goesLeft(row, split);
      this.#margin[row] += isLeft ? left : right;
      weights[isLeft ? 0 : 1] += this.#weight[row];
    }
    return weights;
  }

  #goesLeft(row: number, { feature, bin }: BoostSplit): boolean {
    const { bins, nRows } = this.#binned;
    return bins[feature * nRows + row] <= bin;
  }
}

/** 1.5 · 2^23: after adding it, a float32 below 2^22 has no bits for a fraction. */
const ROUNDER = 12_582_912;

function roundHalfEven(value: number): number {
  return fround(fround(value + ROUNDER) - ROUNDER);
}
