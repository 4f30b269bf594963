import type { BoostedTrees } from '../boosting/boosted-trees.ts';
import type { BoostingOptions } from '../boosting/boosting-options.ts';
import { type BoostingRows, boostTrees, countRounds } from '../boosting/fit-boosting.ts';
import type { StopRows } from '../boosting/stopping-rule.ts';
import { wasmBoostKernel } from '../kernel/wasm-boost-kernel.ts';
import { wasmKernel } from '../kernel/wasm-kernel.ts';
import { type BinnedMatrix, binColumns } from './bin-columns.ts';
import type { ForestOptions } from './forest-options.ts';
import { growTrees, type TreeBlock } from './grow-forest.ts';

/** Runs the tasks of the built-in learners, on one thread or several. The results are the same to the last bit. */
export interface LearnerPool {
  /** Number of tasks that run at once. */
  readonly size: number;
  /** {@link binColumns} */
  bin(x: Float32Array, nFeatures: number): Promise<BinnedMatrix>;
  /** {@link growTrees} with the fast kernel. */
  trees(
    binned: BinnedMatrix,
    y: Uint8Array,
    weight: Uint32Array,
    options: ForestOptions,
    firstTree: number,
    endTree: number,
  ): Promise<TreeBlock>;
  /** {@link boostTrees} with the fast kernel. */
  boost(rows: BoostingRows, options: BoostingOptions): Promise<BoostedTrees>;
  /** {@link countRounds} with the fast kernel. */
  rounds(rows: BoostingRows, options: BoostingOptions, stop: StopRows, patience: number): Promise<number>;
}

/** Runs every task at once on the calling thread. */
export function inlineLearnerPool(): LearnerPool {
  return {
    size: 1,
    bin: async (x, nFeatures) => binColumns(x, nFeatures),
    trees: async (binned, y, weight, options, firstTree, endTree) =>
      growTrees(binned, y, weight, options, firstTree, endTree, wasmKernel),
    boost: async (rows, options) => boostTrees(rows, options, wasmBoostKernel),
    rounds: async (rows, options, stop, patience) => countRounds(rows, options, stop, patience, wasmBoostKernel),
  };
}
