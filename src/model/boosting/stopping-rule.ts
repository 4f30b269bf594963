import type { BinnedMatrix } from '../forest/bin-columns.ts';
import type { BoostedTree } from './grow-boosted-tree.ts';
import { logLossOf } from './logistic.ts';

/** Rows that decide when boosting stops, and are not learned from. */
export interface StopRows {
  /** (nRows, nFeatures) row-major. */
  readonly x: Float32Array;
  /** (nRows,) 0 or 1. */
  readonly y: Uint8Array;
  /** (nRows,) >= 0. */
  readonly weight: Float64Array;
}

/** Finds the number of trees with the least weighted log-loss. */
export class StoppingRule {
  /** Number of trees after which the log-loss was least, the first of equals. */
  best = 0;
  readonly #rows: StopRows;
  readonly #edges: readonly Float32Array[];
  /** (nRows,) margins so far. */
  readonly #margin: Float64Array;
  #nTrees = 0;
  #least: number;

  constructor(rows: StopRows, { edges }: BinnedMatrix, base: number) {
    this.#rows = rows;
    this.#edges = edges;
    this.#margin = new Float64Array(rows.y.length).fill(base);
    this.#least = this.#loss();
  }

  /** Number of trees since then. */
  get nSince(): number {
    return this.#nTrees - this.best;
  }

  /** Adds the next tree. */
  add({ feature, bin, left, value }: BoostedTree): void {
    const { x } = this.#rows;
    const nFeatures = this.#edges.length;
    const threshold = Float32Array.from(feature, (j, n) => (j < 0 ? 0 : this.#edges[j][bin[n]]));
    for (let k = 0; k < this.#margin.length; k++) {
      let node = 0;
      for (let j = feature[node]; j >= 0; j = feature[node]) {
        node = left[node] + (x[k * nFeatures + j] <= threshold[node] ? 0 : 1);
      }
      this.#margin[k] += value[node];
    }
    this.#nTrees++;
    const loss = this.#loss();
    if (loss >= this.#least) return;
    this.#least = loss;
    this.best = this.#nTrees;
  }

  /** Weighted sum of the log-losses. */
  #loss(): number {
    const { y, weight } = this.#rows;
    let sum = 0;
    for (let k = 0; k < y.length; k++) sum += weight[k] * logLossOf(y[k] === 1 ? this.#margin[k] : -this.#margin[k]);
    return sum;
  }
}
