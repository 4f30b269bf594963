import { MAX_NUMBER_LENGTH, MAX_QUANTITY } from '../reading/number-forms.ts';

/** Bytes of the JSON grammar. */
const [QUOTE, BACKSLASH, MINUS, POINT, ZERO, NINE] = [0x22, 0x5c, 0x2d, 0x2e, 0x30, 0x39];
const PLUS_AND_E = [0x2b, 0x45, 0x65];
const [SPACE, TAB, LINE_FEED, RETURN] = [0x20, 0x09, 0x0a, 0x0d];
const [FIRST_PRINTABLE, LAST_PRINTABLE] = [0x20, 0x7e];
/** Maximum number of digits of a whole number that a double holds exactly. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
/** A number of JSON with an exponent. */
const WITH_EXPONENT = /^-?(?:0|[1-9]\d*)(?:\.\d+)?[eE][+-]?\d+$/;
/** Maximum length of a number with an exponent, characters. */
const MAX_EXPONENT_LENGTH = 40;
const NANOS_DIGITS = 9;
/** 2^63 / 10^9, less one: seconds below it fit 64 bits whatever the rest is. */
const LAST_SECOND = 9_223_372_035;
/** Seconds of 1971-01-01; what is earlier is refused by the other reader, which says why. */
const FIRST_SECOND = 31_536_000;
const TWO_32 = 2 ** 32;

/**
 * Walks bytes of JSON. Every reader says whether it found the plain form of what it looks for; after a `false` the cursor is
 * of no more use, and the text is read again by the reader that knows all forms.
 */
