export * from './compute-pool.ts';
export { findEvents, labelEvents, MIN_TRAINING_BARS } from './dataset.ts';
export { growOnPool } from './grow-on-pool.ts';
export type { LabelledDataset } from './labelled-dataset.ts';
export {
  finishTraining,
  type PreparedTraining,
  prepareTraining,
  runTraining,
  TRAINING_STAGES,
  type TrainingMachinery,
  type TrainingOutput,
  type TrainingProgress,
  type TrainingRequest,
} from './run-training.ts';
export { judgeFolds, predictFold } from './run-walk-forward.ts';
export * from './training-loop.ts';
export * from './training-result.ts';
