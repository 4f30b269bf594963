export { DriftBoard, type DriftReading } from './drift-board.ts';
export { type AccuracyGap, estimateAccuracy, measureAccuracyGap } from './estimated-accuracy.ts';
