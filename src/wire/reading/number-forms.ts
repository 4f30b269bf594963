import { FIRST_SENT_NANOS } from '../../core/index.ts';

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
/** Text of a number in [0, 1]; that is also `-0`. */
export const PROBABILITY_TEXT = new RegExp(`${SHARE_TEXT.source}|^[+-]?(?:0+(?:\\.0*)?|\\.0+)$`);
/** Text of -1, 0 or 1. */
export const SIDE_TEXT = /^[+-]?0*[01](?:\.0*)?$/;

const MAX_INT64 = 2n ** 63n - 1n;
/** Text of UNIX nanoseconds from 1971-01-01 on, in 64 bits. */
export const SENT_NANOS_TEXT = new RegExp(`^\\+?0*${between(FIRST_SENT_NANOS, MAX_INT64)}$`);

/** A pattern of the integers from `first`, > 0, to `last`, which has more digits; without leading zeros. */
function between(first: bigint, last: bigint): string {
  const [low, high] = [first.toString(), last.toString()];
  const larger = differingFrom(low, (digit) => [digit + 1, 9]);
  const longer = Array.from({ length: high.length - low.length - 1 }, (_, k) => `[1-9]\\d{${low.length + k}}`);
  const smaller = differingFrom(high, (digit, i) => [i === 0 ? 1 : 0, digit - 1]);
  return `(?:${[low, ...larger, ...longer, ...smaller, high].join('|')})`;
}

/** Patterns of the integers with as many digits whose first other digit lies in `range`, both ends included. */
function differingFrom(digits: string, range: (digit: number, i: number) => [from: number, to: number]): string[] {
  return Array.from(digits).flatMap((digit, i) => {
    const [from, to] = range(Number(digit), i);
    const rest = digits.length - i - 1;
    return from > to ? [] : [`${digits.slice(0, i)}[${from}-${to}]${rest === 0 ? '' : `\\d{${rest}}`}`];
  });
}
