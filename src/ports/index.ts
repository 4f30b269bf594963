export * from './describe-model.ts';
export * from './journal.ts';
export * from './journal-entries.ts';
export * from './logger.ts';
export * from './message-bus.ts';
export * from './model-decoder.ts';
export * from './model-registry.ts';
export * from './model-store.ts';
