import { createConnection, type NetConnectOpts, type Socket } from 'node:net';
import { AbstractConnector, type RedisOptions } from 'ioredis';

/** Maximum size of one read, bytes. Node reads at most 32 times before it looks at other connections. */
const READ_BYTES = 1 << 18;

/** Notes bytes that no reader needs, before it returns. @returns false where they have to be read. */
type Drop = (bytes: Uint8Array) => boolean;

const drops = new WeakMap<object, Drop>();

/** Offers all bytes that a connection of {@link WideReads} receives to `drop` first. */
export function dropWith(stream: object, drop: Drop): void {
  drops.set(stream, drop);
}

/**
 * Connects to a server without TLS, and reads four times as much at a time as Node does by itself: an entry of 50 MB then arrives
 * in a third of the turns of the event loop, and signals wait behind it for a third of the time.
 */
export class WideReads extends AbstractConnector {
  readonly #options: RedisOptions;

  /** @param options - `RedisOptions`, whose address may change before each attempt. */
  constructor(options: unknown) {
    const redisOptions = options as RedisOptions;
    super(redisOptions.disconnectTimeout ?? 0);
    this.#options = redisOptions;
  }

  override async connect(): Promise<Socket> {
    this.connecting = true;
    const { host, port, family } = this.#options;
    const onread = {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      // The next read overwrites the buffer, and the client keeps what it gets until the reply is complete.
      callback: (nBytes: number, bytes: Uint8Array): boolean => {
        const received = bytes.subarray(0, nBytes);
        if (drops.get(socket)?.(received) !== true) socket.emit('data', Buffer.from(received));
        return true;
      },
    };
    const socket = createConnection({ host, port, family, onread } as NetConnectOpts);
    this.stream = socket;
    socket.on('error', (error) => {
      this.firstError ??= error; // a later one that nobody hears would end the process
    });
    return socket;
  }
}
