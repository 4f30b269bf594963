export { Champion } from './champion/champion.ts';
export { KeptModels } from './champion/kept-models.ts';
export type { FirstModel } from './champion/start-champion.ts';
export type { SignalServicePorts } from './compose-parts.ts';
export type { DriftStatus } from './retraining/drift-monitor.ts';
export type { TriggerHistory } from './retraining/trigger-history.ts';
export * from './service-api.ts';
export { SignalService } from './signal-service.ts';
export type { RecentSignal } from './signals/recent-signals.ts';
