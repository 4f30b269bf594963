export { CalibrationDrift, type CalibrationFinding } from './calibration-drift.ts';
export { type FeatureChange, FeatureDrift } from './feature-drift.ts';
