/** Number of pieces from which they are looked at. */
const MANY_PIECES = 4096;
/** Minimum mean size of many pieces, bytes. Each piece costs the event loop about a microsecond, whatever its size. */
const LEAST_PIECE_BYTES = 64;

/** Why an upload is ended by the server. */
export type UploadEnd = 'no-room' | 'stalled' | 'tiny-pieces';

/** One body that is being received. Bytes are copied together as they come: a piece of one byte would else cost a hundred. */
export class Upload {
  #bytes: Buffer | null = null;
  /** Whether the memory is this upload's own, and no view of what the socket has read. */
  #isOwn = false;
  #nPieces = 0;
  /** Size of what was received, bytes. */
  size = 0;
  /** Time of the last piece, or at which the next one is asked for, milliseconds. */
  lastMs: number;
  readonly #limit: number;
  readonly #end: (why: UploadEnd) => void;

  /** @param limit - maximum size, bytes. @param end - ends this upload. */
  constructor(limit: number, end: (why: UploadEnd) => void, nowMs: number) {
    this.#limit = limit;
    this.#end = end;
    this.lastMs = nowMs;
  }

  /** Memory that is held, bytes. */
  get capacity(): number {
    return this.#bytes?.length ?? 0;
  }

  get bytes(): Buffer {
    return this.#bytes?.subarray(0, this.size) ?? Buffer.alloc(0);
  }

  /** Whether it comes in many pieces that are too small. */
  get hasTinyPieces(): boolean {
    return this.#nPieces > MANY_PIECES && this.size < this.#nPieces * LEAST_PIECE_BYTES;
  }

  /** Adds a piece that fits within the limit. */
  add(piece: Buffer, nowMs: number): void {
    this.lastMs = nowMs;
    this.#nPieces++;
    const size = this.size + piece.length;
    if (this.#bytes === null) this.#bytes = piece;
    else {
      if (size > this.#bytes.length || this.size === this.#bytes.length) this.#grow(size);
      piece.copy(this.#bytes, this.size);
    }
    this.size = size;
  }

  end(why: UploadEnd): void {
    this.#end(why);
  }

  /** Gives the memory back at once: nothing but a rare garbage collection would do so else. */
  free(): void {
    if (this.#isOwn && this.#bytes !== null) release(this.#bytes);
    this.#bytes = null;
    this.size = 0;
  }

  #grow(size: number): void {
    const held = this.bytes;
    const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(this.#limit, size), Math.max(2 * held.length, size)));
    held.copy(larger);
    if (this.#isOwn) release(held);
    this.#bytes = larger;
    this.#isOwn = true;
  }
}

function release({ buffer }: Buffer): void {
  (buffer as ArrayBuffer).transfer(0);
}
