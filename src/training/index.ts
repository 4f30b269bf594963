export { cancelledError, orCancelled } from './cancel-training.ts';
export { type ComputePool, inlineCompute } from './compute/compute-pool.ts';
export {
  COMPUTE_TASKS,
  computeTasks,
  type TaskInput,
  type TaskName,
  type TaskOutput,
} from './compute/compute-tasks.ts';
export { learnerPool } from './compute/learner-pool.ts';
export {
  type CompleteRows,
  completeRows,
  type MissingInputs,
  missingSentence,
  NOTHING_MISSING,
  refuseMissing,
} from './dataset/complete-events.ts';
export {
  checkEnoughBars,
  checkLabelSource,
  findEvents,
  labelEvents,
  MIN_TRAINING_BARS,
} from './dataset/instrument-events.ts';
export type { LabelledDataset } from './dataset/labelled-dataset.ts';
export type { LabelSource } from './dataset/labelled-events.ts';
export { rebook } from './dataset/rebooked-events.ts';
export { referenceExcess } from './dataset/reference-excess.ts';
export { FIRST_COUNTED_FOLD } from './decisions/fold-decisions.ts';
export type { FixedPredictor } from './fixed/fixed-predictor.ts';
export type { FixedFigures, SeenEvents } from './fixed/seen-events.ts';
export { isTooGood } from './fixed/withhold-proof.ts';
export {
  type FeatureLoss,
  type PermutationImportance,
  permutationImportance,
} from './importance/permutation-importance.ts';
export type { ContextInstrument } from './inputs/feature-inputs.ts';
export { probabilitySettings } from './inputs/sent-probability.ts';
export type { InstrumentBars } from './instrument-bars.ts';
export { type InstrumentScores, scoreByInstrument } from './instrument-scores.ts';
export { checkSameLabeler, labelerGuard } from './labels/labeler-record.ts';
export { labelInstrument } from './labels/told-events.ts';
export * from './own-parts.ts';
export { commonTimeline } from './timeline.ts';
export * from './training-loop.ts';
export * from './training-result.ts';
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
} from './training-run.ts';
export { type FoldForecasts, judgeFolds, predictFold } from './walk-forward.ts';
