export * from './plain-error.ts';
export * from './thread-entry.ts';
export { workerPool } from './worker-pool.ts';
