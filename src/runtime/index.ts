export * from './clock.ts';
export * from './console-logger.ts';
export { checkWritable, removeLeftovers, writeFileAtomic } from './files/atomic-write.ts';
export * from './files/write-lines.ts';
export * from './redis-options.ts';
export * from './sha256.ts';
export * from './structured-logger.ts';
export * from './threads/plain-error.ts';
export * from './threads/thread-entry.ts';
