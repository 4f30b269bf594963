import { ConditionError, DataError, parseLossless } from '../core/index.ts';

/** Maximum number of levels of a message; ours have four. */
const MAX_DEPTH = 16;
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
/** The rule of the keys of an object of a message, for its JSON Schema; inside the values of unknown keys it is the same. */
export const PLAIN_KEYS = { propertyNames: { pattern: `^(?!(?:${Array.from(FORBIDDEN_KEYS).join('|')})$)` } };

/** The type of a message after `parseLossless`: an integer of 64 bits may be its digits. */
export type LosslesslyParsed<T> = T extends bigint
  ? number | string
  : T extends readonly (infer Item)[]
    ? readonly LosslesslyParsed<Item>[]
    : T extends object
      ? { readonly [K in keyof T]: LosslesslyParsed<T[K]> }
      : T;

// A byte order mark is no JSON, and bytes that are no UTF-8 must not turn into characters that two ids then share.
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses one JSON message that came from outside, without losing digits (see `parseLossless`).
 *
 * @throws {DataError} `BAD_JSON`. @throws {ConditionError} for a forbidden key, or too deep a nest.
 */
export function parseMessage(bytes: Uint8Array): unknown {
  const value = parseLossless(decodeUtf8(bytes));
  checkPlain(value);
  return value;
}

/** @throws {ConditionError} for the keys `__proto__`, `constructor` and `prototype`, and for data nested too deep. */
export function checkPlain(root: unknown): void {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw new ConditionError('body', `nested at most ${MAX_DEPTH} deep`, 'a deeper one');
    const next: unknown[] = [];
    for (const value of level) collectChildren(value, next);
    level = next;
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new DataError('BAD_JSON', 'a JSON body was expected, none came');
  try {
    return DECODER.decode(bytes);
  } catch (error) {
    throw new DataError('BAD_JSON', 'the body must be UTF-8', { cause: error });
  }
}

function collectChildren(value: unknown, into: unknown[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && item !== null) into.push(item);
    return;
  }
  for (const key of Object.keys(value)) {
    if (FORBIDDEN_KEYS.has(key)) throw new ConditionError('body', `JSON without the key "${key}"`, value);
    into.push((value as Record<string, unknown>)[key]);
  }
}
