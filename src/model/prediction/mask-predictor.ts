import type { ForestArrays } from '../forest/forest-arrays.ts';
import { compileKernel, startKernel } from '../kernel/web-assembly.ts';
import { MASK_KERNEL_BASE64 } from './mask-kernel.generated.ts';
import { type MaskTable, maskTable } from './mask-table.ts';
import type { RowPredictor } from './tree-walk.ts';

/** Exports of `mask-kernel.as.ts`; addresses are in bytes. */
interface MaskExports {
  predictRows(
    x: number,
    nRows: number,
    nFeatures: number,
    features: number,
    openRows: number,
    paddedTrees: number,
    leaves: number,
    out: number,
  ): void;
}

/** Number of trees that the kernel processes at once. */
const TREES_AT_ONCE = 16;
/** Number of rows copied into the kernel's memory at once. */
const CHUNK_ROWS = 256;
/** First free address; AssemblyScript's constants lie below it. */
const FIRST_ADDRESS = 2048;
const CACHE_LINE = 64;

let compiled: object | null = null;

/**
 * Predicts with the mask table of a forest, in WebAssembly.
 *
 * @returns the predictor; null when a tree has more than 32 leaves or the table would be too large.
 */
export function maskPredictor(forest: ForestArrays): RowPredictor | null {
  const table = maskTable(forest, TREES_AT_ONCE);
  return table === null ? null : new MaskPredictor(table);
}

class MaskPredictor implements RowPredictor {
  readonly #nFeatures: number;
  /** (256, nFeatures) input of the kernel. */
  readonly #x: Float32Array;
  /** (256,) output of the kernel. */
  readonly #out: Float64Array;
  readonly #run: (nRows: number) => void;

  constructor(table: MaskTable) {
    const nFeatures = table.cuts.length;
    const { paddedTrees } = table;
    const at = layOut(table);
    compiled ??= compileKernel(MASK_KERNEL_BASE64);
    const { memory, exports } = startKernel<MaskExports>(compiled, at.end);
    const features = new Uint32Array(memory.buffer, at.features, 3 * nFeatures);
    let cuts = at.cuts;
    for (const [j, own] of table.cuts.entries()) {
      new Float32Array(memory.buffer, cuts).set(own);
      features.set([cuts, own.length, at.masks + 4 * table.firstRow[j] * paddedTrees], 3 * j);
      cuts += own.byteLength;
    }
    new Int32Array(memory.buffer, at.masks).set(table.masks);
    new Float32Array(memory.buffer, at.leaves).set(table.leafValue);
    this.#nFeatures = nFeatures;
    this.#x = new Float32Array(memory.buffer, at.x, CHUNK_ROWS * nFeatures);
    this.#out = new Float64Array(memory.buffer, at.out, CHUNK_ROWS);
    const { predictRows } = exports;
    this.#run = (nRows) =>
      predictRows(at.x, nRows, nFeatures, at.features, at.openRows, paddedTrees, at.leaves, at.out);
  }

  predictOne(x: Float32Array): number {
    const input = this.#x;
    for (let j = 0; j < this.#nFeatures; j++) input[j] = x[j];
    this.#run(1);
    return this.#out[0];
  }

  predictMany(x: Float32Array, nRows: number): Float64Array {
    const all = new Float64Array(nRows);
    for (let start = 0; start < nRows; start += CHUNK_ROWS) {
      const end = Math.min(start + CHUNK_ROWS, nRows);
      this.#x.set(x.subarray(start * this.#nFeatures, end * this.#nFeatures));
      this.#run(end - start);
      all.set(this.#out.subarray(0, end - start), start);
    }
    return all;
  }
}

/** Addresses in the kernel's memory; each part begins on a cache line. */
function layOut({ cuts, masks, leafValue }: MaskTable) {
  const nFeatures = cuts.length;
  const nCuts = cuts.reduce((sum, own) => sum + own.length, 0);
  let next = FIRST_ADDRESS;
  const place = (nBytes: number): number => {
    const address = next;
    next += Math.ceil(nBytes / CACHE_LINE) * CACHE_LINE;
    return address;
  };
  return {
    out: place(8 * CHUNK_ROWS),
    x: place(4 * CHUNK_ROWS * nFeatures),
    features: place(12 * nFeatures),
    openRows: place(4 * nFeatures),
    cuts: place(4 * nCuts),
    leaves: place(leafValue.byteLength),
    masks: place(masks.byteLength),
    end: next,
  };
}
