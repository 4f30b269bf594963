export type { BoostedTrees } from './boosting/boosted-trees.ts';
export { boostingLearner } from './boosting/boosting-learner.ts';
export type { BoostingOptions } from './boosting/boosting-options.ts';
export { type BoostingPredictor, boostingPredictor } from './boosting/boosting-predictor.ts';
export { type BoostingRows, boostTrees, countRounds } from './boosting/fit-boosting.ts';
export type { StopRows } from './boosting/stopping-rule.ts';
export {
  type BandCoverage,
  type CalibrationSpread,
  type ScoreSteps,
  stepsAt,
} from './calibration/calibration-spread.ts';
export { type Calibrator, calibrate, fitCalibrator } from './calibration/calibrator.ts';
export { type BandOptions, confidenceBand } from './calibration/confidence-band.ts';
export { vennAbers } from './calibration/venn-abers.ts';
export type { Explanation } from './explanation/explain-prediction.ts';
export type { ShapleyValues } from './explanation/tree-shapley.ts';
export type { ForeignModel, ForeignPredictor } from './foreign/foreign-predictor.ts';
export type { Binary, ElementType, GroupMap, Program, Reduction, Step, Unary } from './foreign/run/program.ts';
export type { Aggregate, TreeArrays } from './foreign/trees/tree-arrays.ts';
export { type BinnedMatrix, binColumns, binsFor } from './forest/bin-columns.ts';
export type { ForestArrays } from './forest/forest-arrays.ts';
export { forestLearner } from './forest/forest-learner.ts';
export type { ForestOptions } from './forest/forest-options.ts';
export { type ForestPredictor, forestPredictor, predictForest } from './forest/forest-predictor.ts';
export { assembleForest, growTrees, type TreeBlock } from './forest/grow-forest.ts';
export { type ForestRows, growOnPool } from './forest/grow-forest-on-pool.ts';
export { inlineLearnerPool, type LearnerPool } from './forest/learner-pool.ts';
export { quantizeWeights } from './forest/quantize-weights.ts';
export type * from './kernel/boost-kernel.ts';
export type { BootstrapKeys } from './kernel/bootstrap.ts';
export type { GrownTree } from './kernel/grow-tree.ts';
export { readableBoostKernel } from './kernel/readable-boost-kernel.ts';
export { readableKernel } from './kernel/readable-kernel.ts';
export type { KernelRows, RowRange, RowSums, Split, TreeKernel } from './kernel/tree-kernel.ts';
export { wasmBoostKernel } from './kernel/wasm-boost-kernel.ts';
export { wasmKernel } from './kernel/wasm-kernel.ts';
export type * from './learner.ts';
export { type DecodedModel, MetaModel, type Prediction } from './meta-model.ts';
export { type AttributeValue, type GraphConstant, type GraphNode, ML_DOMAIN, type ModelGraph } from './model-graph.ts';
export { type ContextInput, type ModelInputs, WINDOW_ALONE } from './model-inputs.ts';
export {
  claimsOfVerdict,
  type FeatureHistogram,
  type FeatureProfile,
  MODEL_VERDICTS,
  type ModelClaims,
  type ModelColumns,
  type ModelMetadata,
  type ModelParts,
  type ModelVerdict,
  type OwnFeatures,
  type TrainingSummary,
  UNKNOWN_METADATA,
  VERDICT_FORMATS,
  type VerdictFormat,
} from './model-metadata.ts';
export { MAX_MODEL_BYTES } from './model-size.ts';
export {
  BOOSTING,
  checkLearner,
  FOREIGN,
  FOREST,
  fitPredictor,
  isBoosting,
  isBuiltIn,
  isForeign,
  isForest,
  isProbability,
  PROBABILITY,
} from './own-learner.ts';
export { fromPlainModel, type PlainModel, toPlainModel } from './plain-model.ts';
export type { RowPredictor } from './prediction/tree-walk.ts';
export { provenBy } from './proven-costs.ts';
export { sentProbability } from './sent/probability-learner.ts';
