import { MAX_OFFSET_MINUTES, parseIsoNanos } from '../../core/index.ts';

const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const COLON = 58;
const Z = 90;
const T = 84;
const BLANK = 32;
/** Powers of ten that a double holds exactly, as far as they are needed. */
const POWERS = Array.from({ length: 16 }, (_, k) => 10 ** k);

/**
 * Reads a plain number of up to 15 digits where it stands: two exact doubles, divided, give the nearest one.
 *
 * @param separator - code of the character before the decimals.
 * @returns NaN for anything else, which has to be read as text.
 */
export function quickNumber(bytes: Buffer, start: number, end: number, separator: number = POINT): number {
  if (end - start > 16 || end === start) return Number.NaN;
  let digits = 0;
  let point = -1;
  for (let at = start; at < end; at++) {
    const code = bytes[at];
    if (code === separator && point < 0) {
      point = at;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    digits = digits * 10 + digit;
  }
  if (point < 0) return end - start > 15 ? Number.NaN : digits;
  return end - start === 1 ? Number.NaN : digits / POWERS[end - 1 - point];
}

/**
 * Reads a plain number of any length: one of more digits than {@link quickNumber} takes by its text, to the nearest double.
 *
 * @param separator - code of the character before the decimals.
 * @returns NaN for anything else, which has to be read with care.
 */
export function plainNumber(bytes: Buffer, start: number, end: number, separator: number = POINT): number {
  const quick = quickNumber(bytes, start, end, separator);
  if (end - start < 16 || !Number.isNaN(quick)) return quick;
  let point = -1;
  for (let at = start; at < end; at++) {
    const code = bytes[at];
    if (code === separator && point < 0) point = at;
    else if (code < ZERO || code >= COLON) return Number.NaN;
  }
  const value = Number(bytes.toString('latin1', start, end).replace(',', '.'));
  return Number.isFinite(value) ? value : Number.NaN;
}

/** Reads an integer of 10, 13 or 16 digits where it stands, those of s, ms and us; null for anything else. */
export function quickInteger(bytes: Buffer, start: number, end: number): bigint | null {
  const n = end - start;
  if (n !== 10 && n !== 13 && n !== 16) return null;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9) return null;
    value = value * 10 + digit;
  }
  return value < Number.MAX_SAFE_INTEGER ? BigInt(value) : null;
}

/**
 * Reads written times of the most common form, `YYYY-MM-DD`, `T` or a space, `HH:MM`, then `:SS`, decimals, and `Z` or an offset, or not;
 * a day is parsed once.
 */
export class QuickTimes {
  /** The bytes of the day, as its date is written. */
  readonly #day = Buffer.alloc(10);
  /** UNIX ms at which the day starts, or NaN for no day. */
  #dayMs = Number.NaN;
  /** Whether the time that was read last names no offset. */
  isLocal = false;

  /** @returns UNIX ns of the text in [start, end), without an offset by the clock of UTC; null for any other form. */
  read(bytes: Buffer, start = 0, end = bytes.length): bigint | null {
    const n = end - start;
    const between = bytes[start + 10];
    if (n < 16 || bytes[start + 13] !== COLON || (between !== T && between !== BLANK)) return null;
    if (!this.#isSameDay(bytes, start)) this.#startDay(bytes, start);
    const hasSeconds = n >= 19 && bytes[start + 16] === COLON;
    const seconds = hasSeconds ? pair(bytes, start + 17, 60) : 0;
    const minutes = 60 * pair(bytes, start + 11, 24) + pair(bytes, start + 14, 60);
    let at = start + (hasSeconds ? 19 : 16);
    let fraction = 0;
    if (hasSeconds && at < end && bytes[at] === POINT) {
      const first = at + 1;
      at = endOfDigits(bytes, first, end);
      if (at === first || at - first > 9) return null;
      fraction = digitsOf(bytes, first, at) * POWERS[9 - (at - first)];
    }
    this.isLocal = at === end;
    const offset = this.isLocal ? 0 : offsetMs(bytes, at, end);
    const ms = this.#dayMs + 60_000 * minutes + 1000 * seconds - offset;
    if (Number.isNaN(ms)) return null;
    return BigInt(ms) * 1_000_000n + (fraction === 0 ? 0n : BigInt(fraction));
  }

  #isSameDay(bytes: Buffer, start: number): boolean {
    for (let k = 9; k >= 0; k--) if (bytes[start + k] !== this.#day[k]) return false;
    return true;
  }

  #startDay(bytes: Buffer, start: number): void {
    bytes.copy(this.#day, 0, start, start + 10);
    const ns = parseIsoNanos(this.#day.toString('latin1'));
    this.#dayMs = ns === null ? Number.NaN : Number(ns / 1_000_000n);
  }
}

function endOfDigits(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] >= ZERO && bytes[at] < COLON) at++;
  return at;
}

/** The integer of at most 15 digits in [start, end). */
function digitsOf(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + bytes[at] - ZERO;
  return value;
}

/** The offset in [at, end), `Z`, `+HH:MM` or `-HH:MM`, ms; NaN for any other end. */
function offsetMs(bytes: Buffer, at: number, end: number): number {
  if (at === end - 1) return bytes[at] === Z ? 0 : Number.NaN;
  const sign = bytes[at] === PLUS ? 1 : bytes[at] === MINUS ? -1 : Number.NaN;
  if (end !== at + 6 || bytes[at + 3] !== COLON) return Number.NaN;
  const minutes = 60 * pair(bytes, at + 1, 100) + pair(bytes, at + 4, 60);
  return minutes <= MAX_OFFSET_MINUTES ? sign * 60_000 * minutes : Number.NaN;
}

/** Two digits below a bound, or NaN. */
function pair(bytes: Buffer, at: number, bound: number): number {
  const tens = bytes[at] - ZERO;
  const ones = bytes[at + 1] - ZERO;
  const value = 10 * tens + ones;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 && value < bound ? value : Number.NaN;
}
