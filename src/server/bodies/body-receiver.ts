import type { IncomingMessage } from 'node:http';
import type { LoopLag } from '../loop-lag.ts';
import { RequestError } from '../problem.ts';
import { BodyPace } from './body-pace.ts';
import { Receiving } from './receiving.ts';
import { Upload, type UploadEnd } from './upload.ts';

/** Maximum size of the large bodies that are being received, in bodies of the largest size. */
const LARGE_AT_ONCE = 3;
/** Maximum size of the small bodies that are being received, in bodies of one message. */
const SMALL_AT_ONCE = 16;
/** How long an upload waits for its refusal, so that it does not come again at once, milliseconds. */
const WAITS_MS: Readonly<Record<UploadEnd, number>> = { 'no-room': 1000, stalled: 0, 'tiny-pieces': 3000 };

/** Refusals of an upload that is ended; the rest of it is not read. */
const CLOSE = { connection: 'close' };
const ENDS: Readonly<Record<UploadEnd, RequestError>> = {
  'no-room': new RequestError('OVERLOADED', 'too many bodies arrive at once; try again', CLOSE),
  stalled: new RequestError('REQUEST_TIMEOUT', 'no further byte of the body came for 5 seconds', CLOSE),
  'tiny-pieces': new RequestError('BAD_REQUEST', 'the body comes in too many small chunks; send larger ones', CLOSE),
};
const BROKEN = 'the connection ended before the whole body was received';

/** Called once, with the whole body or with the reason why there is none. */
export type BodyDone = (error: Error | null, body?: Buffer) => void;

export interface BodyLimits {
  /** Maximum size of one message, bytes. */
  readonly maxSignalBytes: number;
  /** Maximum size of a batch, bytes. */
  readonly maxBatchBytes: number;
}

/** Receives the bodies of all requests, within the memory and the time that they may take together. */
export class BodyReceiver {
  readonly #receiving: Receiving;
  readonly #pace: BodyPace;

  constructor({ maxSignalBytes, maxBatchBytes }: BodyLimits, lag: Pick<LoopLag, 'currentMs'>) {
    this.#receiving = new Receiving({
      smallBytes: maxSignalBytes,
      allSmall: SMALL_AT_ONCE * maxSignalBytes,
      allLarge: LARGE_AT_ONCE * Math.max(maxSignalBytes, maxBatchBytes),
    });
    this.#pace = new BodyPace(lag);
  }

  /** Ends every upload that stands still; called by a timer. */
  sweep(nowMs: number): void {
    this.#receiving.sweep(nowMs);
  }

  /** Receives one body. @param limit - its maximum size, bytes; a larger one is not received. */
  receive(stream: IncomingMessage, limit: number, done: BodyDone): void {
    if (Number(stream.headers['content-length'] ?? 0) > limit) {
      done(tooLarge(limit));
      return;
    }
    const receiving = this.#receiving;
    const pace = this.#pace;
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
      finish(ENDS[why], WAITS_MS[why]);
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
}

/** Reads no more of a body whose refusal closes its connection. What Node has read already would cost as much again to be passed on. */
function readNoMore(stream: IncomingMessage): void {
  (stream as { _dumped?: boolean })._dumped = true;
  setImmediate(() => stream.socket.pause()); // the stream asks for more of its socket once again before
}

function tooLarge(limit: number): RequestError {
  return new RequestError('BODY_TOO_LARGE', `the body must not be larger than ${limit} bytes`);
}
