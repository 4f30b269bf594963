import type { ForestArrays } from '../forest/forest-arrays.ts';

/** Features on the path from the root to a leaf, one entry each. */
export interface Path {
  /** (nOnPath,) feature numbers in the order of their first split. */
  readonly features: readonly number[];
  /** (nOnPath,) share of the training weight that follows the path at all splits on the feature, [0, 1]. */
  readonly shares: readonly number[];
  /** (nOnPath,) whether the row follows the path at all splits on the feature. */
  readonly taken: readonly boolean[];
}

const EMPTY_PATH: Path = { features: [], shares: [], taken: [] };

/**
 * Visits the leaves of a forest, tree after tree, the lower side of a split first. When only the features of a set are
 * known, a leaf of value v adds v · Π p to the prediction, with p = `taken` for a known feature of its path and p = `shares`
 * for any other.
 *
 * @param cover - (nNodes,) training weight that reached each node. @param x - (nFeatures,) float32 values.
 */
export function forEachLeaf(
  { roots, feature, threshold, left, right, leafValue }: ForestArrays,
  cover: Float32Array,
  x: Float32Array,
  visit: (value: number, path: Path) => void,
): void {
  const walk = (node: number, path: Path): void => {
    const j = feature[node];
    if (j < 0) {
      visit(leafValue[node], path);
      return;
    }
    const [low, high] = [left[node], right[node]];
    const share = cover[low] / (cover[low] + cover[high]);
    const isLow = x[j] <= threshold[node];
    walk(low, extended(path, j, share, isLow));
    walk(high, extended(path, j, 1 - share, !isLow));
  };
  for (const root of roots) walk(root, EMPTY_PATH);
}

/** The path with one more split. */
function extended({ features, shares, taken }: Path, j: number, share: number, isTaken: boolean): Path {
  const at = features.indexOf(j);
  if (at < 0) return { features: [...features, j], shares: [...shares, share], taken: [...taken, isTaken] };
  return { features, shares: shares.with(at, shares[at] * share), taken: taken.with(at, taken[at] && isTaken) };
}
