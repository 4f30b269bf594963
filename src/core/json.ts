import { DataError, show } from './errors.ts';
import { isNestedAtOnce } from './reading/nested-head.ts';
import { findRepeatedKey } from './reading/repeated-keys.ts';
import { jsonFault } from './texts/json-fault.ts';

// Matches a JSON string, which stays as it is, or an integer of 16 or more digits, which a double may round. A string
// without an end matches to the end of the text, so that the time stays linear.
const STRING_OR_LONG_INTEGER = /"(?:[^"\\]|\\[\s\S])*"?|(?<![\d.eE+-])-?[1-9]\d{15,}(?![\d.eE])/g;
const SIXTEEN_DIGITS = /\d{16}/;

/**
 * Parses JSON without losing digits: an integer of 16 or more digits is returned as the string of its digits, which
 * all readers of this program accept as the integer. JSON strings are not changed.
 *
 * @throws {DataError} `BAD_JSON` when the text is not JSON, opens more than 64 levels at once, or has an object with a key twice.
 */
export function parseLossless(text: string): unknown {
  const quoted = SIXTEEN_DIGITS.test(text)
    ? text.replace(STRING_OR_LONG_INTEGER, (token) => (token.startsWith('"') ? token : `"${token}"`))
    : text;
  const value = parse(quoted, text);
  checkKeys(text, value);
  return value;
}

/** @throws {DataError} `BAD_JSON` when an object of the text has a key twice. @param value - what the text was parsed to. */
export function checkKeys(text: string, value: unknown): void {
  const repeated = findRepeatedKey(text, value);
  if (repeated === null) return;
  const what = repeated === '' ? 'a key' : `the key ${show(repeated)}`;
  throw new DataError('BAD_JSON', `${what} stands twice in one object; write each key once`);
}

/** @param text - with its long integers in quotes. @param written - without. */
function parse(text: string, written: string): unknown {
  if (isNestedAtOnce(text)) throw new DataError('BAD_JSON', 'a line of JSON was expected, with no more than 64 levels');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DataError('BAD_JSON', `a line of JSON was expected: ${jsonFault(text, error, written)}`, {
      cause: error,
    });
  }
}

/**
 * Writes JSON with every bigint as an integer, digit for digit.
 *
 * @throws {DataError} `BAD_JSON` for a number that is not finite.
 */
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

// `JSON.rawJSON` exists since V8 11.4; TypeScript's library types do not declare it yet.
const JSON_WITH_RAW = JSON as JSON & { rawJSON(text: string): unknown };
