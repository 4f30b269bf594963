export * from './ml4t-orchestrator.ts';
export * from './replay.ts';
export * from './replay-summary.ts';
export { outcomeToWire } from './service/outcomes/outcome-desk.ts';
export { type RecomputedDecision, recomputeDecision } from './service/recompute.ts';
export * from './service/service-api.ts';
export { SignalService } from './service/signal-service.ts';
