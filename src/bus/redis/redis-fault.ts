/** What keeps Redis from doing as asked: its name, and whether the server is there at all. */
export interface RedisFault {
  /** `LOADING`, `NOGROUP`, `OOM`, `READONLY`, `MISCONF`, `WRONGPASS`, `NOAUTH`, `NOPERM`, `TLS`, `TIMEOUT`, `UNREACHABLE`, ... */
  readonly name: string;
  /** The server answered, and refuses; else it is away. */
  readonly isRefusal: boolean;
  /** One sentence that begins with the name. */
  readonly reason: string;
}

const REMEDIES: Readonly<Record<string, string>> = {
  LOADING: 'the server is reading its data from disk',
  NOGROUP: 'the stream or its consumer group is gone',
  UNBLOCKED: 'the stream or its consumer group is gone',
  WRONGTYPE: 'a key with the name of one of the streams holds something else',
  OOM: 'the server has no memory left (maxmemory); use the policy noeviction and more memory',
  READONLY: 'the server is a replica; redis.url must name the primary',
  MISCONF: 'the server cannot save to its disk and takes no writes',
  WRONGPASS: 'user or password is wrong',
  NOAUTH: 'the server wants a password (redis.password_file, or in redis.url)',
  NOPERM: 'the user may not do this; docs/security.md lists what is needed',
  MASTERDOWN: 'the replica has lost its primary',
  CLUSTERDOWN: 'the cluster is down',
  TLS: 'the secure connection cannot be trusted',
  TIMEOUT: 'the server does not answer',
  UNREACHABLE: 'no server answers at the address',
};
const AWAY = new Set(['TIMEOUT', 'UNREACHABLE']);
const TLS_CODES = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO|HOSTNAME_MISMATCH)/;

/** Names what went wrong. The text of the error is not passed on: it may hold what the user typed, a password among it. */
export function nameFault(error: unknown): RedisFault {
  const [first] = (error as { readonly previousErrors?: readonly unknown[] }).previousErrors ?? [];
  if (first !== undefined) return nameFault(first); // of a transaction that was given up
  const { message = '', code = '' } = error as { readonly message?: string; readonly code?: string };
  const name = faultName(message, code);
  return { name, isRefusal: !AWAY.has(name), reason: `${name}: ${REMEDIES[name] ?? 'the server refuses'}` };
}

function faultName(message: string, code: string): string {
  if (TLS_CODES.test(code) || /certificate|SSL routines/i.test(message)) return 'TLS';
  if (code === 'ETIMEDOUT' || /timed out|timeout|ETIMEDOUT/i.test(message)) return 'TIMEOUT';
  if (code !== '') return 'UNREACHABLE';
  const [word] = message.split(/[\s:]/, 1);
  if (Object.hasOwn(REMEDIES, word)) return word;
  if (word === 'ERR' && /AUTH|password/i.test(message)) return 'NOAUTH';
  return /^[A-Z]{3,}$/.test(word) ? word : 'UNREACHABLE';
}
