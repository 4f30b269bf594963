import type { FastifyInstance } from 'fastify';
import type { ServerContext } from '../server-options.ts';

/** What an answer in pieces has waiting at most, a slice of a batch, in bytes. */
const STREAM_BYTES = 2 ** 20;

/** Counts the bytes of every answer of the router until they are sent. */
export function addAnswerSizes(app: FastifyInstance, { connections }: ServerContext): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    connections.hold(request.raw.socket, reply.raw, sizeOf(payload));
    done(null, payload);
  });
}

function sizeOf(payload: unknown): number {
  if (payload === null || payload === undefined) return 0;
  if (typeof payload === 'string') return payload.length; // most are ASCII, and the exact size would be counted twice
  return payload instanceof Uint8Array ? payload.length : STREAM_BYTES;
}
