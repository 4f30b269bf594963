import type { Redis } from 'ioredis';
import type { OrchestratorConfig } from '../../config/index.ts';
import { haveOneTag, isClusterNode, withOneTag } from '../../runtime/index.ts';
import { BusRefusal } from './redis-fault.ts';

const KEYS = ['redis_channel_signals', 'redis_channel_bars', 'redis_channel_enriched'] as const;

/**
 * Checks that a server takes one transaction over all streams, before the first signal is read.
 *
 * @throws {BusRefusal} for a cluster that has the streams on several nodes, or a database that a cluster has not.
 */
export async function checkNames(redis: Redis, config: OrchestratorConfig): Promise<void> {
  const names = [config.redisChannelSignals, config.redisChannelBars, config.redisChannelEnriched];
  const isFit = haveOneTag(names) && (redis.options.db ?? 0) === 0;
  if (isFit || !(await isClusterNode(redis))) return;
  if (haveOneTag(names)) throw new BusRefusal('ERR', 'a Redis Cluster has no other database than 0; change redis.url');
  const settings = withOneTag(names).map((name, i) => `${KEYS[i]}: '${name}'`);
  throw new BusRefusal(
    'CROSSSLOT',
    `on a Redis Cluster the streams need names with one {tag}; set ${settings.join(', ')}`,
  );
}
