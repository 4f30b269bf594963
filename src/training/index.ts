export * from './compute-pool.ts';
export { findEvents, type LabelledEvents, labelEvents, MIN_TRAINING_BARS } from './dataset.ts';
export type { LabelledDataset } from './labelled-dataset.ts';
export {
  runTraining,
  TRAINING_STAGES,
  type TrainingOutput,
  type TrainingProgress,
  type TrainingRequest,
} from './run-training.ts';
export * from './training-loop.ts';
export * from './training-result.ts';
