import { encode } from '@msgpack/msgpack';
import { DataError, parseIsoNanos, WrittenTime } from '../../core/index.ts';
import { checkPlain, parseMessage } from '../../wire/index.ts';
import { decodeMsgpack } from './msgpack.ts';

export type Encoding = 'json' | 'msgpack';
export type Fields = Readonly<Record<string, unknown>>;

/** What a NautilusTrader node says to show that it lives: bare text, no JSON. */
export const HEARTBEAT = 'health:heartbeat';

/** Parses a payload. Integers of 64 bits stay whole: digits of text from JSON, bigint from MessagePack. @throws {DataError} */
export function parsePayload(payload: Uint8Array | null, encoding: Encoding): Fields {
  if (payload === null) throw new DataError('BAD_JSON', 'an entry needs a field named payload');
  const value = encoding === 'json' ? parseMessage(payload) : parseMsgpack(payload);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new DataError('BAD_JSON', 'a payload must be one object');
}

/** Writes a payload in MessagePack; a bigint becomes a 64-bit integer. */
export function encodeMsgpack(value: unknown): Uint8Array {
  return encode(value, { useBigInt64: true });
}

/** A time as NautilusTrader writes it: an integer, its digits, or ISO-8601. Anything else is left for the reader to refuse. */
export function nanosOf(value: unknown): unknown {
  const ns = typeof value === 'string' ? parseIsoNanos(value) : null;
  return ns === null ? value : new WrittenTime(ns);
}

function parseMsgpack(payload: Uint8Array): unknown {
  const value = decodeMsgpack(payload);
  checkPlain(value);
  return value;
}
