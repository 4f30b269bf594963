/** What passes of a chunk of bytes, and what stands in the place of the rest. Neighbouring pieces of the chunk are one piece. */
export class PassedBytes {
  readonly #chunk: Buffer;
  /** Everything before the current piece of the chunk. */
  readonly #before: Buffer[] = [];
  #start = 0;
  #end = 0;

  constructor(chunk: Buffer) {
    this.#chunk = chunk;
  }

  /** Lets bytes [start, end) pass, of the chunk or of a line that began before it. */
  take(bytes: Buffer, start: number, end: number): void {
    if (bytes !== this.#chunk) {
      this.insert(bytes.subarray(start, end));
      return;
    }
    if (start !== this.#end) {
      this.#finishPiece();
      this.#start = start;
    }
    this.#end = end;
  }

  /** Puts other bytes behind what passed so far. */
  insert(bytes: Buffer): void {
    this.#finishPiece();
    this.#before.push(bytes);
  }

  /** All of them: the chunk itself where it passed whole. */
  get bytes(): Buffer {
    if (this.#before.length === 0) {
      const isWhole = this.#start === 0 && this.#end === this.#chunk.length;
      return isWhole ? this.#chunk : this.#chunk.subarray(this.#start, this.#end);
    }
    this.#finishPiece();
    return Buffer.concat(this.#before);
  }

  #finishPiece(): void {
    if (this.#end > this.#start) this.#before.push(this.#chunk.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }
}
