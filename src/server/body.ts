import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { OrchestratorConfig } from '../config/index.ts';
import { ServiceError } from '../core/index.ts';
import { RequestError } from './problem.ts';
import { isHaltPath, pathOf } from './request-path.ts';

/** Maximum size of all bodies that are being received, in bodies of the largest size. */
const BATCHES_IN_MEMORY = 4;

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
  { maxSignalBytes, maxBatchBytes }: OrchestratorConfig['server'],
): void {
  const shared: Receiving = { nBytes: 0, limit: BATCHES_IN_MEMORY * Math.max(maxSignalBytes, maxBatchBytes) };
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (request: FastifyRequest, stream: NodeJS.ReadableStream, done: Done) => {
    receive(stream, { request, limit: maxSignalBytes, shared }, done);
  });
  const types = ['application/x-ndjson', 'application/ndjson'];
  app.addContentTypeParser(types, (request: FastifyRequest, stream: NodeJS.ReadableStream, done: Done) => {
    receive(stream, { request, limit: maxBatchBytes, shared }, (error, bytes) =>
      error === null ? done(null, new NdjsonBody(bytes as Buffer)) : done(error),
    );
  });
}

/** Memory of all bodies that are being received. */
interface Receiving {
  nBytes: number;
  /** Maximum of `nBytes`. */
  readonly limit: number;
}

interface ReceiveOptions {
  readonly request: FastifyRequest;
  /** Maximum size of this body, bytes. */
  readonly limit: number;
  readonly shared: Receiving;
}

function receive(stream: NodeJS.ReadableStream, { request, limit, shared }: ReceiveOptions, done: Done): void {
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    done(tooLarge(limit));
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  const finish = (error: Error | null): void => {
    stream.removeListener('data', onData).removeListener('end', onEnd);
    stream.removeListener('error', onBroken).removeListener('close', onBroken);
    shared.nBytes -= size;
    if (error !== null) done(error);
    else done(null, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
  };
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    shared.nBytes += chunk.length;
    chunks.push(chunk);
    if (size > limit) finish(tooLarge(limit));
    else if (shared.nBytes > shared.limit && !isHaltPath(pathOf(request.raw)))
      finish(new ServiceError('OVERLOADED', 'too many bodies arrive at once; try again'));
  };
  const onEnd = (): void => finish(null);
  const onBroken = (): void =>
    finish(new RequestError('BAD_REQUEST', 'the connection ended before the whole body was received'));
  stream.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
}

function tooLarge(limit: number): RequestError {
  return new RequestError('BODY_TOO_LARGE', `the body must not be larger than ${limit} bytes`);
}
