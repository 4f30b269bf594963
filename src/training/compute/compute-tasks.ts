import {
  type BarColumns,
  BarSeries,
  type FeatureName,
  type RegimeModel,
  type VpinOptions,
} from '../../domain/index.ts';
import { computeFeatures, fitRegime, type RegimeFit, type RegimeFitOptions } from '../../features/index.ts';
import {
  type BinnedMatrix,
  binColumns,
  type ForestOptions,
  growTrees,
  type TreeBlock,
  wasmKernel,
} from '../../model/index.ts';

interface FeaturesInput {
  readonly bars: BarColumns;
  /** (nEvents,) bars of the events. */
  readonly rows: Int32Array;
  readonly side: Int8Array;
  readonly names: readonly FeatureName[];
  readonly regime: RegimeModel | null;
  readonly vpin: VpinOptions;
}

interface RegimeInput {
  /** Of each series. */
  readonly closes: readonly Float64Array[];
  readonly options: RegimeFitOptions;
}

interface BinInput {
  /** (nRows, nFeatures), row-major. */
  readonly x: Float32Array;
  readonly nFeatures: number;
}

interface TreesInput {
  readonly binned: BinnedMatrix;
  readonly y: Uint8Array;
  readonly weight: Uint32Array;
  readonly options: ForestOptions;
  readonly firstTree: number;
  readonly endTree: number;
}

/** The heavy parts of a training as pure functions of plain data, so that any thread can run any of them. */
export const COMPUTE_TASKS = {
  /** (nEvents, names.length) feature values, row-major. */
  features: (input: FeaturesInput): Float64Array =>
    computeFeatures(input.names, BarSeries.fromColumns(input.bars), input.rows, input.side, input),
  regime: (input: RegimeInput): RegimeFit => fitRegime(input.closes, input.options),
  bin: (input: BinInput): BinnedMatrix => binColumns(input.x, input.nFeatures),
  trees: (input: TreesInput): TreeBlock =>
    growTrees(input.binned, input.y, input.weight, input.options, input.firstTree, input.endTree, wasmKernel),
} as const;

export type ComputeTasks = typeof COMPUTE_TASKS;
