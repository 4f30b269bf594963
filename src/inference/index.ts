export * from './inference-loop.ts';
export * from './inference-result.ts';
