export * from './ml4t-orchestrator.ts';
export * from './replay.ts';
export * from './replay-summary.ts';
export type { DecisionExplanation } from './service/decisions/explain-decision.ts';
export { type RecomputedDecision, recomputeDecision } from './service/decisions/recompute.ts';
export { outcomeToWire } from './service/outcomes/outcome-desk.ts';
export type { TriggerHistory } from './service/retraining/trigger-history.ts';
export * from './service/service-api.ts';
export { SignalService } from './service/signal-service.ts';
