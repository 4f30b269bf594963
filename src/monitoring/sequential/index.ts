export * from './sequential-detector.ts';
export { SPANS_KEPT } from './span-overlap.ts';
