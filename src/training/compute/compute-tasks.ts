import { computeFeatures, fitRegime } from '../../features/index.ts';
import { binColumns, growTrees, type TreeBlock, wasmKernel } from '../../model/index.ts';
import { type TrainingParts, trainingParts } from '../own-parts.ts';

type TreeInput = Parameters<typeof growTrees> extends [...infer Input, unknown] ? Input : never;

const pureTasks = {
  features: computeFeatures,
  regime: fitRegime,
  bin: binColumns,
  trees: (...input: TreeInput): TreeBlock => growTrees(...input, wasmKernel),
} as const;

export type TaskName = keyof typeof pureTasks;
export type TaskInput<K extends TaskName> = Parameters<(typeof pureTasks)[K]>;
export type TaskOutput<K extends TaskName> = ReturnType<(typeof pureTasks)[K]>;

/** The heavy parts of a training: pure functions of bars and plain data, so that any thread can run any of them. */
export type ComputeTasks = { readonly [K in TaskName]: (...input: TaskInput<K>) => TaskOutput<K> };

/** The tasks with the definitions of a caller; a thread makes them once. */
export function computeTasks(_parts: Pick<TrainingParts, 'features'>): ComputeTasks {
  return pureTasks;
}

/** The tasks with nothing but built-in definitions. */
export const COMPUTE_TASKS: ComputeTasks = computeTasks(trainingParts());
