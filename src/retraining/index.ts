export * from './outcome-tracker.ts';
export * from './outcome-window.ts';
