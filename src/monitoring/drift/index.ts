export * from './changes/index.ts';
export type { DriftState } from './drift-detector.ts';
export { type DetectorName, DriftDetectors, type DriftReading } from './drift-detectors.ts';
export { type AccuracyEstimate, type AccuracyGap, estimateAccuracy, measureAccuracyGap } from './estimated-accuracy.ts';
