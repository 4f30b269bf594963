import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { OrchestratorConfig } from '../config/index.ts';
import { RequestError } from './problem.ts';
import { Receiving, Upload } from './receiving.ts';

/** Maximum size of all bodies that are being received, in bodies of the largest size. */
const BATCHES_IN_MEMORY = 4;

/** Refusal of an upload that is given up; the rest of it is not read. */
const NO_ROOM = new RequestError('OVERLOADED', 'too many bodies arrive at once; try again', { connection: 'close' });

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
  const receiving = new Receiving(BATCHES_IN_MEMORY * Math.max(maxSignalBytes, maxBatchBytes));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (request: FastifyRequest, stream: NodeJS.ReadableStream, done: Done) => {
    receive(stream, { request, limit: maxSignalBytes, receiving }, done);
  });
  const types = ['application/x-ndjson', 'application/ndjson'];
  app.addContentTypeParser(types, (request: FastifyRequest, stream: NodeJS.ReadableStream, done: Done) => {
    receive(stream, { request, limit: maxBatchBytes, receiving }, (error, bytes) =>
      error === null ? done(null, new NdjsonBody(bytes as Buffer)) : done(error),
    );
  });
}

interface ReceiveOptions {
  readonly request: FastifyRequest;
  /** Maximum size of this body, bytes. */
  readonly limit: number;
  readonly receiving: Receiving;
}

function receive(stream: NodeJS.ReadableStream, { request, limit, receiving }: ReceiveOptions, done: Done): void {
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    done(tooLarge(limit));
    return;
  }
  const finish = (error: Error | null): void => {
    stream.removeListener('data', onData).removeListener('end', onEnd);
    stream.removeListener('error', onBroken).removeListener('close', onBroken);
    receiving.remove(upload);
    if (error !== null) done(error);
    else done(null, upload.bytes);
  };
  const upload = new Upload(limit, () => finish(NO_ROOM), performance.now());
  const onData = (piece: Buffer): void => {
    if (upload.size + piece.length > limit) finish(tooLarge(limit));
    else receiving.add(upload, piece, performance.now());
  };
  const onEnd = (): void => finish(null);
  const onBroken = (): void =>
    finish(new RequestError('BAD_REQUEST', 'the connection ended before the whole body was received'));
  stream.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
}

function tooLarge(limit: number): RequestError {
  return new RequestError('BODY_TOO_LARGE', `the body must not be larger than ${limit} bytes`);
}
