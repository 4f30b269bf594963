import type { RedisOptions } from 'ioredis';
import { type OrchestratorConfig, shownValue } from '../config/index.ts';
import { ConditionError, HIDDEN, parseNumber } from '../core/index.ts';
import { readWholeSync } from './files/read-whole.ts';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2000;
const KEEP_ALIVE_MS = 5000;

/**
 * Options of every connection: commands are not queued while the server is away and never sent twice; reconnecting goes on
 * without limit, with growing, random pauses.
 *
 * @throws {ConditionError} for a URL or file that cannot be used. Its text names no secret.
 */
export function redisOptions(config: OrchestratorConfig['redis']): RedisOptions {
  const { url, passwordFile, tlsCaFile, commandTimeoutMs } = config;
  const address = parseUrl(url);
  const isTls = address.protocol === 'rediss:';
  if (!isTls && tlsCaFile !== null)
    throw new ConditionError('redis.url', 'rediss:// where redis.tls_ca_file is set', address.protocol);
  const fromUrl = address.password === '' ? undefined : decoded(address.password);
  const password = passwordFile === null ? fromUrl : readText('redis.password_file', passwordFile).trim();
  const db = databaseOf(address);
  return {
    host: address.hostname.replace(/^\[|\]$/g, ''),
    port: address.port === '' ? 6379 : Number(address.port),
    db,
    ...(address.username === '' ? {} : { username: decoded(address.username) }),
    ...(password === undefined ? {} : { password }),
    ...(isTls ? { tls: { ...(tlsCaFile !== null && { ca: readText('redis.tls_ca_file', tlsCaFile) }) } } : {}),
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
    retryStrategy: (times) => {
      const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(times, 10));
      return pause / 2 + (Math.random() * pause) / 2;
    },
    reconnectOnError: (error) => /^(READONLY|NOAUTH)/.test(error.message),
  };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    throw new ConditionError('redis.url', 'of the form redis://host:port or rediss://host:port', HIDDEN);
  }
  // What follows a plain / ? or # is no part of the password.
  if (/@/.test(url.pathname + url.search + url.hash)) {
    throw new ConditionError('redis.url', 'without a plain / ? # in its password: %2F %3F %23 stand for them', HIDDEN);
  }
  return url;
}

function databaseOf({ pathname }: URL): number {
  const db = pathname.length > 1 ? parseNumber(pathname.slice(1)) : 0;
  if (db !== null && Number.isSafeInteger(db) && db >= 0) return db;
  throw new ConditionError('redis.url', 'a URL whose path is the number of a database', 'something else');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ConditionError('redis.url', 'percent-encoded in user and password, with %25 for a plain %', HIDDEN);
  }
}

function readText(setting: string, path: string): string {
  try {
    return readWholeSync(path).toString('utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'UNFIT_FILE' ? message : code;
    throw new ConditionError(setting, `a file that can be read (${why})`, shownValue(setting, path));
  }
}
