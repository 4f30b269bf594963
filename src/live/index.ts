export { Champion } from './champion/champion.ts';
export { KeptModels } from './champion/kept-models.ts';
export { type RecomputedDecision, recomputeDecision } from './recompute.ts';
export type { TriggerHistory } from './retraining/trigger-history.ts';
export * from './service-api.ts';
export { SignalService } from './signal-service.ts';
