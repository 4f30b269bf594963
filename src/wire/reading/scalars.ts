import { z } from 'zod';
import { ConditionError, FIRST_SENT_NANOS, nanosFault, unitOf, WrittenTime } from '../../core/index.ts';
import { probabilityRule, SIDES, type Side, sideRule } from '../../domain/index.ts';
import {
  MAX_NUMBER_LENGTH,
  MAX_QUANTITY,
  NOT_NEGATIVE_TEXT,
  NUMBER_TEXT,
  POSITIVE_TEXT,
  PROBABILITY_TEXT,
  SENT_NANOS_TEXT,
  SHARE_TEXT,
  SIDE_TEXT,
} from './number-forms.ts';
import { Fault, readAs } from './read-as.ts';

/** The sentence of a broken rule, as zod takes it. */
export const rule = (text: string) => ({ error: text });
/** The rule of a message that is an object. */
export const AN_OBJECT = rule('a JSON object');

const DIGITS = /^[+-]?\d+$/;
/** Longest instrument or signal id a service takes, in characters (code points). */
export const MAX_ID_LENGTH = 256;
/** Any character but a control character, in a pattern that every reader of a JSON Schema understands. */
export const NO_CONTROL = '[^\\u0000-\\u001f\\u007f-\\u009f]';
/** A text without control characters. */
export const WITHOUT_CONTROLS = new RegExp(`^${NO_CONTROL}*$`);
/** Of an integer that came as a double: JSON gives one where a decimal point or an exponent was written. */
const DIGITS_ALONE =
  'an integer of UNIX nanoseconds in digits alone, without a decimal point, an exponent or the rounding of a double';
const ID_RULE = `1 to ${MAX_ID_LENGTH} well-formed characters, none a control character`;

/** @throws {Fault} unless `value` is an integer that a double holds, a bigint, or the digits of one. */
export function readNanos(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === 'string' && DIGITS.test(value)) return BigInt(value);
  const isRounded = typeof value === 'number' && Number.isInteger(value);
  throw new Fault(isRounded ? DIGITS_ALONE : 'an integer of UNIX nanoseconds', value);
}

/** @throws {Fault} as {@link readNanos} does, and for what needs more than 64 bits. */
export function readNanos64(value: unknown): bigint {
  const ns = readNanos(value);
  if (BigInt.asIntN(64, ns) !== ns) throw new Fault('a 64-bit integer of UNIX nanoseconds', ns);
  return ns;
}

/** A time of a message that was sent. @throws {Fault} as {@link readNanos64} does, and for an integer before 1971, with the unit it looks like. */
export function readSentNanos(value: unknown): bigint {
  if (value instanceof WrittenTime) return readNanos64(value.ns);
  if (typeof value === 'number') checkWhole(value);
  const ns = readNanos64(value);
  const fault = nanosFault(ns);
  if (fault !== null) throw new Fault(fault, ns);
  return ns;
}

/** Refuses seconds with decimals, as Python's `time.time()` gives them, with the unit. @throws {Fault} */
function checkWhole(value: number): void {
  if (Number.isInteger(value) || !Number.isFinite(value)) return;
  const whole = BigInt(Math.trunc(value));
  if (unitOf(whole) !== null) throw new Fault(`an integer of ${nanosFault(whole) ?? 'UNIX nanoseconds'}`, value);
}

/** @throws {Fault} unless `value` is a finite number of at most {@link MAX_QUANTITY}, or the text of one. */
export function readQuantity(value: unknown): number {
  if (typeof value === 'number' && Math.abs(value) <= MAX_QUANTITY) return value;
  if (typeof value === 'string' && value.length <= MAX_NUMBER_LENGTH && NUMBER_TEXT.test(value)) return Number(value);
  throw new Fault('a finite number', value);
}

