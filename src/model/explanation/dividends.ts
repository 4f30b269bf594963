import type { ForestArrays } from '../forest-arrays.ts';

/** The features that a path has asked so far, one entry each. */
interface Path {
  /** (nAsked,) feature numbers in the order of their first split. */
  readonly features: readonly number[];
  /** (nAsked,) share of the training weight that takes this path's side at all splits on the feature, [0, 1]. */
  readonly shares: readonly number[];
  /** (nAsked,) whether the row itself takes it. */
  readonly taken: readonly boolean[];
}

const EMPTY_PATH: Path = { features: [], shares: [], taken: [] };

/**
 * What every set of features adds to a forest's prediction beyond what its subsets add (Harsanyi dividends), in the game
 * whose value for a set is the forest's answer when only that set is known: a split on a known feature sends the row its way,
 * one on any other feature sends a part of it either way, as the training weight went. A leaf's value is then a product over the
 * features of its path, so its dividends can be written down without asking the forest for every set.
 *
 * @param cover - (nNodes,) training weight that reached each node. @param x - (nFeatures,) float32 values.
 * @returns (2^nFeatures,) by bit set, bit j for feature j; the sum over all subsets of a set is its value.
 * @see Lundberg et al. (2020), From local explanations to global understanding with explainable AI for trees, Nature Machine
 * Intelligence 2, algorithm 1 (the path-dependent game); Harsanyi (1963) on dividends.
 */
export function forestDividends(forest: ForestArrays, cover: Float32Array, x: Float32Array): Float64Array {
  const { nFeatures, roots, feature, threshold, left, right, leafValue } = forest;
  const dividends = new Float64Array(2 ** nFeatures);
  const terms = new Float64Array(2 ** nFeatures);
  const sets = new Int32Array(2 ** nFeatures);
  const walk = (node: number, path: Path): void => {
    const j = feature[node];
    if (j < 0) {
      addLeaf(leafValue[node], path, dividends, terms, sets);
      return;
    }
    const [low, high] = [left[node], right[node]];
    const share = cover[low] / (cover[low] + cover[high]);
    const isLow = x[j] <= threshold[node];
    walk(low, narrowed(path, j, share, isLow));
    walk(high, narrowed(path, j, 1 - share, !isLow));
  };
  for (const root of roots) walk(root, EMPTY_PATH);
  return dividends;
}

/** The path after one more split. */
function narrowed({ features, shares, taken }: Path, j: number, share: number, isTaken: boolean): Path {
  const at = features.indexOf(j);
  if (at < 0) return { features: [...features, j], shares: [...shares, share], taken: [...taken, isTaken] };
  return { features, shares: shares.with(at, shares[at] * share), taken: taken.with(at, taken[at] && isTaken) };
}

/** Multiplies out value · Π (share + (taken − share) if known): each term is the dividend of one set of features. */
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

/** @returns (2^n,) the value of every set: the sum of the dividends of its subsets. */
export function valuesOf(dividends: Float64Array): Float64Array {
  const values = dividends.slice();
  for (let bit = 1; bit < values.length; bit *= 2) {
    for (let set = bit; set < values.length; set++) if ((set & bit) !== 0) values[set] += values[set ^ bit];
  }
  return values;
}

/** The inverse of {@link valuesOf}. */
export function dividendsOf(values: Float64Array): Float64Array {
  const dividends = values.slice();
  for (let bit = 1; bit < dividends.length; bit *= 2) {
    for (let set = dividends.length - 1; set >= bit; set--)
      if ((set & bit) !== 0) dividends[set] -= dividends[set ^ bit];
  }
  return dividends;
}

/**
 * Shapley values: every set shares its dividend out equally among its features.
 *
 * @returns (nFeatures,) adding up to the value of all features less that of none.
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
