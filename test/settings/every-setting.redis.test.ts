// @module-tag redis
import { afterAll, beforeAll } from 'vitest';
import { REDIS_CASES, startRedis, stopRedis } from './redis-cases.ts';
import { testSettings } from './setting-case.ts';

beforeAll(startRedis);
afterAll(stopRedis);

testSettings(REDIS_CASES);
