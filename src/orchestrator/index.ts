export * from './ml4t-orchestrator.ts';
export * from './replay.ts';
export * from './replay-summary.ts';
