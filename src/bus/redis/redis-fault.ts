/** Why Redis did not run a command. */
export interface RedisFault {
  /** `LOADING`, `NOGROUP`, `OOM`, `READONLY`, `MISCONF`, `WRONGPASS`, `NOAUTH`, `NOPERM`, `TLS`, `TIMEOUT`, `UNREACHABLE`, ... */
  readonly name: string;
  /** Whether the server answered with a refusal; false for a server that is away. */
  readonly isRefusal: boolean;
  /** One sentence that begins with the name and says what to do. */
  readonly reason: string;
}

/** A fault that the bus found itself. */
export class BusRefusal extends Error {
  readonly fault: RedisFault;

  /** @param what - what is wrong and what to do, without secrets. */
  constructor(name: string, what: string) {
    super(`${name} ${what}`);
    this.fault = { name, isRefusal: true, reason: `${name}: ${what}` };
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  LOADING: 'the server is reading its data from disk; the bus goes on when it is done',
  NOGROUP: 'the stream or its consumer group is gone; it is created again',
  UNBLOCKED: 'the stream or its consumer group is gone; it is created again',
  WRONGTYPE: 'a key with the name of one of the streams is no stream; delete it or set another redis_channel_* name',
  OOM: 'the server has no memory left; raise its maxmemory and set its policy to noeviction',
  READONLY: 'the server is a replica; redis.url must name the primary',
  MISCONF: 'the server cannot save to its disk and takes no writes; free its disk or check its directory',
  WRONGPASS: 'user or password is wrong; check redis.url or redis.password_file',
  NOAUTH: 'the server wants a password; set redis.password_file, or write it in redis.url',
  NOPERM: 'the user may not do this; docs/security.md lists the rights that are needed',
  MASTERDOWN: 'the replica has lost its primary; redis.url must name the primary',
  NOREPLICAS: 'too few replicas keep up with the primary (min-replicas-to-write); the bus goes on when they do',
  BUSY: 'a script keeps the server busy; the bus goes on when it ends, or after SCRIPT KILL',
  CLUSTERDOWN: 'the cluster is down; the bus goes on when it is up',
  CROSSSLOT: 'on a Redis Cluster all redis_channel_* names need the same {tag}, as {nautilus}:signals; docs/redis.md',
  TRYAGAIN: 'the cluster is moving the streams to another node; the bus goes on when it is done',
  ASK: 'the cluster is moving the streams to another node; the bus goes on when it is done',
  MOVED: 'another node of the cluster has the streams; the bus goes there',
  SENTINEL: 'no sentinel knows the primary; check the name after # in redis.url',
  TLS: 'the certificate of the server cannot be verified; check redis.tls_ca_file and the host in redis.url',
  TIMEOUT: 'the server does not answer in time; check its load, or raise redis.command_timeout_ms',
  UNREACHABLE: 'no server answers at the address; check redis.url and that the server runs',
};
const AWAY = new Set(['TIMEOUT', 'UNREACHABLE', 'MOVED', 'ASK', 'TRYAGAIN']);
/** How the client begins when no sentinel helped; the last reason follows where there is one. */
const NO_SENTINEL = /^All sentinels are unreachable\..*?(?:Last error: (.*))?$/;
const LOGIN = new Set(['NOAUTH', 'WRONGPASS', 'NOPERM']);
const SENTINEL_LOGIN =
  'the sentinels refuse; set redis.sentinel_user and redis.sentinel_password_file, docs/redis.md lists the rights';
const TLS_CODES = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO|HOSTNAME_MISMATCH)/;

/** Names a fault. The text of the error is not passed on, because it may repeat a password. */
export function nameFault(error: unknown): RedisFault {
  if (error instanceof BusRefusal) return error.fault;
  const [first] = (error as { readonly previousErrors?: readonly unknown[] }).previousErrors ?? [];
  if (first !== undefined) return nameFault(first); // the command that aborted a transaction
  const { message = '', code = '' } = error as { readonly message?: string; readonly code?: string };
  const name = faultName(message, code);
  const remedy = REMEDIES[name] ?? 'the server refuses';
  const isLogin = NO_SENTINEL.test(message) && LOGIN.has(name);
  return { name, isRefusal: !AWAY.has(name), reason: `${name}: ${isLogin ? SENTINEL_LOGIN : remedy}` };
}

function faultName(message: string, code: string): string {
  const atSentinel = NO_SENTINEL.exec(message);
  if (atSentinel !== null) {
    const [, reason = ''] = atSentinel;
    return reason === '' || reason.includes('No such master') ? 'SENTINEL' : faultName(reason, '');
  }
  if (TLS_CODES.test(code) || /certificate|SSL routines/i.test(message)) return 'TLS';
  if (code === 'ETIMEDOUT' || /timed out|timeout|ETIMEDOUT/i.test(message)) return 'TIMEOUT';
  if (code !== '') return 'UNREACHABLE';
  const [word] = message.split(/[\s:]/, 1);
  if (Object.hasOwn(REMEDIES, word)) return word;
  if (word === 'ERR' && /AUTH|password/i.test(message)) return 'NOAUTH';
  return /^[A-Z]{3,}$/.test(word) ? word : 'UNREACHABLE';
}