function readSide(value: unknown): Side {
  const side = readQuantity(value) as Side;
  if (typeof value === 'string' && !SIDE_TEXT.test(value)) throw new Fault(sideRule(value), value);
  if (!SIDES.includes(side)) throw new Fault(sideRule(side), value);
  return side === 0 ? 0 : side; // -0 is 0
}

function readStrength(value: unknown): number {
  const strength = readQuantity(value);
  if (typeof value === 'string' && !SHARE_TEXT.test(value)) throw new Fault('in (0, 1]', value);
  if (!(strength > 0 && strength <= 1)) throw new Fault('in (0, 1]', value);
  return strength;
}

function readProbability(value: unknown): number {
  const isText = typeof value === 'string' && PROBABILITY_TEXT.test(value);
  const read = isText ? readQuantity(value) : typeof value === 'number' ? value : Number.NaN;
  if (!(read >= 0 && read <= 1)) throw new Fault(probabilityRule(value), value);
  return read + 0; // -0 is 0
}

function readId(value: unknown): string {
  if (isId(value)) return value;
  throw new Fault(ID_RULE, value);
}

/** Whether a value is text of 1 to 256 characters, well formed and without control characters. */
export function isId(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    nCharacters(value) <= MAX_ID_LENGTH &&
    value.isWellFormed() &&
    WITHOUT_CONTROLS.test(value)
  );
}

/** Number of code points, as a JSON Schema counts the length of a text. */
function nCharacters(text: string): number {
  return text.length <= MAX_ID_LENGTH || text.length > 2 * MAX_ID_LENGTH ? text.length : Array.from(text).length;
}

const numberText = (form: RegExp) => z.string().max(MAX_NUMBER_LENGTH).regex(form);
const sentNanosForm = z
  .union([z.int().meta({ format: 'int64', minimum: Number(FIRST_SENT_NANOS) }), z.string().regex(SENT_NANOS_TEXT)])
  .describe('UNIX nanoseconds from 1971 on, written and read digit for digit, or the same as text; no s, ms or us');
/** UNIX nanoseconds as they are sent, from 1971 on. */
export const sentNanos = readAs(sentNanosForm, readSentNanos);
/** A finite number, or its text. */
export const quantity = readAs(
  z
    .union([z.number().min(-MAX_QUANTITY).max(MAX_QUANTITY), numberText(NUMBER_TEXT)])
    .describe('a finite number, or the text of one'),
  readQuantity,
);
/** A number > 0, or its text. Whether it is > 0 is checked with the other rules of bars. */
export const price = readAs(
  z.union([z.number().gt(0).max(MAX_QUANTITY), numberText(POSITIVE_TEXT)]).describe('> 0'),
  readQuantity,
);
/** A number >= 0, or its text, checked as a price is. */
export const volume = readAs(
  z.union([z.number().min(0).max(MAX_QUANTITY), numberText(NOT_NEGATIVE_TEXT)]).describe('>= 0'),
  readQuantity,
);
/** `-1` SELL, `0` FLAT, `1` BUY. */
export const side = readAs(
  z.union([z.literal(-1), z.literal(0), z.literal(1), numberText(SIDE_TEXT)]).describe('-1 SELL, 0 FLAT, 1 BUY'),
  readSide,
);
/** How strong a signal is, (0, 1]. */
export const strength = readAs(z.union([z.number().gt(0).max(1), numberText(SHARE_TEXT)]), readStrength);
const probabilityForm = z.union([z.number().min(0).max(1), numberText(PROBABILITY_TEXT)]);
/** How likely a signal is to win by a model of the sender, [0, 1]. */
export const sentProbability = readAs(probabilityForm, readProbability);
/** The same where there is nothing to judge without it. */
export const neededProbability = readAs(probabilityForm, (value) => {
  if (value == null) throw new Fault('a number in [0, 1]; a signal without one goes to POST /v1/signals', value);
  return readProbability(value);
});
/** Of a signal or an instrument. */
export const id = readAs(z.string().min(1).max(MAX_ID_LENGTH).regex(WITHOUT_CONTROLS), readId);

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
