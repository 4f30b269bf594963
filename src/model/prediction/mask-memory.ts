import { cutTree, levelsOf } from './cut-tree.ts';
import type { MaskTable } from './mask-table.ts';

/** Address of the forest in the kernel's memory; AssemblyScript's constants lie below it. */
const FOREST = 2048;
const FOREST_BYTES = 20;
const CACHE_LINE = 64;

/** Addresses in the memory of `mask-kernel.as.ts`, bytes. What one prediction reads comes first, the large table behind it. */
export interface MaskMemory {
  /** f32 (nFeatures,) row of `predictRow`. */
  readonly row: number;
  readonly features: number;
  /** (nFeatures,) addresses of the levels of each feature's tree of cuts. */
  readonly levels: readonly (readonly number[])[];
  readonly leaves: number;
  readonly masks: number;
  /** f32 (chunkRows, nFeatures) rows of `predictRows`. */
  readonly x: number;
  /** f64 (chunkRows,) */
  readonly out: number;
  readonly end: number;
}

/** The trees of cuts of a table, all with as many levels. */
export function cutTrees({ cuts }: MaskTable): Float32Array[][] {
  const nLevels = Math.max(...cuts.map((own) => levelsOf(own.length)));
  return cuts.map((own) => cutTree(own, nLevels));
}

/** Lays out the memory; each part begins on a cache line. @param chunkRows - number of rows that are predicted at once. */
export function layOut(
  { masks, leafValue }: MaskTable,
  trees: readonly Float32Array[][],
  chunkRows: number,
): MaskMemory {
  const nFeatures = trees.length;
  const nLevels = trees[0].length;
  let next = FOREST;
  const place = (nBytes: number): number => {
    const address = next;
    next += Math.ceil(nBytes / CACHE_LINE) * CACHE_LINE;
    return address;
  };
  const row = place(FOREST_BYTES + 8 * nFeatures + 4 * nFeatures * (2 + nLevels)) + FOREST_BYTES;
  const levels = trees.map((): number[] => []);
  for (let level = 0; level < nLevels; level++) {
    for (const [j, tree] of trees.entries()) levels[j].push(place(tree[level].byteLength));
  }
  return {
    row,
    features: row + 8 * nFeatures,
    levels,
    leaves: place(leafValue.byteLength),
    masks: place(masks.byteLength),
    x: place(4 * chunkRows * nFeatures),
    out: place(8 * chunkRows),
    end: next,
  };
}

/** Writes a table to the memory of a kernel. */
export function writeTable(
  buffer: ArrayBuffer,
  { cuts, firstRow, paddedTrees, masks, leafValue }: MaskTable,
  trees: readonly Float32Array[][],
  at: MaskMemory,
): void {
  const features = trees.flatMap((tree, j) => {
    for (const [level, lines] of tree.entries()) new Float32Array(buffer, at.levels[j][level]).set(lines);
    return [cuts[j].length, at.masks + 4 * firstRow[j] * paddedTrees, ...at.levels[j]];
  });
  new Uint32Array(buffer, FOREST).set([trees.length, trees[0].length, paddedTrees, at.leaves, at.features]);
  new Uint32Array(buffer, at.features).set(features);
  new Int32Array(buffer, at.masks).set(masks);
  new Float32Array(buffer, at.leaves).set(leafValue);
}
