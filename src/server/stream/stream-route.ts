import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { ServiceError } from '../../core/index.ts';
import type { LiveEvent } from '../../ports/index.ts';
import { checkBy, DEFAULT_EVENT_TYPES, EVENT_TYPES, type EventType, streamQuery } from '../../wire/index.ts';
import { RequestError } from '../problem.ts';
import { STREAM_PATH } from '../request-path.ts';
import type { ServerContext } from '../server-options.ts';
import { Watcher } from './watcher.ts';

/** Maximum number of connections; each may have a few megabytes waiting to be sent. */
const MAX_WATCHERS = 256;
/** Time between two pings of a connection, milliseconds. */
const PING_MS = 30_000;
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
  const watchers = new Set<Watcher>();
  const send = (event: LiveEvent): void => {
    for (const watcher of watchers) watcher.sendEvent(event);
  };
  let subscribed: readonly EventType[] = [];
  let unsubscribe = (): void => undefined;
  /** Subscribes to the types that some watcher asked for: an event that nobody wants would cost the busy routes time. */
  const update = (): void => {
    context.nWatchers = watchers.size;
    const wanted = EVENT_TYPES.filter((type) => [...watchers].some((watcher) => watcher.wants(type)));
    if (wanted.join() === subscribed.join()) return;
    unsubscribe();
    subscribed = wanted;
    unsubscribe = wanted.length === 0 ? () => undefined : context.service.subscribe(send, wanted);
  };
  const close = (): void => {
    for (const watcher of watchers) watcher.close(1001, 'the service is stopping', CLOSE_MS);
  };
  const pinging = setInterval(() => {
    for (const watcher of watchers) watcher.ping();
  }, PING_MS).unref();
  app.addHook('onClose', (_app, done) => {
    clearInterval(pinging);
    done();
  });

  app.route({
    method: 'GET',
    url: STREAM_PATH,
    // Checked before the upgrade, so that a refusal is an HTTP answer.
    preHandler: (request, _reply, done) => {
      if (!request.ws) {
        const sentence = 'this route is a WebSocket: connect with ws:// and an upgrade';
        return done(new RequestError('BAD_REQUEST', sentence, { upgrade: 'websocket' }));
      }
      checkBy(streamQuery, request.query, 'query');
      if (watchers.size >= MAX_WATCHERS)
        return done(new ServiceError('OVERLOADED', `${MAX_WATCHERS} connections watch already`));
      done();
    },
    handler: (_request, reply) => reply.callNotFound(),
    wsHandler: (socket, request) => {
      const { types = DEFAULT_EVENT_TYPES } = checkBy(streamQuery, request.query, 'query');
      const watcher = new Watcher(socket, context, types);
      watchers.add(watcher);
      update();
      socket.on('close', () => {
        watchers.delete(watcher);
        update();
      });
    },
  });
  return { close };
}
