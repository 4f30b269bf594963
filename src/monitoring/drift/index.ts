export { DriftDetectors, type DriftReading } from './drift-detectors.ts';
export { type AccuracyGap, estimateAccuracy, measureAccuracyGap } from './estimated-accuracy.ts';
