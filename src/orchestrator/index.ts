export * from './ml4t-orchestrator.ts';
export { isTaken, judgedTrades } from './replay/judged-replay.ts';
export * from './replay/replay.ts';
export { type ReplayFinding, replayHeadline } from './replay/replay-finding.ts';
export * from './replay/replay-positions.ts';
export * from './replay/replay-summary.ts';
export type { ReasonFigures, ServedDecisions } from './replay/served-decisions.ts';
export * from './replay/served-texts.ts';
