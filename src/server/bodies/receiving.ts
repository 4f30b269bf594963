import type { Upload } from './upload.ts';

/** Time without a further byte after which an upload is the first to be given up, milliseconds. */
const SLOW_MS = 500;
/** Time without a further byte after which an upload is ended in any case, milliseconds. */
const STALL_MS = 5000;

export interface ReceivingLimits {
  /** Size up to which a body is small, bytes. */
  readonly smallBytes: number;
  /** Maximum size of all small bodies together, bytes. */
  readonly allSmall: number;
  /** Maximum size of all larger bodies together, bytes. */
  readonly allLarge: number;
}

/**
 * Memory of all bodies that are being received, with room of its own for small ones. Beyond a limit the slowest of that
 * size is given up, or else the largest: never the newest for being new.
 */
export class Receiving {
  readonly #limits: ReceivingLimits;
  readonly #uploads = new Set<Upload>();
  #small = 0;
  #large = 0;

  constructor(limits: ReceivingLimits) {
    this.#limits = limits;
  }

  /** Memory that is held, bytes. */
  get nBytes(): number {
    return this.#small + this.#large;
  }

  /** Counts an upload from its first moment on. */
  begin(upload: Upload): void {
    this.#uploads.add(upload);
  }

  /** Adds a piece to an upload, which may be given up for it. */
  add(upload: Upload, piece: Buffer, nowMs: number): void {
    this.#count(upload, -1);
    upload.add(piece, nowMs);
    this.#count(upload, 1);
    while (this.#small > this.#limits.allSmall) this.#victim(false, nowMs).end('no-room');
    while (this.#large > this.#limits.allLarge) this.#victim(true, nowMs).end('no-room');
    if (upload.hasTinyPieces && this.#uploads.has(upload)) upload.end('tiny-pieces');
  }

  /** Forgets an upload that has ended. */
  remove(upload: Upload): void {
    if (this.#uploads.delete(upload)) this.#count(upload, -1);
  }

  /** Ends every upload that stands still; called by a timer. */
  sweep(nowMs: number): void {
    for (const upload of this.#uploads) if (nowMs - upload.lastMs >= STALL_MS) upload.end('stalled');
  }

  #isLarge({ capacity }: Upload): boolean {
    return capacity > this.#limits.smallBytes;
  }

  #count(upload: Upload, sign: 1 | -1): void {
    if (this.#isLarge(upload)) this.#large += sign * upload.capacity;
    else this.#small += sign * upload.capacity;
  }

  #victim(isLarge: boolean, nowMs: number): Upload {
    const uploads = [...this.#uploads].filter((upload) => upload.capacity > 0 && this.#isLarge(upload) === isLarge);
    const slow = uploads.filter(({ lastMs }) => nowMs - lastMs >= SLOW_MS);
    if (slow.length > 0) return slow.reduce((a, b) => (b.lastMs < a.lastMs ? b : a));
    return uploads.reduce((a, b) => (b.capacity > a.capacity ? b : a));
  }
}
