import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestError } from '../problem.ts';
import type { ServerContext } from '../server-options.ts';
import { BodyPace } from './body-pace.ts';
import { Receiving } from './receiving.ts';
import { Upload, type UploadEnd } from './upload.ts';

/** Maximum size of the large bodies that are being received, in bodies of the largest size. */
const LARGE_AT_ONCE = 3;
/** Maximum size of the small bodies that are being received, in bodies of one message. */
const SMALL_AT_ONCE = 16;
/** Time between two looks for bodies that stand still, milliseconds. */
const SWEEP_MS = 1000;
/** How long a body of tiny pieces waits for its refusal, so that it does not come again at once, milliseconds. */
const TINY_WAIT_MS = 3000;

/** Refusals of an upload that is ended; the rest of it is not read. */
const CLOSE = { connection: 'close' };
const ENDS: Readonly<Record<UploadEnd, RequestError>> = {
  'no-room': new RequestError('OVERLOADED', 'too many bodies arrive at once; try again', CLOSE),
  stalled: new RequestError('REQUEST_TIMEOUT', 'no further byte of the body came for 5 seconds', CLOSE),
  'tiny-pieces': new RequestError('BAD_REQUEST', 'the body comes in too many small chunks; send larger ones', CLOSE),
};
const BROKEN = 'the connection ended before the whole body was received';

type Done = (error: Error | null, body?: unknown) => void;

/** Body of an NDJSON request: one JSON message in each line. */
export class NdjsonBody {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** Receives bodies as bytes: `Buffer` for JSON, {@link NdjsonBody} for NDJSON. Larger bodies than allowed are not received. */
export function addBodyReaders(app: FastifyInstance, { config, lag }: Pick<ServerContext, 'config' | 'lag'>): void {
  const { maxSignalBytes, maxBatchBytes } = config.server;
  const receiving = new Receiving({
    smallBytes: maxSignalBytes,
    allSmall: SMALL_AT_ONCE * maxSignalBytes,
    allLarge: LARGE_AT_ONCE * Math.max(maxSignalBytes, maxBatchBytes),
  });
  const pace = new BodyPace(lag);
  const timer = setInterval(() => receiving.sweep(performance.now()), SWEEP_MS).unref();
  app.addHook('onClose', async () => clearInterval(timer));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (_request: FastifyRequest, stream: IncomingMessage, done: Done) => {
    receive(stream, { limit: maxSignalBytes, receiving, pace }, done);
  });
  const types = ['application/x-ndjson', 'application/ndjson'];
  app.addContentTypeParser(types, (_request: FastifyRequest, stream: IncomingMessage, done: Done) => {
    receive(stream, { limit: maxBatchBytes, receiving, pace }, (error, bytes) =>
      error === null ? done(null, new NdjsonBody(bytes as Buffer)) : done(error),
    );
  });
}

interface ReceiveOptions {
  /** Maximum size of this body, bytes. */
  readonly limit: number;
  readonly receiving: Receiving;
  readonly pace: BodyPace;
}

function receive(stream: IncomingMessage, { limit, receiving, pace }: ReceiveOptions, done: Done): void {
  if (Number(stream.headers['content-length'] ?? 0) > limit) {
    done(tooLarge(limit));
    return;
  }
  let isOver = false;
  const finish = (error: Error | null, waitMs = 0): void => {
    isOver = true;
    stream.removeListener('data', onData).removeListener('end', onEnd);
    stream.removeListener('error', onBroken).removeListener('close', onBroken);
    receiving.remove(upload);
    if (error === null) {
      done(null, upload.bytes);
      return;
    }
    upload.free();
    if (waitMs === 0) done(error);
    else setTimeout(() => done(error), waitMs).unref();
  };
  const end = (why: UploadEnd): void => {
    readNoMore(stream);
    finish(ENDS[why], why === 'tiny-pieces' ? TINY_WAIT_MS : 0);
  };
  const upload = new Upload(limit, end, performance.now());
  const onData = (piece: Buffer): void => {
    if (upload.size + piece.length > limit) {
      finish(tooLarge(limit));
      return;
    }
    const now = performance.now();
    receiving.add(upload, piece, now);
    const waitMs = pace.waitMs(piece.length, upload.size, now);
    if (waitMs < 1 || isOver) return;
    upload.lastMs = now + waitMs;
    stream.pause();
    setTimeout(() => isOver || stream.resume(), waitMs).unref();
  };
  const onEnd = (): void => finish(null);
  const onBroken = (): void => finish(new RequestError('BAD_REQUEST', BROKEN));
  receiving.begin(upload);
  stream.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
}

/** Reads no more of a body whose refusal closes its connection. What Node has read already would cost as much again to be passed on. */
function readNoMore(stream: IncomingMessage): void {
  (stream as { _dumped?: boolean })._dumped = true;
  setImmediate(() => stream.socket.pause()); // the stream asks for more of its socket once again before
}

function tooLarge(limit: number): RequestError {
  return new RequestError('BODY_TOO_LARGE', `the body must not be larger than ${limit} bytes`);
}
