export { connectionOptions } from './connection.ts';
export { createRedisBus } from './redis-bus.ts';
