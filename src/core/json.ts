import { DataError } from './errors.ts';

// A JSON string (skipped whole; one that never ends, to the end of the text, so that no quote is tried twice), or an integer
// of 16 or more digits that a double could not hold.
const STRING_OR_LONG_INTEGER = /"(?:[^"\\]|\\[\s\S])*"?|(?<![\d.eE+-])-?[1-9]\d{15,}(?![\d.eE])/g;
const SIXTEEN_DIGITS = /\d{16}/;

/**
 * Parses JSON without losing digits: an integer of 16 or more digits comes back as the string of its digits, which every
 * reader of ours takes as it takes the integer. Strings are left alone, whatever they hold.
 *
 * @throws {DataError} `BAD_JSON` when the text is not JSON.
 */
export function parseLossless(text: string): unknown {
  const quoted = SIXTEEN_DIGITS.test(text)
    ? text.replace(STRING_OR_LONG_INTEGER, (token) => (token.startsWith('"') ? token : `"${token}"`))
    : text;
  try {
    return JSON.parse(quoted);
  } catch (error) {
    throw new DataError('BAD_JSON', `a line of JSON was expected: ${(error as Error).message}`, { cause: error });
  }
}

/** Serialises to JSON with every bigint as a plain JSON integer, digit for digit. Non-finite numbers are an error, not null. */
export function stringifyLossless(value: unknown, indent?: number): string {
  return JSON.stringify(value, replaceExact, indent);
}

function replaceExact(key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return JSON_WITH_RAW.rawJSON(value.toString());
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new DataError('BAD_JSON', `${key === '' ? 'value' : key} must be finite to be written as JSON, was ${value}`);
  }
  return value;
}

// In the language since V8 11.4 and not yet in TypeScript's library types.
const JSON_WITH_RAW = JSON as JSON & { rawJSON(text: string): unknown };
