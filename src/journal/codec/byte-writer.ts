const FIRST_SIZE = 64 * 1024;
const TWO_32 = 2 ** 32;

/** Writes numbers and strings one after the other into memory of its own, which grows as needed. Little-endian. */
export class ByteWriter {
  #bytes: Buffer<ArrayBuffer>;
  #view: DataView;
  #at = 0;

  constructor(memory: ArrayBuffer = new ArrayBuffer(FIRST_SIZE)) {
    this.#bytes = Buffer.from(memory);
    this.#view = new DataView(memory);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#at;
  }

  /** The memory itself, of which the first {@link length} bytes are written. */
  get memory(): ArrayBuffer {
    return this.#bytes.buffer;
  }

  /** A view of what is written from `start` on; good until the next write. */
  since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#at);
  }

  /** Forgets what was written from `length` on. */
  truncate(length: number): void {
    this.#at = length;
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  u32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  /** Writes over four bytes that were written before. */
  u32At(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  i64(value: bigint): void {
    this.#reserve(8);
    this.#view.setBigInt64(this.#at, value, true);
    this.#at += 8;
  }

  /** The eight bytes of {@link i64}, of an integer that a double holds exactly. */
  int(value: number): void {
    this.#reserve(8);
    const high = Math.floor(value / TWO_32);
    this.#view.setUint32(this.#at, value - high * TWO_32, true);
    this.#view.setInt32(this.#at + 4, high, true);
    this.#at += 8;
  }

  f64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  /** An integer in [0, 2^53), seven bits a byte. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= TWO_32) {
      this.#bytes[this.#at++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 128) {
      this.#bytes[this.#at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }

  /** UTF-8 behind its length in bytes. */
  text(value: string): void {
    this.#reserve(4 + 3 * value.length);
    const size = this.#bytes.write(value, this.#at + 4, 'utf8');
    this.#view.setUint32(this.#at, size, true);
    this.#at += 4 + size;
  }

  /** Bytes behind their number. */
  blob(value: Uint8Array): void {
    this.u32(value.length);
    this.raw(value);
  }

  /** Bytes as they are. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  #reserve(size: number): void {
    const needed = this.#at + size;
    if (needed <= this.#bytes.length) return;
    const memory = new ArrayBuffer(Math.max(needed, 2 * this.#bytes.length));
    const grown = Buffer.from(memory);
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(memory);
  }
}
