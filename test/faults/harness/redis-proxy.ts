import { connect, createServer, type Server, type Socket } from 'node:net';

/** Proxy between a service and Redis that runs an action when a certain command is sent. */
export class RedisProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  port = 0;
  /**
   * Next trap: runs `action` instead of sending the command with `word` to Redis (`before`), or instead of returning its reply
   * (`after`); null for none.
   */
  trap: { readonly when: 'before' | 'after'; readonly word: string; readonly action: () => void } | null = null;

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
    let isTriggered = false;
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
      const trap = this.trap;
      if (trap !== null && bytes.toString('latin1').toUpperCase().includes(trap.word)) {
        isTriggered = true;
        this.trap = null;
        if (trap.when === 'before') {
          trap.action();
          return;
        }
        target.once('data', () => trap.action());
      }
      target.write(bytes);
    });
    target.on('data', (bytes) => {
      if (!isTriggered) client.write(bytes);
    });
  }
}
