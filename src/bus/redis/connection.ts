import { type ConnectionOptions, connect as connectByTls, type TLSSocket } from 'node:tls';
import { AbstractConnector, Redis, type RedisOptions } from 'ioredis';
import type { BusMetrics, BusPart } from './bus-metrics.ts';
import { boundReplies, type ReplyBounds } from './replies/bounded-replies.ts';
import { WideReads } from './replies/wide-reads.ts';

/** Number of `close` listeners above which Node warns; there is one for each command that waits for its reply. */
const MAX_LISTENERS = 64;

/** Maximum time that a read waits for new entries, milliseconds. */
export const BLOCK_MS = 1000;

/** Creates a connection that notes its faults in the metrics, reconnects as `options` say, and reads no more of a reply than `bounds` say. */
export function connect(options: RedisOptions, metrics: BusMetrics, part: BusPart, bounds: ReplyBounds): Redis {
  const redis = new Redis({
    ...options,
    ...(options.sentinels === undefined && { Connector: options.tls === undefined ? WideReads : TlsSocket }),
    connectionName: `ml4t-${part}`,
    replyMapping: 'legacy',
  });
  boundReplies(redis, bounds);
  redis.setMaxListeners(MAX_LISTENERS);
  redis.on('error', (error) => metrics.setFault(part, error));
  redis.on('close', () => metrics.setClosed(part));
  return redis;
}

/** Writes all commands of `send` to the socket at once: each write alone is a call of the system and wakes the server. */
export function inOneWrite<T>({ stream }: Redis, send: () => T): T {
  stream?.cork();
  try {
    return send();
  } finally {
    stream?.uncork();
  }
}

/** Connects to a server by TLS. A connection that fails may fail twice, and the client hears of the first only: the second would end the process. */
export class TlsSocket extends AbstractConnector {
  readonly #options: RedisOptions;

  /** @param options - `RedisOptions`, whose address may change before each attempt. */
  constructor(options: unknown) {
    const redisOptions = options as RedisOptions;
    super(redisOptions.disconnectTimeout ?? 0);
    this.#options = redisOptions;
  }

  override async connect(): Promise<TLSSocket> {
    this.connecting = true;
    const { host, port, family, tls } = this.#options;
    const socket = connectByTls({ host, port, family, ...tls } as ConnectionOptions);
    this.stream = socket;
    socket.on('error', (error) => {
      this.firstError ??= error;
    });
    return socket;
  }
}
