/** Time without a further byte after which an upload is the first to be given up, milliseconds. */
const SLOW_MS = 500;

/** One body that is being received. Bytes are copied together as they come: a piece of one byte would else cost a hundred. */
export class Upload {
  #bytes: Buffer | null = null;
  /** Size of what was received, bytes. */
  size = 0;
  /** Time of the last piece, milliseconds. */
  lastMs: number;
  readonly #limit: number;
  readonly #giveUp: () => void;

  /** @param limit - maximum size, bytes. @param giveUp - ends this upload when there is no room for it. */
  constructor(limit: number, giveUp: () => void, nowMs: number) {
    this.#limit = limit;
    this.#giveUp = giveUp;
    this.lastMs = nowMs;
  }

  /** Memory that is held, bytes. */
  get capacity(): number {
    return this.#bytes?.length ?? 0;
  }

  get bytes(): Buffer {
    return this.#bytes?.subarray(0, this.size) ?? Buffer.alloc(0);
  }

  /** Adds a piece that fits within the limit. */
  add(piece: Buffer, nowMs: number): void {
    this.lastMs = nowMs;
    const size = this.size + piece.length;
    if (this.#bytes === null) this.#bytes = piece;
    else {
      if (size > this.#bytes.length || this.size === this.#bytes.length) this.#grow(size);
      piece.copy(this.#bytes, this.size);
    }
    this.size = size;
  }

  giveUp(): void {
    this.#giveUp();
  }

  #grow(size: number): void {
    const held = this.bytes;
    const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(this.#limit, size), Math.max(2 * held.length, size)));
    held.copy(larger);
    this.#bytes = larger;
  }
}

/** Memory of all bodies that are being received. Beyond the limit the slowest is given up, or else the largest: never the newest for being new. */
export class Receiving {
  readonly #limit: number;
  readonly #uploads = new Set<Upload>();
  #nBytes = 0;

  /** @param limit - maximum size of all bodies together, bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Memory that is held, bytes. */
  get nBytes(): number {
    return this.#nBytes;
  }

  /** Adds a piece to an upload, which may be given up for it. */
  add(upload: Upload, piece: Buffer, nowMs: number): void {
    this.#uploads.add(upload);
    this.#nBytes -= upload.capacity;
    upload.add(piece, nowMs);
    this.#nBytes += upload.capacity;
    while (this.#nBytes > this.#limit) this.#victim(nowMs).giveUp();
  }

  /** Forgets an upload that has ended. */
  remove(upload: Upload): void {
    if (this.#uploads.delete(upload)) this.#nBytes -= upload.capacity;
  }

  #victim(nowMs: number): Upload {
    const slow = [...this.#uploads].filter(({ lastMs }) => nowMs - lastMs >= SLOW_MS);
    if (slow.length > 0) return slow.reduce((a, b) => (b.lastMs < a.lastMs ? b : a));
    return [...this.#uploads].reduce((a, b) => (b.capacity > a.capacity ? b : a));
  }
}
