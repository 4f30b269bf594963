export * from './cusum-filter.ts';
export * from './event-sampling.ts';
export * from './meta-label.ts';
export * from './primaries.ts';
export * from './sample-weights.ts';
export * from './sequential-bootstrap.ts';
export * from './triple-barrier.ts';
export * from './uniqueness.ts';
