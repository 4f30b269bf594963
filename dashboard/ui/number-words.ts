import { fixed } from '../../src/core/index.ts';

/** A difference of shares in points of percent, with its sign. */
export function points(difference: number | null, digits = 1): string {
  return difference === null ? '–' : signed(100 * difference, digits);
}

/** A number of R with its sign, `+0.31 R`. */
export function ofR(value: number | null | undefined): string {
  return value == null ? '–' : `${signed(value, 2)} R`;
}

/** Basis points, `1.0 bp`. */
export function basisPoints(value: number | null | undefined): string {
  return value == null ? '–' : `${fixed(value, 1)} bp`;
}

/** A number with its sign; one that rounds to zero has none. */
export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

/** A number's text with a minus sign as wide as a plus, in place of the hyphen. */
export function withMinus(text: string): string {
  return text.replace('-', '−');
}

/** Keeps units on the line of their numbers. */
export function unbroken(text: string): string {
  return text.replaceAll(/ (?=(%|R|bp)(?!\w))/g, '\u00a0');
}
