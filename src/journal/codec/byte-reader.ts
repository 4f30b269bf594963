import { JournalError } from '../../core/index.ts';

/** Reads what a ByteWriter wrote. @throws {JournalError} `JOURNAL_DAMAGED` for bytes that end too early. */
export class ByteReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  u8(): number {
    return this.#bytes[this.#take(1)];
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.u8();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw damaged();
  }

  text(): string {
    const size = this.u32();
    const start = this.#take(size);
    return this.#bytes.toString('utf8', start, start + size);
  }

  /** A view of the bytes; good as long as the memory read from. */
  blob(): Uint8Array {
    const size = this.u32();
    const start = this.#take(size);
    return this.#bytes.subarray(start, start + size);
  }

  #take(size: number): number {
    const start = this.#at;
    if (start + size > this.#bytes.length) throw damaged();
    this.#at = start + size;
    return start;
  }
}

function damaged(): JournalError {
  return new JournalError('JOURNAL_DAMAGED', 'a record of the journal ends before its last value');
}
