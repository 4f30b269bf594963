import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServerContext } from '../server-options.ts';

/** Time between two looks for bodies that stand still, milliseconds. */
const SWEEP_MS = 1000;

type Done = (error: Error | null, body?: unknown) => void;

/** Body of an NDJSON request: one JSON message in each line. */
export class NdjsonBody {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** Receives bodies as bytes: `Buffer` for JSON, {@link NdjsonBody} for NDJSON. Larger bodies than allowed are not received. */
export function addBodyReaders(
  app: FastifyInstance,
  { config, bodies }: Pick<ServerContext, 'config' | 'bodies'>,
): void {
  const { maxSignalBytes, maxBatchBytes } = config.server;
  const timer = setInterval(() => bodies.sweep(performance.now()), SWEEP_MS).unref();
  app.addHook('onClose', async () => clearInterval(timer));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (_request: FastifyRequest, stream: IncomingMessage, done: Done) => {
    bodies.receive(stream, maxSignalBytes, done);
  });
  const types = ['application/x-ndjson', 'application/ndjson'];
  app.addContentTypeParser(types, (_request: FastifyRequest, stream: IncomingMessage, done: Done) => {
    bodies.receive(stream, maxBatchBytes, (error, bytes) =>
      error === null ? done(null, new NdjsonBody(bytes as Buffer)) : done(error),
    );
  });
}
