/** Largest number that is taken, and its negative the smallest. */
export const MAX_QUANTITY = 1e308;
/** Maximum length of a number as text, characters. A longer one may be above {@link MAX_QUANTITY}, or be read as 0 where it is not. */
export const MAX_NUMBER_LENGTH = 308;

const PLAIN = '(?:\\d+\\.?\\d*|\\.\\d+)';
const SCIENTIFIC = '(?:\\d{1,100}\\.?\\d{0,100}|\\.\\d{1,100})[eE][+-]?\\d{1,2}';
const DECIMAL = `(?:${PLAIN}|${SCIENTIFIC})`;
/** Looks ahead for a digit that is not 0, before an exponent. */
const NOT_ZERO = '(?=\\d*\\.?\\d*[1-9])';
const ALL_ZERO = '(?=[0.]+(?:[eE]|$))';

/** Text of a finite number. */
export const NUMBER_TEXT = new RegExp(`^[+-]?${DECIMAL}$`);
/** Text of a number > 0. */
export const POSITIVE_TEXT = new RegExp(`^\\+?${NOT_ZERO}${DECIMAL}$`);
/** Text of a number >= 0; that is also `-0`. */
export const NOT_NEGATIVE_TEXT = new RegExp(`^(?:\\+|-${ALL_ZERO})?${DECIMAL}$`);
/** Text of a number in (0, 1]. */
export const SHARE_TEXT = /^\+?(?:0*1(?:\.0*)?|0*\.\d*[1-9]\d*|[1-9](?:\.\d*)?[eE]-(?:0[1-9]|[1-9]\d?))$/;
/** Text of -1, 0 or 1. */
export const SIDE_TEXT = /^[+-]?0*[01](?:\.0*)?$/;

const MAX_INT64 = 2n ** 63n - 1n;
/** Text of an integer of 64 bits, with a sign. */
export const INT64_TEXT = new RegExp(`^(?:\\+?0*${upTo(MAX_INT64)}|-0*${upTo(MAX_INT64 + 1n)})$`);

/** A pattern of the integers from 0 to `limit`, without leading zeros but for 0 itself. */
function upTo(limit: bigint): string {
  const digits = limit.toString();
  const smaller = Array.from(digits).flatMap((digit, i) => {
    const rest = digits.length - i - 1;
    return digit === '0' ? [] : [`${digits.slice(0, i)}[0-${Number(digit) - 1}]${rest === 0 ? '' : `\\d{${rest}}`}`];
  });
  return `(?:\\d{1,${digits.length - 1}}|${smaller.join('|')}|${digits})`;
}
