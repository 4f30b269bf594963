import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { OrchestratorConfig } from '../config/index.ts';
import type { SignalService } from '../live/index.ts';
import type { Logger, MessageBus } from '../ports/index.ts';
import { consoleLogger, requireParts, systemClock } from '../runtime/index.ts';
import { type CreateServiceOptions, createSignalService } from './create-service.ts';
import { readSecrets } from './secrets.ts';

const PRIVATE_FILE = 0o600;
/** Time for each half of a stop (the transports, then the journal), milliseconds: both within ten seconds. */
const FINISH_MS = 4500;

/** A service and its transports, as one process. */
export interface LiveProcess {
  readonly service: SignalService;
  /** Begins to answer. @throws {ConditionError} when the address cannot be had. */
  listen(): Promise<{ readonly url: string }>;
  /** Takes nothing more, finishes what is under way within ten seconds, and lets everything go. */
  close(): Promise<void>;
}

/**
 * The live service with HTTP, WebSocket and, unless it is switched off, Redis.
 *
 * @throws {ConditionError} when the address may not be bound, or a secret cannot be read.
 * @throws {Ml4tError} `MISSING_PART` where packages of the transports are not installed. Else as {@link createSignalService}.
 */
export async function createLiveService(
  config: OrchestratorConfig,
  options: CreateServiceOptions = {},
): Promise<LiveProcess> {
  const { logger = consoleLogger } = options;
  requireParts(config.redisEnabled ? ['server', 'redis'] : ['server']);
  const { createServer } = await import('../server/index.ts');
  const secrets = await readSecrets(config.server);
  const service = await createSignalService(config, options);
  try {
    const clock = systemClock;
    const bus = config.redisEnabled ? await createBus(config, logger) : null;
    const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
    const server = await createServer({ config, service, bus, logger, version, secrets, nowMs: Date.now, clock });
    const listen = async (): Promise<{ readonly url: string }> => {
      const address = await server.listen();
      bus?.start(service);
      return address;
    };
    const close = async (): Promise<void> => {
      await Promise.all([bus?.stop(FINISH_MS), server.close(FINISH_MS)]);
      await service.stop(FINISH_MS);
    };
    return { service, listen, close };
  } catch (error) {
    await service.stop();
    throw error;
  }
}

async function createBus(config: OrchestratorConfig, logger: Logger): Promise<MessageBus> {
  const { createCodec, createRedisBus } = await import('../bus/index.ts');
  const consumerName = config.redis.consumer ?? (await consumerOf(config.server.dataDir));
  const codec = createCodec(config.redis);
  return createRedisBus(config, { logger, clock: systemClock, nowMs: Date.now, codec, consumerName });
}

/** A name in the consumer group that a data directory keeps, so that a process finds its own unfinished entries again. */
async function consumerOf(directory: string): Promise<string> {
  const path = join(directory, 'consumer');
  const known = await readFile(path, 'utf8').catch(() => '');
  if (/^ml4t-[0-9a-f-]{36}$/.test(known)) return known;
  const name = `ml4t-${randomUUID()}`;
  // On a full disk the name lasts as long as the process; entries it leaves are then claimed like anybody's.
  await writeFile(path, name, { mode: PRIVATE_FILE }).catch(() => undefined);
  return name;
}
