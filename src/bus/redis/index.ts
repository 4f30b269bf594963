export { createRedisBus } from './redis-bus.ts';
