import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { ServiceError } from '../../core/index.ts';
import type { LiveEvent } from '../../ports/index.ts';
import { checkBy, EVENT_TYPES, streamQuery } from '../../wire/index.ts';
import { RequestError } from '../problem.ts';
import { STREAM_PATH } from '../request-path.ts';
import type { ServerContext } from '../server-options.ts';
import { Watcher } from './watcher.ts';

/** Each may have a few megabytes waiting to be sent. */
const MAX_WATCHERS = 256;
const PING_MS = 30_000;
/** How long a client may take to say goodbye, milliseconds. */
const GOODBYE_MS = 1000;

/** The WebSocket that shows what happens, and takes signals and bars. */
export interface StreamRoute {
  /** Says goodbye to everybody. */
  close(): void;
}

/**
 * Lets connections be upgraded. Comes before the gate: of an upgrade that the gate turns away, the plugin must have heard, or
 * nobody would end its connection.
 */
export async function addUpgrades(app: FastifyInstance, { config }: ServerContext): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload: config.server.maxSignalBytes, perMessageDeflate: false },
    errorHandler: (_error, socket) => socket.terminate(),
    preClose: (done: () => void) => done(), // the desk says goodbye in its own words
  });
}

/** @returns the desk to close the stream with. */
export function addStreamRoute(app: FastifyInstance, context: ServerContext): StreamRoute {
  const watchers = new Set<Watcher>();
  let unsubscribe: (() => void) | null = null;
  /** While nobody watches, nothing is told: events cost the busy routes time. */
  const update = (): void => {
    context.nWatchers = watchers.size;
    if (watchers.size > 0) unsubscribe ??= context.service.subscribe(tell);
    else {
      unsubscribe?.();
      unsubscribe = null;
    }
  };
  const tell = (event: LiveEvent): void => {
    for (const watcher of watchers) watcher.tell(event);
  };
  const close = (): void => {
    for (const watcher of watchers) watcher.close(1001, 'the service is stopping', GOODBYE_MS);
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
    // Judged before the upgrade, so that a refusal is an HTTP answer.
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
      const { types = [...EVENT_TYPES] } = checkBy(streamQuery, request.query, 'query');
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
