export { FILL_RULES, type FillRule } from '../domain/index.ts';
export * from './cusum-filter.ts';
export * from './event-sampling.ts';
export * from './labeler.ts';
export { checkedLabeler, MAX_HOLDING_BARS } from './labelers/checked-labeler.ts';
export * from './labelers/define-labeler.ts';
export * from './labelers/fixed-horizon-labeler.ts';
export * from './labelers/given-labeler.ts';
export * from './labelers/given-trades.ts';
export * from './labelers/trend-scanning-labeler.ts';
export * from './labelers/triple-barrier-labeler.ts';
export * from './meta-label.ts';
export * from './primaries.ts';
export * from './sample-weights.ts';
export * from './sequential-bootstrap.ts';
export * from './terms/bar-ranges.ts';
export * from './terms/event-cost.ts';
export * from './terms/tick-size.ts';
export * from './terms/trade-risk.ts';
export * from './terms/trade-terms.ts';
export * from './trend-scan.ts';
export {
  type BarrierExit,
  type BarrierOptions,
  type Barriers,
  resolveBarrier,
  tripleBarrier,
  type UnresolvedExit,
} from './triple-barrier.ts';
export * from './two-sides.ts';
export * from './uniqueness.ts';
