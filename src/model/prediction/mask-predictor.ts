import type { ForestArrays } from '../forest/forest-arrays.ts';
import { compileKernel, startKernel } from '../kernel/web-assembly.ts';
import { MASK_KERNEL_BASE64 } from './mask-kernel.generated.ts';
import { cutTrees, layOut, writeTable } from './mask-memory.ts';
import { type MaskTable, maskTable } from './mask-table.ts';
import type { RowPredictor } from './tree-walk.ts';

/** Exports of `mask-kernel.as.ts`; addresses are in bytes. */
interface MaskExports {
  predictRow(): number;
  predictRows(x: number, nRows: number, out: number): void;
}

/** Number of trees that the kernel processes at once. */
const TREES_AT_ONCE = 16;
/** Number of rows copied into the kernel's memory at once. */
const CHUNK_ROWS = 256;

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
  /** (nFeatures,) input of one prediction. */
  readonly #row: Float32Array;
  readonly #predictRow: () => number;
  /** (256, nFeatures) input of many. */
  readonly #x: Float32Array;
  /** (256,) output of many. */
  readonly #out: Float64Array;
  readonly #predictRows: (nRows: number) => void;

  constructor(table: MaskTable) {
    const nFeatures = table.cuts.length;
    const trees = cutTrees(table);
    const at = layOut(table, trees, CHUNK_ROWS);
    compiled ??= compileKernel(MASK_KERNEL_BASE64);
    const { memory, exports } = startKernel<MaskExports>(compiled, at.end);
    writeTable(memory.buffer, table, trees, at);
    this.#nFeatures = nFeatures;
    this.#row = new Float32Array(memory.buffer, at.row, nFeatures);
    this.#predictRow = exports.predictRow;
    this.#x = new Float32Array(memory.buffer, at.x, CHUNK_ROWS * nFeatures);
    this.#out = new Float64Array(memory.buffer, at.out, CHUNK_ROWS);
    const { predictRows } = exports;
    this.#predictRows = (nRows) => predictRows(at.x, nRows, at.out);
  }

  predictOne(x: Float32Array): number {
    const row = this.#row;
    for (let j = 0; j < row.length; j++) row[j] = x[j];
    return this.#predictRow();
  }

  predictMany(x: Float32Array, nRows: number): Float64Array {
    const all = new Float64Array(nRows);
    for (let start = 0; start < nRows; start += CHUNK_ROWS) {
      const end = Math.min(start + CHUNK_ROWS, nRows);
      this.#x.set(x.subarray(start * this.#nFeatures, end * this.#nFeatures));
      this.#predictRows(end - start);
      all.set(this.#out.subarray(0, end - start), start);
    }
    return all;
  }
}
