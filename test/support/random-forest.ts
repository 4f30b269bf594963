import { Rng } from '../../src/core/index.ts';
import type { ForestArrays } from '../../src/model/index.ts';

/** A forest with random covers, some of them 0, whose features repeat on a path. */
export function randomForest(seed: number, nFeatures: number, nTrees = 3, maxDepth = 5): ForestArrays {
  const rng = new Rng(seed);
  const columns = { feature: [] as number[], threshold: [] as number[], left: [] as number[] };
  const [leafValue, cover]: [number[], number[]] = [[], []];
  const add = (node: number, depth: number, weight: number): void => {
    const isSplit = weight > 0 && depth < maxDepth && rng.nextInt(6) > 0;
    const child = columns.feature.length;
    columns.feature[node] = isSplit ? rng.nextInt(nFeatures) : -1;
    columns.threshold[node] = isSplit ? Math.fround(rng.nextGaussian() / 2) : 0;
    columns.left[node] = isSplit ? child : -1;
    leafValue[node] = isSplit ? 0 : Math.floor((rng.nextFloat() / nTrees) * 2 ** 24) / 2 ** 24;
    cover[node] = weight;
    if (!isSplit) return;
    columns.feature.push(-1, -1);
    const lower = rng.nextInt(weight + 1);
    add(child, depth + 1, lower);
    add(child + 1, depth + 1, weight - lower);
  };
  const roots = Int32Array.from({ length: nTrees }, () => {
    const root = columns.feature.push(-1) - 1;
    add(root, 0, 1000);
    return root;
  });
  return {
    nFeatures,
    nTrees,
    roots,
    importance: new Float64Array(nFeatures),
    feature: Int32Array.from(columns.feature),
    threshold: Float32Array.from(columns.threshold),
    left: Int32Array.from(columns.left),
    right: Int32Array.from(columns.left, (child) => (child < 0 ? -1 : child + 1)),
    leafValue: Float32Array.from(leafValue),
    cover: Float32Array.from(cover),
  };
}
