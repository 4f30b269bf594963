export { type BinnedMatrix, binColumns } from './bin-columns.ts';
export { type Calibrator, calibrate, fitCalibrator } from './calibrator.ts';
export type { Explanation } from './explanation/explain-prediction.ts';
export type { ForestArrays } from './forest-arrays.ts';
export type { ForestOptions } from './forest-options.ts';
export { type ForestPredictor, predictForest } from './forest-predictor.ts';
export { assembleForest, growTrees, quantizeWeights, type TreeBlock } from './grow-forest.ts';
export { readableKernel } from './kernel/readable-kernel.ts';
export type { TreeKernel } from './kernel/tree-kernel.ts';
export { wasmKernel } from './kernel/wasm-kernel.ts';
export { MetaModel, type Prediction } from './meta-model.ts';
export type {
  FeatureHistogram,
  FeatureProfile,
  ModelMetadata,
  ModelParts,
  OwnFeatures,
  TrainingSummary,
} from './model-metadata.ts';
export { type DecodedModel, decodeModel } from './onnx/decode-model.ts';
export { encodeModel } from './onnx/encode-model.ts';
