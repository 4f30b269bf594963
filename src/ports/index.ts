export * from './bar-source.ts';
export * from './journal.ts';
export type * from './live-event.ts';
export * from './logger.ts';
export * from './message-bus.ts';
export * from './model-decoder.ts';
export * from './model-registry.ts';
export * from './model-store.ts';
