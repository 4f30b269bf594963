import { Redis } from 'ioredis';
import type { OrchestratorConfig } from '../../config/index.ts';
import { TrainingError } from '../../core/index.ts';
import { haveOneTag, isClusterNode, type RedisWay, redisWay } from '../../runtime/index.ts';

/** Replies after which a command is sent again, because another server takes or took over; a script has not run then. */
const TAKING_OVER = /^(MOVED|CLUSTERDOWN|READONLY|MASTERDOWN)/;
/** Time for which a command is sent again and again, milliseconds. */
const TAKE_OVER_MS = 60_000;

/**
 * The way of the connections of one queue to the Redis server of the bus. Their commands wait while the server is away, because
 * trainings are not urgent.
 *
 * @throws {ConditionError} for a URL or a secret that cannot be used.
 */
export function queueWay(config: OrchestratorConfig['redis']): RedisWay {
  const way = redisWay(config);
  const { commandTimeout: _commands, socketTimeout: _socket, lazyConnect: _lazy, ...options } = way.options;
  let [sinceMs, lastMs] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const isPatient = (): boolean => {
    const nowMs = performance.now();
    if (nowMs - lastMs > TAKE_OVER_MS) sinceMs = nowMs;
    lastMs = nowMs;
    return nowMs - sinceMs < TAKE_OVER_MS;
  };
  return {
    ...way,
    options: {
      ...options,
      enableOfflineQueue: true,
      autoResendUnfulfilledCommands: true,
      enableReadyCheck: true,
      reconnectOnError(error) {
        const isLeft = options.reconnectOnError?.(error) ?? false;
        const hasOthers = options.sentinels !== undefined || !way.nodes.isAlone;
        return hasOthers && TAKING_OVER.test(error.message) && isPatient() ? 2 : isLeft;
      },
    },
  };
}

/** Opens a connection that goes where the cluster has the queue. */
export function connectQueue({ options, nodes }: RedisWay): Redis {
  const redis = new Redis({ ...options, replyMapping: 'legacy' });
  redis.on('error', () => undefined); // ioredis would print it; who wants to know listens too
  nodes.onMoved(() => {
    if (redis.status === 'ready' || redis.status === 'connect') redis.disconnect(true);
  });
  return redis;
}

/** @throws {TrainingError} for a cluster that has the keys of the queue on several nodes. */
export async function checkQueueName(redis: Redis, queue: string): Promise<void> {
  const isFit = haveOneTag([queue]) && (redis.options.db ?? 0) === 0;
  if (isFit || !(await isClusterNode(redis))) return;
  const remedy = haveOneTag([queue])
    ? 'a Redis Cluster has no other database than 0; change redis.url'
    : `on a Redis Cluster the queue needs a name with a {tag}; set trainer.queue: '{${queue.replace(/[{}]/g, '')}}', here and for every worker`;
  throw new TrainingError('TRAINING_FAILED', remedy);
}
