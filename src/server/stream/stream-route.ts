import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { ServiceError } from '../../core/index.ts';
import type { LiveEvent } from '../../ports/index.ts';
import { checkBy, DEFAULT_EVENT_TYPES, EVENT_TYPES, type EventType, streamQuery } from '../../wire/index.ts';
import { RequestError } from '../problem.ts';
import { STREAM_PATH } from '../request-path.ts';
import type { ServerContext } from '../server-options.ts';
import { StreamClient } from './stream-client.ts';

/** Maximum number of connections. */
const MAX_CLIENTS = 256;
/** Time between two pings of a connection, milliseconds. */
const PING_MS = 30_000;
/** Time between two looks at what waits to be read, milliseconds. */
const MEASURE_MS = 500;
/** Time in which a client has to answer the close of its connection, milliseconds. */
const CLOSE_MS = 1000;

/** The WebSocket that streams events, and takes signals and bars. */
export interface StreamRoute {
  /** Closes every connection with 1001. */
  close(): void;
}

/** Lets connections be upgraded. It comes before the gate, because the plugin ends the connection of an upgrade that the gate refuses. */
export async function addUpgrades(app: FastifyInstance, { config }: ServerContext): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload: config.server.maxSignalBytes, perMessageDeflate: false },
    errorHandler: (_error, socket) => socket.terminate(),
    preClose: (done: () => void) => done(), // StreamRoute.close() does it
  });
}

/** Adds `GET /v1/stream`. */
export function addStreamRoute(app: FastifyInstance, context: ServerContext): StreamRoute {
  const clients = new Set<StreamClient>();
  const started = new Date(context.startedMs).toISOString();
  const send = (event: LiveEvent): void => {
    for (const client of clients) client.sendEvent(event);
  };
  let subscribed: readonly EventType[] = [];
  let unsubscribe = (): void => undefined;
  /** Subscribes to the types that some client asked for: an event that nobody wants would cost the busy routes time. */
  const update = (): void => {
    context.nStreamClients = clients.size;
    const wanted = EVENT_TYPES.filter((type) => [...clients].some((client) => client.wants(type)));
    if (wanted.join() === subscribed.join()) return;
    unsubscribe();
    subscribed = wanted;
    unsubscribe = wanted.length === 0 ? () => undefined : context.service.subscribe(send, wanted);
  };
  const close = (): void => {
    for (const client of clients) client.close(1001, 'the service is stopping', CLOSE_MS);
  };
  const pinging = setInterval(() => {
    for (const client of clients) client.ping();
  }, PING_MS).unref();
  const measuring = setInterval(() => {
    for (const client of clients) client.measure();
  }, MEASURE_MS).unref();
  app.addHook('onClose', (_app, done) => {
    clearInterval(pinging);
    clearInterval(measuring);
    done();
  });

  app.route({
    method: 'GET',
    url: STREAM_PATH,
    // Checked before the upgrade, so that a refusal is an HTTP answer.
    preHandler: (request, _reply, done) => {
      checkBy(streamQuery, request.query, 'query');
      if (!request.ws) {
        const sentence = 'this route is a WebSocket: connect with ws:// and an upgrade';
        return done(new RequestError('UPGRADE_REQUIRED', sentence, { upgrade: 'websocket' }));
      }
      if (clients.size >= MAX_CLIENTS)
        return done(new ServiceError('OVERLOADED', `${MAX_CLIENTS} connections are open already`));
      done();
    },
    handler: (_request, reply) => reply.callNotFound(),
    wsHandler: (socket, request) => {
      const { types = DEFAULT_EVENT_TYPES, hello } = checkBy(streamQuery, request.query, 'query');
      const { connections } = context;
      const connection = connections.upgrade(request.raw.socket);
      const client = new StreamClient(socket, context, types, (nBytes) => connections.setUnread(connection, nBytes));
      if (hello === 'true') client.sendHello({ type: 'hello', started, seq: context.service.eventNumbers });
      clients.add(client);
      update();
      socket.on('close', () => {
        clients.delete(client);
        update();
      });
    },
  });
  return { close };
}
