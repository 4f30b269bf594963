import { ConditionError, HIDDEN, parseNumber } from '../../core/index.ts';

/** Where one server or sentinel listens. */
export interface RedisPlace {
  readonly host: string;
  readonly port: number;
}

/** What `redis.url` says. */
export interface RedisAddress {
  /** Nodes of one server or cluster, or sentinels; at least one, in the order of the URL. */
  readonly places: readonly RedisPlace[];
  /** Name of the primary that the sentinels know; null where the places are servers. */
  readonly primary: string | null;
  readonly isTls: boolean;
  readonly username: string | null;
  readonly password: string | null;
  readonly db: number;
}

const FORM = /^(rediss?)(-sentinel)?:\/\/([^/?#]*)(.*)$/s;
const SERVER_PORT = 6379;
const SENTINEL_PORT = 26_379;

/**
 * Reads `redis[s]://[user[:password]@]host[:port][,host[:port]…][/db]`, and the same of sentinels, `redis[s]-sentinel://…#primary`.
 *
 * @throws {ConditionError} for another text. It names no secret.
 */
export function redisAddress(text: string): RedisAddress {
  const [, scheme, sentinel, authority = '', rest = ''] = FORM.exec(text) ?? [];
  const at = authority.lastIndexOf('@') + 1; // a comma before it belongs to the password
  const hosts = authority.slice(at).split(',');
  const urls = hosts.map((host) => urlOf(scheme, authority.slice(0, at) + host + rest));
  const [url] = urls;
  // What follows a plain / ? or # is no part of the password.
  if (/@/.test(url.pathname + url.search + url.hash)) {
    throw new ConditionError('redis.url', 'without a plain / ? # in its password: %2F %3F %23 stand for them', HIDDEN);
  }
  return {
    places: urls.map((each) => placeOf(each, sentinel === undefined ? SERVER_PORT : SENTINEL_PORT)),
    primary: sentinel === undefined ? null : primaryOf(url),
    isTls: scheme === 'rediss',
    username: url.username === '' ? null : decoded(url.username),
    password: url.password === '' ? null : decoded(url.password),
    db: databaseOf(url),
  };
}

/** The places as a text without secrets. */
export function shownPlaces({ places, primary }: RedisAddress): string {
  const shown = places.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join();
  return primary === null ? shown : `the primary ${JSON.stringify(primary)} of the sentinels ${shown}`;
}

function urlOf(scheme: string | undefined, rest: string): URL {
  const text = `${scheme}://${rest}`;
  const url = scheme !== undefined && URL.canParse(text) ? new URL(text) : null;
  if (url !== null && url.hostname !== '') return url;
  const form = 'redis://host:port, rediss://host:port or redis-sentinel://host:port,host:port#name';
  throw new ConditionError('redis.url', `of the form ${form}`, HIDDEN);
}

function placeOf({ hostname, port }: URL, defaultPort: number): RedisPlace {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? defaultPort : Number(port) };
}

function primaryOf({ hash, searchParams }: URL): string {
  const name = hash === '' ? searchParams.get('sentinelMasterId') : decoded(hash.slice(1));
  if (name !== null && name !== '') return name;
  const rule = 'with the name of the primary after #, as redis-sentinel://host:26379#mymaster';
  throw new ConditionError('redis.url', rule, HIDDEN);
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
