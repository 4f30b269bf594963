export * from './logger.ts';
export * from './model-store.ts';
