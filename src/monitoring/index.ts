export type { Baseline, Degradation } from './degradation.ts';
export * from './drift/index.ts';
export { chanceByCosines } from './judging/chance-of-gain.ts';
export { type Comparison, compareModels } from './judging/compare-models.ts';
export {
  type ChallengerJudgement,
  type ChallengerVerdict,
  judgeChallenger,
  spendAlpha,
} from './judging/judge-challenger.ts';
export { judgeRollback, looksEvery, type RollbackPolicy, rollbackPolicy } from './judging/judge-rollback.ts';
export { judgeShadow } from './judging/judge-shadow.ts';
export { byEntry, labelSpans } from './label-spans.ts';
export { columnsOf } from './outcome-columns.ts';
export * from './outcome-tracker.ts';
export * from './outcome-window.ts';
export { brokenChain, makePromotionRecord, type PromotionRecord } from './promotion-record.ts';
export * from './retrain-monitor.ts';
export * from './sequential/index.ts';
export * from './trust/trust-figures.ts';
export {
  afterAlarm,
  computingSentence,
  NO_MODEL,
  type TrustSentence,
  trustSentence,
  unseenSentence,
} from './trust/trust-verdict.ts';
