export { CalibrationDrift } from './calibration-drift.ts';
export { FeatureDrift } from './feature-drift.ts';