export class ByteCursor {
  readonly bytes: Uint8Array;
  at = 0;
  /** Where the last string began and ended, quotes left out. */
  start = 0;
  end = 0;
  /** The last number, and whether it has so few digits that it is no rounded one. */
  value = 0;
  isExact = false;
  /** The last whole number: its part above 10^9 and the rest. */
  high = 0;
  low = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Skips white space, and `byte` when it comes next. */
  take(byte: number): boolean {
    this.skipSpace();
    if (this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  /** Whether nothing but white space is left. */
  isDone(): boolean {
    this.skipSpace();
    return this.at >= this.bytes.length;
  }

  /** A string of printable ASCII without escapes. */
  readString(): boolean {
    if (!this.take(QUOTE)) return false;
    const { bytes } = this;
    let i = this.at;
    this.start = i;
    for (; i < bytes.length && bytes[i] !== QUOTE; i++) {
      const byte = bytes[i];
      if (byte < FIRST_PRINTABLE || byte > LAST_PRINTABLE || byte === BACKSLASH) return false;
    }
    if (i >= bytes.length) return false;
    this.end = i;
    this.at = i + 1;
    return true;
  }

  /** The last string as text. */
  text(): string {
    let text = '';
    for (let i = this.start; i < this.end; i++) text += String.fromCharCode(this.bytes[i]);
    return text;
  }

  /** Whether the last string is these bytes. */
  is(name: Uint8Array): boolean {
    const length = this.end - this.start;
    if (length !== name.length) return false;
    for (let i = 0; i < length; i++) if (this.bytes[this.start + i] !== name[i]) return false;
    return true;
  }

  /** A decimal without exponent, bare or in quotes, to the nearest double. */
  readNumber(): boolean {
    this.skipSpace();
    const { bytes } = this;
    const isQuoted = bytes[this.at] === QUOTE;
    if (isQuoted) this.at++;
    const start = this.at;
    let i = start;
    const isNegative = bytes[i] === MINUS;
    if (isNegative) i++;
    const first = i;
    let mantissa = 0;
    for (; bytes[i] >= ZERO && bytes[i] <= NINE; i++) mantissa = mantissa * 10 + (bytes[i] - ZERO);
    if (i === first || (bytes[first] === ZERO && i - first > 1)) return false;
    let nDigits = i - first;
    let nDecimals = 0;
    if (bytes[i] === POINT) {
      const from = ++i;
      for (; bytes[i] >= ZERO && bytes[i] <= NINE; i++) mantissa = mantissa * 10 + (bytes[i] - ZERO);
      nDecimals = i - from;
      if (nDecimals === 0) return false;
      nDigits += nDecimals;
    }
    if (nDigits <= EXACT_DIGITS) {
      const value = mantissa / POWERS_OF_TEN[nDecimals];
      this.value = isNegative ? -value : value;
    } else if (i - start > MAX_NUMBER_LENGTH) return false;
    else this.value = Number(this.#slice(start, i));
    this.isExact = nDigits <= EXACT_DIGITS;
    this.at = i;
    return this.#ends(isQuoted);
  }

  /** What {@link readNumber} reads, or a bare number with an exponent: small numbers are written so. */
  readQuantity(): boolean {
    this.skipSpace();
    const start = this.at;
    if (this.readNumber()) return true;
    let i = start;
    while (i - start <= MAX_EXPONENT_LENGTH && isOfNumber(this.bytes[i])) i++;
    const text = this.#slice(start, i);
    if (!WITH_EXPONENT.test(text)) return false;
    this.value = Number(text);
    this.isExact = false;
    this.at = i;
    return Math.abs(this.value) <= MAX_QUANTITY && this.#ends(false);
  }

  /** Nanoseconds from 1971 on that fit 64 bits, bare or in quotes, into `high` and `low`. */
  readNanos(): boolean {
    this.skipSpace();
    const { bytes } = this;
    const isQuoted = bytes[this.at] === QUOTE;
    if (isQuoted) this.at++;
    const first = this.at;
    let i = first;
    while (bytes[i] >= ZERO && bytes[i] <= NINE) i++;
    const nDigits = i - first;
    if (nDigits === 0 || nDigits > 19 || (bytes[first] === ZERO && nDigits > 1)) return false;
    const split = Math.max(first, i - NANOS_DIGITS);
    this.high = this.#digits(first, split);
    this.low = this.#digits(split, i);
    this.at = i;
    return this.high >= FIRST_SECOND && this.high <= LAST_SECOND && this.#ends(isQuoted);
  }

  /** Writes the last whole number as a 64-bit integer, low word first, at word `2 * i`. */
  putNanos(words: Uint32Array, i: number): void {
    // high * 10^9 + low without losing a bit: high in two parts, so that every product is exact in a double.
    const upper = Math.floor(this.high / 65_536) * 1e9;
    const lower = (this.high % 65_536) * 1e9 + this.low;
    const sum = (upper % 65_536) * 65_536 + lower;
    words[2 * i] = sum % TWO_32;
    words[2 * i + 1] = Math.floor(upper / 65_536) + Math.floor(sum / TWO_32);
  }

  skipSpace(): void {
    const { bytes } = this;
    for (;;) {
      const byte = bytes[this.at];
      if (byte !== SPACE && byte !== LINE_FEED && byte !== RETURN && byte !== TAB) return;
      this.at++;
    }
  }

  /** A number ends where nothing follows that could belong to it. */
  #ends(isQuoted: boolean): boolean {
    const next = this.bytes[this.at];
    if (isQuoted) {
      this.at++;
      return next === QUOTE;
    }
    return next === 0x2c || next === 0x5d || next === 0x7d || next === SPACE || next === LINE_FEED || next === RETURN;
  }

  #digits(from: number, to: number): number {
    let value = 0;
    for (let i = from; i < to; i++) value = value * 10 + (this.bytes[i] - ZERO);
    return value;
  }

  #slice(from: number, to: number): string {
    let text = '';
    for (let i = from; i < to; i++) text += String.fromCharCode(this.bytes[i]);
    return text;
  }
}

/** A digit, a sign, a point, or the letter of an exponent. */
function isOfNumber(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || byte === MINUS || byte === POINT || PLUS_AND_E.includes(byte);
}
