import { TrainingError } from '../../core/index.ts';
import type { FeatureName } from '../../domain/index.ts';
import {
  computeFeatures,
  type FeatureDefinition,
  type FeatureRegistry,
  fitRegime,
  isFeatureError,
} from '../../features/index.ts';
import {
  type BoostedTrees,
  boostTrees,
  confidenceBand,
  countRounds,
  growTrees,
  type TreeBlock,
  vennAbers,
  wasmBoostKernel,
  wasmKernel,
} from '../../model/index.ts';
import { decisionFigures, followAccount, judgeClaims, summarize } from '../../validation/index.ts';
import { featureBounds } from '../dataset/feature-bounds.ts';
import { binAndProfile, profileFeatures } from '../dataset/feature-profiles.ts';
import { type TrainingParts, trainingParts } from '../own-parts.ts';

type TreeInput = Parameters<typeof growTrees> extends [...infer Input, unknown] ? Input : never;

type BoostInput = Parameters<typeof boostTrees> extends [...infer Input, unknown] ? Input : never;
type RoundsInput = Parameters<typeof countRounds> extends [...infer Input, unknown] ? Input : never;

type FeatureInput = Parameters<typeof computeFeatures> extends [unknown, ...infer Input, unknown?] ? Input : never;

type Tasks = ReturnType<typeof tasksOf>;
export type TaskName = keyof Tasks;
export type TaskInput<K extends TaskName> = Parameters<Tasks[K]>;
export type TaskOutput<K extends TaskName> = ReturnType<Tasks[K]>;

/** The heavy parts of a training: pure functions of bars and plain data, so that any thread can run any of them. */
export type ComputeTasks = { readonly [K in TaskName]: (...input: TaskInput<K>) => TaskOutput<K> };

/** The tasks with the definitions of a caller; a thread makes them once. */
export function computeTasks({ features }: Pick<TrainingParts, 'features'>): ComputeTasks {
  return tasksOf(features);
}

/** The tasks with nothing but built-in definitions. */
export const COMPUTE_TASKS: ComputeTasks = computeTasks(trainingParts());

function tasksOf(registry: FeatureRegistry) {
  return {
    features: (names: readonly FeatureName[], ...input: FeatureInput): Float64Array =>
      featuresOf(registry.resolve(names), input),
    account: followAccount,
    claims: judgeClaims,
    decide: decisionFigures,
    summarize,
    regime: fitRegime,
    bounds: featureBounds,
    profiles: profileFeatures,
    bin: binAndProfile,
    band: confidenceBand,
    vennAbers,
    trees: (...input: TreeInput): TreeBlock => growTrees(...input, wasmKernel),
    boost: (...input: BoostInput): BoostedTrees => boostTrees(...input, wasmBoostKernel),
    rounds: (...input: RoundsInput): number => countRounds(...input, wasmBoostKernel),
  };
}

/** @throws {TrainingError} where a feature of the caller gives no usable value. */
function featuresOf(features: readonly FeatureDefinition[], input: FeatureInput): Float64Array {
  try {
    return computeFeatures(features, ...input);
  } catch (error) {
    if (!isFeatureError(error)) throw error;
    const message = `${error.message}; correct the feature, or train without it`;
    throw new TrainingError('TRAINING_FAILED', message, { cause: error });
  }
}
