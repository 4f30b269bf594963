import type { ForestArrays } from '../forest/forest-arrays.ts';
import { forEachLeaf, type Path } from './forest-paths.ts';

/**
 * Computes the Harsanyi dividends of a forest's prediction: what every set of features adds beyond its subsets. The value
 * of a set is the prediction when only its features are known: a split on a known feature sends the row to its side, and
 * a split on any other feature sends parts of it to both sides in proportion to the training weight. The value of a leaf
 * is then a product over the features of its path, so its dividends follow without evaluating the forest for every set.
 *
 * @param cover - (nNodes,) training weight that reached each node. @param x - (nFeatures,) float32 values.
 * @returns (2^nFeatures,) dividends by bit set, bit j for feature j; the value of a set is the sum over its subsets.
 * @see Lundberg et al. (2020), From local explanations to global understanding with explainable AI for trees, Nature Machine
 * Intelligence 2, algorithm 1 (the path-dependent game); Harsanyi (1963) on dividends.
 */
export function forestDividends(forest: ForestArrays, cover: Float32Array, x: Float32Array): Float64Array {
  const nSets = 2 ** forest.nFeatures;
  const dividends = new Float64Array(nSets);
  const terms = new Float64Array(nSets);
  const sets = new Int32Array(nSets);
  forEachLeaf(forest, cover, x, (value, path) => addLeaf(value, path, dividends, terms, sets));
  return dividends;
}

/** Expands value · Π (share + (taken − share) if known); each term is the dividend of one set of features. */
function addLeaf(value: number, path: Path, dividends: Float64Array, terms: Float64Array, sets: Int32Array): void {
  if (value === 0) return;
  const { features, shares, taken } = path;
  let n = 1;
  terms[0] = value;
  sets[0] = 0;
  for (let i = 0; i < features.length; i++) {
    const bit = 1 << features[i];
    const gain = (taken[i] ? 1 : 0) - shares[i];
    for (let k = 0; k < n; k++) {
      terms[n + k] = terms[k] * gain;
      sets[n + k] = sets[k] | bit;
      terms[k] *= shares[i];
    }
    n *= 2;
  }
  for (let k = 0; k < n; k++) dividends[sets[k]] += terms[k];
}

/** Computes the value of every set of features. @returns (2^n,) sums of the dividends of the subsets of each set. */
export function valuesOf(dividends: Float64Array): Float64Array {
  const values = dividends.slice();
  for (let bit = 1; bit < values.length; bit *= 2) {
    for (let set = bit; set < values.length; set++) if ((set & bit) !== 0) values[set] += values[set ^ bit];
  }
  return values;
}

/** Computes dividends from values, the inverse of {@link valuesOf}. */
export function dividendsOf(values: Float64Array): Float64Array {
  const dividends = values.slice();
  for (let bit = 1; bit < dividends.length; bit *= 2) {
    for (let set = dividends.length - 1; set >= bit; set--)
      if ((set & bit) !== 0) dividends[set] -= dividends[set ^ bit];
  }
  return dividends;
}

/**
 * Computes Shapley values: the dividend of every set is divided equally between its features.
 *
 * @returns (nFeatures,) contributions, which add up to the value of all features minus that of none.
 */
export function shapleyValues(dividends: Float64Array, nFeatures: number): Float64Array {
  const shapley = new Float64Array(nFeatures);
  for (let set = 1; set < dividends.length; set++) {
    const size = bitCount(set);
    for (let j = 0; j < nFeatures; j++) if (((set >> j) & 1) === 1) shapley[j] += dividends[set] / size;
  }
  return shapley;
}

function bitCount(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}
