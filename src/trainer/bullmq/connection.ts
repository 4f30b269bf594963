import { Redis } from 'ioredis';
import type { OrchestratorConfig } from '../../config/index.ts';
import { redisOptions } from '../../runtime/index.ts';

/**
 * Opens a connection of the queue to the Redis server of the bus. Its commands wait while the server is away, because trainings
 * are not urgent.
 *
 * @throws {ConditionError} for a URL or a secret that cannot be used.
 */
export function connectQueue(config: OrchestratorConfig['redis']): Redis {
  const { commandTimeout: _commands, socketTimeout: _socket, lazyConnect: _lazy, ...options } = redisOptions(config);
  return new Redis({
    ...options,
    enableOfflineQueue: true,
    autoResendUnfulfilledCommands: true,
    enableReadyCheck: true,
    replyMapping: 'legacy',
  });
}
