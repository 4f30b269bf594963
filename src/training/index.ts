export * from './compute/compute-pool.ts';
export { growOnPool } from './compute/grow-on-pool.ts';
export { findEvents, labelEvents, MIN_TRAINING_BARS } from './dataset.ts';
export {
  type FeatureLoss,
  type PermutationImportance,
  permutationImportance,
} from './importance/permutation-importance.ts';
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
export { type SeriesScores, scoreBySeries } from './score-by-series.ts';
export { commonTimeline, type TrainingSeries } from './series.ts';
export * from './training-loop.ts';
export * from './training-result.ts';
