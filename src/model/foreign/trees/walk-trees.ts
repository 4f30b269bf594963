import type { TreeArrays } from './tree-arrays.ts';

/**
 * Combines the leaves that a row falls into, tree after tree in the order of the file and rounded after each one, as runtimes do.
 *
 * @param memory - has the row from address `from` on, and gets the (nTargets,) results from address `out` on.
 */
export function walkTrees(trees: TreeArrays, memory: Float64Array, from: number, out: number): void {
  const { nTargets, aggregate, base, isFloat, roots } = trees;
  const isExtreme = aggregate === 'MIN' || aggregate === 'MAX';
  for (let c = 0; c < nTargets; c++) {
    const total = isExtreme ? extreme(trees, memory, from, c) : sum(trees, memory, from, c);
    const mean = aggregate === 'AVERAGE' ? rounded(total / roots.length, isFloat) : total;
    memory[out + c] = rounded(mean + base[c], isFloat);
  }
}

/** The leaf of one tree. */
function leafOf(
  { feature, threshold, low, high, other }: TreeArrays,
  root: number,
  memory: Float64Array,
  from: number,
): number {
  let node = root;
  let j = feature[node];
  while (j >= 0) {
    const value = memory[from + j];
    if (value <= threshold[node]) node = low[node];
    else node = value > threshold[node] ? high[node] : other[node];
    j = feature[node];
  }
  return node;
}

function sum(trees: TreeArrays, memory: Float64Array, from: number, c: number): number {
  const { roots, leaf, nTargets, isFloat } = trees;
  let total = 0;
  if (isFloat) {
    for (let t = 0; t < roots.length; t++)
      total = Math.fround(total + leaf[leafOf(trees, roots[t], memory, from) * nTargets + c]);
  } else {
    for (let t = 0; t < roots.length; t++) total += leaf[leafOf(trees, roots[t], memory, from) * nTargets + c];
  }
  return total;
}

function extreme(trees: TreeArrays, memory: Float64Array, from: number, c: number): number {
  const { roots, leaf, nTargets, aggregate } = trees;
  const sign = aggregate === 'MIN' ? -1 : 1;
  let best = Number.NEGATIVE_INFINITY;
  for (const root of roots) {
    const value = sign * leaf[leafOf(trees, root, memory, from) * nTargets + c];
    if (value > best) best = value;
  }
  return sign * best;
}

function rounded(value: number, isFloat: boolean): number {
  return isFloat ? Math.fround(value) : value;
}
