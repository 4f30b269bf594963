/** Types of a field in Thrift's compact protocol. */
const I32 = 5;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;
/** Ends a struct. */
const STOP = 0;
/** Size from which a list states it in bytes of its own. */
const LONG_LIST = 15;

/** Writes one struct in Thrift's compact protocol, field by field in the order of their ids. */
export class ThriftWriter {
  readonly #bytes: number[] = [];
  /** Id of the last field that was written, of each struct that is open. */
  readonly #lastIds: number[] = [0];

  i32(id: number, value: number): void {
    this.#header(id, I32);
    this.#integer(value);
  }

  /** @param value - a safe integer. */
  i64(id: number, value: number): void {
    this.#header(id, I64);
    this.#integer(value);
  }

  text(id: number, text: string): void {
    this.#header(id, BINARY);
    this.#text(text);
  }

  struct(id: number, write: () => void): void {
    this.#header(id, STRUCT);
    this.#inside(write);
  }

  structs<T>(id: number, items: readonly T[], write: (item: T) => void): void {
    this.#listHeader(id, items.length, STRUCT);
    for (const item of items) this.#inside(() => write(item));
  }

  i32s(id: number, values: readonly number[]): void {
    this.#listHeader(id, values.length, I32);
    for (const value of values) this.#integer(value);
  }

  texts(id: number, texts: readonly string[]): void {
    this.#listHeader(id, texts.length, BINARY);
    for (const text of texts) this.#text(text);
  }

  /** The bytes of the whole struct; nothing is written behind it. */
  finish(): Uint8Array {
    return Uint8Array.from([...this.#bytes, STOP]);
  }

  #inside(write: () => void): void {
    this.#lastIds.push(0);
    write();
    this.#lastIds.pop();
    this.#bytes.push(STOP);
  }

  #header(id: number, type: number): void {
    const open = this.#lastIds.length - 1;
    const delta = id - this.#lastIds[open];
    this.#lastIds[open] = id;
    this.#bytes.push((delta << 4) | type);
  }

  #listHeader(id: number, size: number, type: number): void {
    this.#header(id, LIST);
    if (size < LONG_LIST) {
      this.#bytes.push((size << 4) | type);
      return;
    }
    this.#bytes.push((LONG_LIST << 4) | type);
    this.#varint(size);
  }

  /** A zigzag integer. */
  #integer(value: number): void {
    this.#varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  #text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.#varint(bytes.length);
    for (const byte of bytes) this.#bytes.push(byte);
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes.push((rest % 128) | 128);
    this.#bytes.push(rest);
  }
}
