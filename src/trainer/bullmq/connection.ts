import { Redis } from 'ioredis';
import type { OrchestratorConfig } from '../../config/index.ts';
import { redisOptions } from '../../runtime/index.ts';

/**
 * A connection to the server of the bus, for the queue: commands wait while it is away, because trainings can.
 *
 * @throws {ConditionError} for a URL or a secret that cannot be used.
 */
export function connectQueue(config: OrchestratorConfig['redis']): Redis {
  const { commandTimeout: _commands, socketTimeout: _socket, lazyConnect: _lazy, ...options } = redisOptions(config);
  return new Redis({
    ...options,
    ...{ enableOfflineQueue: true, autoResendUnfulfilledCommands: true, enableReadyCheck: true },
    replyMapping: 'legacy',
  });
}
