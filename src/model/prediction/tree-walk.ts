import type { ForestArrays } from '../forest/forest-arrays.ts';

/** Predicts with a forest. Reuses its buffers, so each thread needs one of its own. */
export interface RowPredictor {
  /** @param x - (nFeatures,) float32 values. @returns the sum of the leaf values that `x` falls into, [0, 1]. */
  predictOne(x: Float32Array): number;
  /** @param x - (nRows, nFeatures) row-major. @returns (nRows,) */
  predictMany(x: Float32Array, nRows: number): Float64Array;
}

/** Predictor for any forest, which walks each tree from root to leaf. */
export function treeWalkPredictor(forest: ForestArrays): RowPredictor {
  const { nFeatures, roots, feature, threshold, left, right, leafValue } = forest;
  const predictAt = (x: Float32Array, offset: number): number => {
    let sum = 0;
    for (let t = 0; t < roots.length; t++) {
      let node = roots[t];
      let j = feature[node];
      while (j >= 0) {
        node = x[offset + j] <= threshold[node] ? left[node] : right[node];
        j = feature[node];
      }
      sum += leafValue[node];
    }
    return sum;
  };
  return {
    predictOne: (x) => predictAt(x, 0),
    predictMany: (x, nRows) => Float64Array.from({ length: nRows }, (_, k) => predictAt(x, k * nFeatures)),
  };
}
