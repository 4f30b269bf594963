export { createRedisBus, type RedisBusDeps } from './redis-bus.ts';
