import protobuf from 'protobufjs/minimal.js';
import { ModelError } from '../../../core/index.ts';
import { corrupt } from '../../corrupt-file.ts';

/** Raw values of a protobuf message by field number; they use no more memory than the bytes allow. */
export type ProtoFields = ReadonlyMap<number, readonly ProtoValue[]>;

/** Value of a field: a number, or the bytes of a string, a packed list or an inner message. */
export type ProtoValue = number | Uint8Array;

/** Maximum number of values in one message; the longest column of a forest has one per node. */
const MAX_VALUES = 2_000_000;
/** Maximum number of inner messages in one field, such as entries of `metadata_props`, where no other is given. */
const MAX_MESSAGES = 256;
/** Bytes of an integer whose value fits 31 bits. */
const MAX_SHORT = 4;
const WIRE_VARINT = 0;
const WIRE_FIXED64 = 1;
const WIRE_BYTES = 2;
const WIRE_FIXED32 = 5;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Reads the fields of a message. @throws {ModelError} `MODEL_CORRUPT` for bytes that are not a protobuf message. */
export function readFields(bytes: Uint8Array): ProtoFields {
  const fields = new Map<number, ProtoValue[]>();
  const reader = protobuf.Reader.create(bytes);
  let count = 0;
  try {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag >>> 3 === 0) throw corrupt('field 0 is not one of protobuf');
      if (++count > MAX_VALUES) throw corrupt(`a message holds more than ${MAX_VALUES} values`);
      const value = readValue(reader, tag & 7);
      const values = fields.get(tag >>> 3);
      if (values === undefined) fields.set(tag >>> 3, [value]);
      else values.push(value);
    }
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw corrupt('the bytes are not a protobuf message', cause);
  }
  return fields;
}

function readValue(reader: protobuf.Reader, wire: number): ProtoValue {
  switch (wire) {
    case WIRE_VARINT:
      return readInteger(reader);
    case WIRE_FIXED64:
      return reader.double();
    case WIRE_BYTES:
      return reader.bytes();
    case WIRE_FIXED32:
      return reader.float();
    default:
      throw corrupt(`wire type ${wire} is not one of ONNX`);
  }
}

/** Inner messages of a repeated field. @param most - maximum number of them. */
export function messagesOf(fields: ProtoFields, number: number, most: number = MAX_MESSAGES): ProtoFields[] {
  const all = bytesOf(fields, number);
  if (all.length > most) throw corrupt(`field ${number} occurs ${all.length} times`);
  return all.map(readFields);
}

/** Inner message of a field that occurs at most once, or null. */
export function messageOf(fields: ProtoFields, number: number): ProtoFields | null {
  const all = messagesOf(fields, number);
  if (all.length > 1) throw corrupt(`field ${number} occurs ${all.length} times`);
  return all[0] ?? null;
}

/** Text of a field, its first one if it is repeated; empty when the field is absent. */
export function textOf(fields: ProtoFields, number: number): string {
  return textsOf(fields, number)[0] ?? '';
}

/** Texts of a repeated field. */
export function textsOf(fields: ProtoFields, number: number): string[] {
  return bytesOf(fields, number).map((bytes) => {
    try {
      return UTF8.decode(bytes);
    } catch (cause) {
      throw corrupt(`field ${number} is not UTF-8`, cause);
    }
  });
}

/** Numbers of a repeated float field, packed or not. */
export function floatsOf(fields: ProtoFields, number: number): number[] {
  return (fields.get(number) ?? []).flatMap((value) => (typeof value === 'number' ? [value] : unpackFloats(value)));
}

/** Numbers of a repeated double field, packed or not. */
export function doublesOf(fields: ProtoFields, number: number): number[] {
  return (fields.get(number) ?? []).flatMap((value) => (typeof value === 'number' ? [value] : unpackDoubles(value)));
}

/** Numbers of a repeated integer field, packed or not. */
export function integersOf(fields: ProtoFields, number: number): number[] {
  return (fields.get(number) ?? []).flatMap((value) => (typeof value === 'number' ? [value] : unpackIntegers(value)));
}

/** Bytes of a repeated field. */
export function bytesOf(fields: ProtoFields, number: number): Uint8Array[] {
  return (fields.get(number) ?? []).map((value) => {
    if (typeof value === 'number') throw corrupt(`field ${number} is a number where bytes belong`);
    return value;
  });
}

function unpackFloats(bytes: Uint8Array): number[] {
  if (bytes.length % 4 !== 0) throw corrupt('a packed list of floats has a broken length');
  if (bytes.length / 4 > MAX_VALUES) throw corrupt(`a list holds more than ${MAX_VALUES} floats`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

function unpackDoubles(bytes: Uint8Array): number[] {
  if (bytes.length % 8 !== 0) throw corrupt('a packed list of doubles has a broken length');
  if (bytes.length / 8 > MAX_VALUES) throw corrupt(`a list holds more than ${MAX_VALUES} doubles`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
}

/** The next integer. One of up to four bytes, as most are, is read without the object that stands for one of 64 bits. */
function readInteger(reader: protobuf.Reader): number {
  const { buf, pos, len } = reader;
  let value = 0;
  for (let i = 0; i < MAX_SHORT && pos + i < len; i++) {
    value += (buf[pos + i] & 0x7f) << (7 * i);
    if (buf[pos + i] >= 0x80) continue;
    reader.pos = pos + i + 1;
    return value;
  }
  return Number(reader.int64());
}

function unpackIntegers(bytes: Uint8Array): number[] {
  const reader = protobuf.Reader.create(bytes);
  const values: number[] = [];
  try {
    while (reader.pos < reader.len) {
      if (values.length === MAX_VALUES) throw corrupt(`a list holds more than ${MAX_VALUES} integers`);
      values.push(readInteger(reader));
    }
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw corrupt('a packed list of integers is cut off', cause);
  }
  return values;
}
