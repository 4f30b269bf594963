export { DriftBoard, type DriftReading } from './drift-board.ts';
export {
  type AccuracyEstimate,
  type AccuracyGap,
  estimateAccuracy,
  measureAccuracyGap,
} from './estimated-accuracy.ts';
export { type FeatureSpread, measureSpread, populationStabilityIndex } from './population-stability-index.ts';
