/** Types of a field in Thrift's compact protocol. */
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
export const STRUCT = 12;

/** The header of a field: its id, its type, and where the header stands. */
export interface FieldHeader {
  readonly id: number;
  readonly type: number;
  readonly at: number;
}

/**
 * Walks bytes in Thrift's compact protocol, without making values of what is walked over.
 *
 * @throws {RangeError} for bytes that end too early, or nest deeper than any Parquet footer.
 */
export class ThriftCursor {
  readonly #bytes: Uint8Array;
  #at = 0;
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The fields of a struct, in order; the caller reads or skips the value of each before it asks for the next. */
  *fields(): Generator<FieldHeader> {
    let id = 0;
    for (;;) {
      const at = this.#at;
      const header = this.#byte();
      if (header === 0) return;
      const delta = header >> 4;
      id = delta === 0 ? this.integer() : id + delta;
      yield { id, type: header & 15, at };
    }
  }

  /** The number of elements of a list and their type; the elements follow. */
  listHeader(): { readonly size: number; readonly type: number } {
    const header = this.#byte();
    const size = header >> 4;
    return { size: size === 15 ? this.#varint() : size, type: header & 15 };
  }

  /** A zigzag integer of up to 32 bits. */
  integer(): number {
    const raw = this.#varint();
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  }

  text(): string {
    const length = this.#varint();
    const start = this.#at;
    this.#skipBytes(length);
    return new TextDecoder().decode(this.#bytes.subarray(start, start + length));
  }

  /** Walks over one value. A boolean of a struct is in its header. */
  skip(type: number): void {
    if (type === BYTE) this.#skipBytes(1);
    else if (type > BYTE && type < DOUBLE) this.#varint();
    else if (type === DOUBLE) this.#skipBytes(8);
    else if (type === BINARY) this.#skipBytes(this.#varint());
    else if (type !== TRUE && type !== FALSE) this.#skipNested(type);
  }

  #skipNested(type: number): void {
    if (++this.#depth > 32) throw new RangeError('nested too deeply');
    if (type === STRUCT) for (const field of this.fields()) this.skip(field.type);
    else if (type === LIST || type === SET) this.#skipList();
    else throw new RangeError(`a Parquet footer has no type ${type}`);
    this.#depth--;
  }

  #skipList(): void {
    const { size, type } = this.listHeader();
    // In a list a boolean is a byte.
    for (let i = 0; i < size; i++) this.skip(type === TRUE || type === FALSE ? BYTE : type);
  }

  #byte(): number {
    if (this.#at >= this.#bytes.length) throw new RangeError('ends too early');
    return this.#bytes[this.#at++];
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw new RangeError('an integer is too long');
  }

  #skipBytes(n: number): void {
    if (n > this.#bytes.length - this.#at) throw new RangeError('ends too early');
    this.#at += n;
  }
}
