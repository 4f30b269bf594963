import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { checkKeys, DataError } from '../../core/index.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

type TypedArray = Float64Array | Float32Array | Int32Array | Int16Array | Int8Array | Uint8Array | BigInt64Array;

const ARRAYS = {
  f64: Float64Array,
  f32: Float32Array,
  i32: Int32Array,
  i16: Int16Array,
  i8: Int8Array,
  u8: Uint8Array,
  i64: BigInt64Array,
} as const;
type ArrayName = keyof typeof ARRAYS;

const MAGIC = 0x4d4c3450; // "ML4P"
const HEAD_BYTES = 8;
const ALIGNMENT = 8;
const ARRAY_KEY = '$array';
const NUMBER_KEY = '$number';
const BIGINT_KEY = '$bigint';
const NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
};

/**
 * Packs plain data that contains typed arrays: JSON, followed by the memory of the arrays, all compressed. {@link unpack} gives
 * every number back with the same bits.
 */
export async function pack(value: unknown): Promise<Buffer> {
  const arrays: TypedArray[] = [];
  let offset = 0;
  const skeleton = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'number' && (!Number.isFinite(item) || Object.is(item, -0))) {
      return { [NUMBER_KEY]: Object.is(item, -0) ? '-0' : String(item) };
    }
    if (typeof item === 'bigint') return { [BIGINT_KEY]: String(item) };
    const name = nameOf(item);
    if (name === null) return item;
    const array = item as TypedArray;
    arrays.push(array);
    const at = offset;
    offset = aligned(offset + array.byteLength);
    return { [ARRAY_KEY]: [name, at, array.length] };
  });
  const head = new TextEncoder().encode(skeleton);
  const start = aligned(HEAD_BYTES + head.length);
  const bytes = Buffer.alloc(start + offset);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt32LE(head.length, 4);
  bytes.set(head, HEAD_BYTES);
  let at = start;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at = aligned(at + array.byteLength);
  }
  return compress(bytes);
}

/**
 * Reads what {@link pack} wrote. The bytes need not be trusted: they are checked, and never run as code.
 *
 * @param maxBytes - maximum size of the unpacked data, bytes. @throws {DataError} `FILE_UNREADABLE` for anything else.
 */
export async function unpack(packed: Uint8Array, maxBytes: number): Promise<unknown> {
  const bytes = await decompress(packed, { maxOutputLength: maxBytes }).catch((error: Error) => {
    throw unreadable(error.message);
  });
  if (bytes.length < HEAD_BYTES || bytes.readUInt32LE(0) !== MAGIC)
    throw unreadable('it does not begin like packed data');
  const headLength = bytes.readUInt32LE(4);
  const start = aligned(HEAD_BYTES + headLength);
  if (start > bytes.length) throw unreadable('it is cut short');
  const memory = new Uint8Array(bytes.subarray(start)).buffer;
  const text = bytes.toString('utf8', HEAD_BYTES, HEAD_BYTES + headLength);
  try {
    checkKeys(text, JSON.parse(text));
    return JSON.parse(text, (_key, item: unknown) => revive(item, memory)) as unknown;
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw unreadable('its first part is not JSON');
  }
}

function revive(item: unknown, memory: ArrayBuffer): unknown {
  if (typeof item !== 'object' || item === null) return item;
  if (Object.hasOwn(item, NUMBER_KEY)) return NUMBERS[String((item as Record<string, unknown>)[NUMBER_KEY])];
  if (Object.hasOwn(item, BIGINT_KEY)) return toBigInt((item as Record<string, unknown>)[BIGINT_KEY]);
  if (!Object.hasOwn(item, ARRAY_KEY)) return item;
  const [name, at, length] = (item as Record<string, readonly unknown[]>)[ARRAY_KEY];
  if (typeof name !== 'string' || !Object.hasOwn(ARRAYS, name)) throw unreadable('it has an array of an unknown type');
  const arrayClass = ARRAYS[name as ArrayName];
  const isInside =
    Number.isSafeInteger(at) &&
    Number.isSafeInteger(length) &&
    (at as number) >= 0 &&
    (length as number) >= 0 &&
    (at as number) % ALIGNMENT === 0 &&
    (at as number) + (length as number) * arrayClass.BYTES_PER_ELEMENT <= memory.byteLength;
  if (!isInside) throw unreadable('an array lies outside its bytes');
  return new arrayClass(memory, at as number, length as number);
}

function toBigInt(digits: unknown): bigint {
  if (typeof digits === 'string' && /^-?\d+$/.test(digits)) return BigInt(digits);
  throw unreadable('it has a whole number that is none');
}

function nameOf(item: unknown): ArrayName | null {
  if (!ArrayBuffer.isView(item)) return null;
  const found = Object.entries(ARRAYS).find(([, arrayClass]) => item instanceof arrayClass);
  return found === undefined ? null : (found[0] as ArrayName);
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

function unreadable(why: string): DataError {
  return new DataError('FILE_UNREADABLE', `data from the queue of trainings cannot be read: ${why}`);
}
