export type { Baseline, Degradation, WatchedOutcome } from './degradation.ts';
export * from './outcome-tracker.ts';
export * from './outcome-window.ts';
export * from './retrain-monitor.ts';
