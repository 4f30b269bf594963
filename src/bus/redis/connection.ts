import { Redis, type RedisOptions } from 'ioredis';
import type { BusMetrics, BusPart } from './bus-metrics.ts';

/** Commands that wait for a reply at once, each listening for the end of the connection. */
const MAX_UNDER_WAY = 64;

/** How long a read waits for something to come, milliseconds. */
export const BLOCK_MS = 1000;

/** A connection that tells the board when it cannot be had, and reconnects by itself. */
export function connect(options: RedisOptions, board: BusMetrics, part: BusPart): Redis {
  const redis = new Redis({ ...options, connectionName: `ml4t-${part}`, replyMapping: 'legacy' });
  redis.setMaxListeners(MAX_UNDER_WAY);
  redis.on('error', (error) => board.fault(part, error));
  redis.on('close', () => board.closed(part));
  return redis;
}
