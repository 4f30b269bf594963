import { computeFeatures, fitRegime } from '../../features/index.ts';
import { binColumns, growTrees, type TreeBlock, wasmKernel } from '../../model/index.ts';

type TreeInput = Parameters<typeof growTrees> extends [...infer Input, unknown] ? Input : never;

const tasks = {
  features: computeFeatures,
  regime: fitRegime,
  bin: binColumns,
  trees: (...input: TreeInput): TreeBlock => growTrees(...input, wasmKernel),
} as const;

export type TaskName = keyof typeof tasks;
export type TaskInput<K extends TaskName> = Parameters<(typeof tasks)[K]>;
export type TaskOutput<K extends TaskName> = ReturnType<(typeof tasks)[K]>;

/** The heavy parts of a training: pure functions of bars and plain data, so that any thread can run any of them. */
export const COMPUTE_TASKS: { readonly [K in TaskName]: (...input: TaskInput<K>) => TaskOutput<K> } = tasks;
