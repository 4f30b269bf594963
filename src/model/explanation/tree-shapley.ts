import type { ForestArrays } from '../forest/forest-arrays.ts';
import { forEachLeaf, type Path } from './forest-paths.ts';
import { gaussLegendre } from './gauss-legendre.ts';

/** Shapley values of a prediction, for any number of features. */
export interface ShapleyValues {
  /** Prediction when no feature is known. */
  readonly base: number;
  /** (nFeatures,) contributions; with `base` they add up to the prediction. */
  readonly contributions: Float64Array;
  /** What they add up to: the probability, where it is absent too, or its log-odds. */
  readonly unit?: 'probability' | 'log_odds';
}

/**
 * Computes exact Shapley values of a forest's prediction in polynomial time: nLeaves · depth². The game is that of
 * `forestDividends`, which takes 2^nFeatures numbers instead.
 *
 * Let every feature be known with the probability q. Then the value of a leaf is the polynomial v · Π (share + q (taken − share))
 * over the features of its path, and the Shapley value of a feature is the integral over q in [0, 1] of the derivative by its
 * own probability. Gauss–Legendre quadrature gives it exactly; no factor is negative, so nothing cancels out on deep trees.
 *
 * @param cover - (nNodes,) training weight that reached each node. @param x - (nFeatures,) float32 values.
 * @see Lundberg et al. (2020), Nature Machine Intelligence 2, algorithm 2 (path-dependent TreeSHAP), which gives the same
 * values by extending and unwinding paths; Owen (1972), Multilinear extensions of games, Management Science 18.
 */
export function forestShapley(forest: ForestArrays, cover: Float32Array, x: Float32Array): ShapleyValues {
  const contributions = new Float64Array(forest.nFeatures);
  let base = 0;
  forEachLeaf(forest, cover, x, (value, path) => {
    if (value === 0) return;
    base += path.shares.reduce((product, share) => product * share, value);
    addLeaf(value, path, contributions);
  });
  return { base, contributions };
}

/** Adds the Shapley values of one leaf. */
function addLeaf(value: number, { features, shares, taken }: Path, contributions: Float64Array): void {
  const n = features.length;
  if (n === 0) return;
  const gains = shares.map((share, i) => (taken[i] ? 1 : 0) - share);
  const { points, weights } = gaussLegendre((n + 1) >> 1); // the integrand has the degree n − 1
  for (let at = 0; at < points.length; at++) {
    const q = points[at];
    let product = value * weights[at];
    for (let i = 0; i < n; i++) product *= shares[i] + q * gains[i];
    // A factor is 0 only where the share and so the gain are.
    for (let i = 0; i < n; i++) {
      if (gains[i] !== 0) contributions[features[i]] += (product * gains[i]) / (shares[i] + q * gains[i]);
    }
  }
}
