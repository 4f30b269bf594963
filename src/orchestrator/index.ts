export * from './ml4t-orchestrator.ts';
export { type RecomputedDecision, recomputeDecision } from './recompute.ts';
export * from './replay.ts';
export * from './replay-summary.ts';
