import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { OrchestratorConfig } from '../config/index.ts';
import type { WallClock } from '../core/index.ts';
import { type BusCodec, type Logger, type MessageBus, safeLogger } from '../ports/index.ts';
import { checkDataDirectory, consoleLogger, readSmallText, requireParts, systemClock } from '../runtime/index.ts';
import { type CreateServiceOptions, createSignalService } from './create-service.ts';
import { borrowedClock } from './parts/borrowed.ts';
import { checkOptions } from './parts/check-options.ts';
import { type LiveProcess, liveProcess } from './parts/live-process.ts';
import { readSecrets } from './secrets.ts';

const PRIVATE_FILE = 0o600;

/** What a live service runs on; see {@link CreateServiceOptions}. */
export interface CreateLiveOptions extends CreateServiceOptions {
  /**
   * Carries signals, bars and answers beside HTTP and WebSocket. It is started by `listen` and stopped by `close`, because it works for
   * one service. By default Redis, where `redis_enabled` is set; null for none.
   */
  readonly bus?: MessageBus | null;
  /** How messages look on the Redis bus; by default what `redis.codec` names. A bus that is handed in has its own. */
  readonly codec?: BusCodec;
}

/**
 * The live service with HTTP, WebSocket and, unless it is switched off, Redis. What these need is loaded here, not with the package.
 *
 * @throws {ConditionError} when the address may not be bound, or a secret cannot be read.
 * @throws {Ml4tError} `MISSING_PART` where packages of the transports are not installed. Else as {@link createSignalService}.
 */
export async function createLiveService(
  config: OrchestratorConfig,
  options: CreateLiveOptions = {},
): Promise<LiveProcess> {
  checkOptions(options);
  const needsRedis = config.redisEnabled && options.bus === undefined;
  requireParts(needsRedis ? ['server', 'redis'] : ['server']);
  const clock = options.clock === undefined ? systemClock : borrowedClock(options.clock);
  const logger = safeLogger(options.logger ?? consoleLogger);
  const { createServer } = await import('../server/index.ts');
  const secrets = await readSecrets(config.server);
  const service = await createSignalService(config, { ...options, logger });
  try {
    const bus = options.bus === undefined ? await redisBus(config, { ...options, logger, clock }) : options.bus;
    const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
    const nowMs = (): number => clock.nowMs();
    const server = await createServer({ config, service, bus, logger, version, secrets, nowMs, clock });
    return liveProcess({ service, server, bus, logger });
  } catch (error) {
    await service.stop().catch(() => undefined); // what failed first is the reason
    throw error;
  }
}

interface RedisBusOptions {
  readonly codec?: BusCodec;
  readonly logger: Logger;
  readonly clock: WallClock;
}

async function redisBus(
  config: OrchestratorConfig,
  { codec, logger, clock }: RedisBusOptions,
): Promise<MessageBus | null> {
  if (!config.redisEnabled) return null;
  const { createCodec, createRedisBus } = await import('../bus/index.ts');
  const consumerName = config.redis.consumer ?? (await consumerOf(config.server.dataDir));
  return createRedisBus(config, {
    logger,
    clock,
    nowMs: () => clock.nowMs(),
    codec: codec ?? createCodec(config.redis),
    consumerName,
  });
}

/** A name in the consumer group that a data directory keeps, so that a process finds its own unfinished entries again. */
async function consumerOf(directory: string): Promise<string> {
  checkDataDirectory(directory); // the journal, which looks too, may be one that was handed in
  const path = join(directory, 'consumer');
  const known = await readSmallText(path).catch(() => '');
  if (/^ml4t-[0-9a-f-]{36}$/.test(known)) return known;
  const name = `ml4t-${crypto.randomUUID()}`;
  // On a full disk the name lasts as long as the process; entries it leaves are then claimed like anybody's.
  await writeFile(path, name, { mode: PRIVATE_FILE }).catch(() => undefined);
  return name;
}
