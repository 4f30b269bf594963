import { Redis, type RedisOptions } from 'ioredis';
import type { BusMetrics, BusPart } from './bus-metrics.ts';
import { boundReplies, type ReplyBounds } from './replies/bounded-replies.ts';
import { WideReads } from './replies/wide-reads.ts';

/** Number of `close` listeners above which Node warns; there is one for each command that waits for its reply. */
const MAX_LISTENERS = 64;

/** Maximum time that a read waits for new entries, milliseconds. */
export const BLOCK_MS = 1000;

/** Creates a connection that notes its faults in the metrics, reconnects as `options` say, and reads no more of a reply than `bounds` say. */
export function connect(options: RedisOptions, metrics: BusMetrics, part: BusPart, bounds: ReplyBounds): Redis {
  const isPlain = options.tls === undefined && options.sentinels === undefined;
  const redis = new Redis({
    ...options,
    ...(isPlain && { Connector: WideReads }),
    connectionName: `ml4t-${part}`,
    replyMapping: 'legacy',
  });
  boundReplies(redis, bounds);
  redis.setMaxListeners(MAX_LISTENERS);
  redis.on('error', (error) => metrics.setFault(part, error));
  redis.on('close', () => metrics.setClosed(part));
  return redis;
}
