import type { RedisOptions } from 'ioredis';
import { type OrchestratorConfig, shownValue } from '../../config/index.ts';
import { ConditionError } from '../../core/index.ts';
import { readWholeSync } from '../files/read-whole.ts';
import { type RedisAddress, redisAddress } from './redis-address.ts';
import { RedisNodes } from './redis-nodes.ts';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2000;
const KEEP_ALIVE_MS = 5000;
/** Replies after which a connection is made anew, because the server is no longer the one to ask. */
const WRONG_SERVER = /^(READONLY|NOAUTH|MASTERDOWN)/;

/** Options of connections that go to the same server, and the choice of that server. */
export interface RedisWay {
  readonly options: RedisOptions;
  readonly nodes: RedisNodes;
}

/**
 * Options of every connection: commands are not queued while the server is away and never sent twice; reconnecting goes on
 * without limit, with growing, random pauses. Each attempt asks the sentinels again, or goes where the cluster has the keys, and
 * reads the file of the password.
 *
 * @throws {ConditionError} for a URL or file that cannot be used. Its text names no secret.
 */
export function redisWay(config: OrchestratorConfig['redis']): RedisWay {
  const { url, passwordFile, commandTimeoutMs } = config;
  const address = redisAddress(url);
  const nodes = new RedisNodes(address.places);
  const fromFile = passwordFile === null ? null : secretOf('redis.password_file', passwordFile);
  const password = fromFile ?? address.password;
  const options: RedisOptions = {
    ...(address.primary === null ? nodes.current : sentinelOptions(address, config)),
    db: address.db,
    ...(address.username !== null && { username: address.username }),
    ...(password !== null && { password }),
    ...tlsOptions(address, config),
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: null,
    connectTimeout: commandTimeoutMs,
    commandTimeout: commandTimeoutMs,
    socketTimeout: commandTimeoutMs, // a later reply would be taken for that of the next command
    keepAlive: KEEP_ALIVE_MS,
    enableReadyCheck: false, // a server that is loading refuses the first command with LOADING
    autoResubscribe: false,
    disableClientInfo: true,
    protocol: 2,
    // Called as a method of the options of a connection, which it may change for the next attempt.
    retryStrategy(this: RedisOptions, times) {
      if (times > 1) nodes.leave(); // it was not ready since the last attempt
      if (address.primary === null) Object.assign(this, nodes.current);
      if (passwordFile !== null) this.password = readAgain(passwordFile) ?? this.password;
      const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(times, 10));
      return pause / 2 + (Math.random() * pause) / 2;
    },
    reconnectOnError({ message }) {
      if (nodes.follow(message)) return true;
      if (!WRONG_SERVER.test(message)) return false;
      if (!nodes.isAlone) nodes.leave();
      return true;
    },
  };
  return { options, nodes };
}

function sentinelOptions(
  { places, primary, isTls }: RedisAddress,
  { sentinelUser, sentinelPasswordFile, commandTimeoutMs, ...config }: OrchestratorConfig['redis'],
): RedisOptions {
  const file = sentinelPasswordFile;
  const password = file === null ? null : secretOf('redis.sentinel_password_file', file);
  return {
    sentinels: [...places],
    name: primary ?? '',
    sentinelCommandTimeout: commandTimeoutMs,
    sentinelRetryStrategy: (times) => Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * times),
    sentinelReconnectStrategy: () => LAST_RETRY_MS, // of the connections that hear of a failover
    ...(sentinelUser !== null && { sentinelUsername: sentinelUser }),
    ...(password !== null && { sentinelPassword: password }),
    ...(isTls && { enableTLSForSentinelMode: true, sentinelTLS: tlsOf(config.tlsCaFile) }),
  };
}

function tlsOptions({ isTls }: RedisAddress, { tlsCaFile }: OrchestratorConfig['redis']): RedisOptions {
  if (!isTls && tlsCaFile !== null)
    throw new ConditionError('redis.url', 'rediss:// where redis.tls_ca_file is set', 'a URL without TLS');
  return isTls ? { tls: tlsOf(tlsCaFile) } : {};
}

function tlsOf(caFile: string | null): { ca?: string } {
  return caFile === null ? {} : { ca: readText('redis.tls_ca_file', caFile) };
}

function secretOf(setting: string, path: string): string {
  return readText(setting, path).trim();
}

/** @returns null for a file that cannot be read now, as while another program replaces it. */
function readAgain(path: string): string | null {
  try {
    return readWholeSync(path).toString('utf8').trim();
  } catch {
    return null;
  }
}

function readText(setting: string, path: string): string {
  try {
    return readWholeSync(path).toString('utf8');
  } catch (error) {
    const { message } = error as Error;
    throw new ConditionError(setting, `a file that can be read (${message})`, shownValue(setting, path));
  }
}
