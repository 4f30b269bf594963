import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a service and Redis, and strikes when a certain command goes by. */
export class RedisProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  port = 0;
  /** Strikes before the command is passed on, or once its reply is there, which is not passed back; null: never. */
  strike: { readonly when: 'before' | 'after'; readonly word: string; readonly act: () => void } | null = null;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(targetPort: number): Promise<RedisProxy> {
    const server = createServer((client) => proxy.#join(client, targetPort));
    const proxy = new RedisProxy(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    proxy.port = typeof address === 'object' && address !== null ? address.port : 0;
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #join(client: Socket, targetPort: number): void {
    const target = connect(targetPort, '127.0.0.1');
    let isStruck = false;
    for (const socket of [client, target]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        target.destroy();
        this.#sockets.delete(socket);
      });
    }
    client.on('data', (bytes) => {
      const strike = this.strike;
      if (strike !== null && bytes.toString('latin1').toUpperCase().includes(strike.word)) {
        isStruck = true;
        this.strike = null;
        if (strike.when === 'before') {
          strike.act();
          return;
        }
        target.once('data', () => strike.act());
      }
      target.write(bytes);
    });
    target.on('data', (bytes) => {
      if (!isStruck) client.write(bytes);
    });
  }
}
