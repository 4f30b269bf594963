export { type Comparison, compareModels } from './compare-models.ts';
export type { Baseline, Degradation, WatchedOutcome } from './degradation.ts';
export { type ChallengerJudgement, type ChallengerVerdict, judgeChallenger } from './judge-challenger.ts';
export { judgeRollback, LOOKS_PER_TRIAL } from './judge-rollback.ts';
export { byEntry, labelSpans } from './label-spans.ts';
export * from './outcome-tracker.ts';
export * from './outcome-window.ts';
export { makePromotionRecord, type PromotionRecord } from './promotion-record.ts';
export * from './retrain-monitor.ts';
