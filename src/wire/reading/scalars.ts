import { z } from 'zod';
import { ConditionError, parseNumber } from '../../core/index.ts';
import { SIDES, type Side, sideRule } from '../../domain/index.ts';
import { Fault, readAs } from './read-as.ts';

/** The sentence of a broken rule, as zod takes it. */
export const rule = (text: string) => ({ error: text });
/** The rule of a message that is an object. */
export const AN_OBJECT = rule('a JSON object');

const DIGITS = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Longest instrument or signal id a service takes, in UTF-16 units. */
export const MAX_ID_LENGTH = 256;
const ID_RULE = `1 to ${MAX_ID_LENGTH} well-formed characters, none a control character`;

/** @throws {Fault} unless `value` is an integer that a double holds, a bigint, or the digits of one. */
export function readNanos(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === 'string' && DIGITS.test(value)) return BigInt(value);
  throw new Fault('an integer of UNIX nanoseconds', value);
}

/** @throws {Fault} as {@link readNanos} does, and for what needs more than 64 bits. */
export function readNanos64(value: unknown): bigint {
  const ns = readNanos(value);
  if (BigInt.asIntN(64, ns) !== ns) throw new Fault('a 64-bit integer of UNIX nanoseconds', ns);
  return ns;
}

/** @throws {Fault} unless `value` is a finite number or the text of one. */
export function readQuantity(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const number = typeof value === 'string' ? parseNumber(value) : null;
  if (number !== null) return number;
  throw new Fault('a finite number', value);
}

function readSide(value: unknown): Side {
  const side = readQuantity(value) as Side;
  if (!SIDES.includes(side)) throw new Fault(sideRule(side), value);
  return side === 0 ? 0 : side; // -0 is 0
}

function readStrength(value: unknown): number {
  const strength = readQuantity(value);
  if (!(strength > 0 && strength <= 1)) throw new Fault('in (0, 1]', value);
  return strength;
}

function readId(value: unknown): string {
  const isId =
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= MAX_ID_LENGTH &&
    value.isWellFormed() &&
    !/\p{Cc}/u.test(value);
  if (!isId) throw new Fault(ID_RULE, value);
  return value as string;
}

const nanosForm = z
  .union([z.int(), z.string().regex(/^[+-]?\d{1,19}$/)])
  .describe('UNIX nanoseconds: a JSON integer of up to 19 digits, written and read without loss, or the same as text');
/** UNIX nanoseconds. */
export const nanos = readAs(nanosForm, readNanos);
/** UNIX nanoseconds that fit a signed integer of 64 bits. */
export const nanos64 = readAs(nanosForm, readNanos64);
/** A finite number, or its text. */
export const quantity = readAs(
  z.union([z.number(), z.string().regex(NUMBER)]).describe('a finite number, or the text of one'),
  readQuantity,
);
/** `-1` SELL, `0` FLAT, `1` BUY. */
export const side = readAs(
  z.union([z.literal(-1), z.literal(0), z.literal(1), z.enum(['-1', '0', '1'])]).describe('-1 SELL, 0 FLAT, 1 BUY'),
  readSide,
);
/** How strong a signal is, (0, 1]. */
export const strength = readAs(z.union([z.number().gt(0).max(1), z.string().regex(NUMBER)]), readStrength);
/** Of a signal or an instrument. */
export const id = readAs(z.string().min(1).max(MAX_ID_LENGTH), readId);

/** An integer of 64 bits in an answer. A double cannot hold it, so the document calls it an integer of its own. */
export const int64 = readAs(
  z.number().meta({ format: 'int64', description: 'a 64-bit integer: read it without loss' }),
  (value) => (typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : readNanos64(value)),
);
export const probability = z.number().min(0).max(1);
export const count = z.int().min(0);
/** Number of a record or an event among those of its kind. */
export const sequence = z.int().min(1);
export const counts = z.record(z.string(), count);

/** @throws {ConditionError} unless `value` is text of 1 to 256 characters, well formed and without control characters. */
export function checkId(field: string, value: unknown): string {
  try {
    return readId(value);
  } catch {
    throw new ConditionError(field, ID_RULE, value);
  }
}
