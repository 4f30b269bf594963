import { MAX_OFFSET_MINUTES, parseIsoNanos } from '../../core/index.ts';

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
export function quickNumber(text: string, start: number, end: number, separator: number = POINT): number {
  if (end - start > 16 || end === start) return Number.NaN;
  let digits = 0;
  let point = -1;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
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

/** Reads an integer of 10, 13 or 16 digits where it stands, those of s, ms and us; null for anything else. */
export function quickInteger(text: string, start: number, end: number): bigint | null {
  const n = end - start;
  if (n !== 10 && n !== 13 && n !== 16) return null;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO;
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
  #day = '';
  /** UNIX ms at which the day starts, or NaN for no day. */
  #dayMs = Number.NaN;
  /** Whether the time that was read last names no offset. */
  isLocal = false;

  /** @returns UNIX ns of the text in [start, end), without an offset by the clock of UTC; null for any other form. */
  read(text: string, start = 0, end = text.length): bigint | null {
    const n = end - start;
    const between = text.charCodeAt(start + 10);
    if (n < 16 || text.charCodeAt(start + 13) !== COLON || (between !== T && between !== BLANK)) return null;
    if (this.#day === '' || !text.startsWith(this.#day, start)) this.#startDay(text.slice(start, start + 10));
    const hasSeconds = n >= 19 && text.charCodeAt(start + 16) === COLON;
    const seconds = hasSeconds ? pair(text, start + 17, 60) : 0;
    const minutes = 60 * pair(text, start + 11, 24) + pair(text, start + 14, 60);
    let at = start + (hasSeconds ? 19 : 16);
    let fraction = 0;
    if (hasSeconds && at < end && text.charCodeAt(at) === POINT) {
      const first = at + 1;
      at = endOfDigits(text, first, end);
      if (at === first || at - first > 9) return null;
      fraction = Number(text.slice(first, at)) * POWERS[9 - (at - first)];
    }
    this.isLocal = at === end;
    const offset = this.isLocal ? 0 : offsetMs(text, at, end);
    const ms = this.#dayMs + 60_000 * minutes + 1000 * seconds - offset;
    if (Number.isNaN(ms)) return null;
    return BigInt(ms) * 1_000_000n + (fraction === 0 ? 0n : BigInt(fraction));
  }

  #startDay(day: string): void {
    const ns = parseIsoNanos(day);
    this.#day = day;
    this.#dayMs = ns === null ? Number.NaN : Number(ns / 1_000_000n);
  }
}

function endOfDigits(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && text.charCodeAt(at) >= ZERO && text.charCodeAt(at) < COLON) at++;
  return at;
}

/** The offset in [at, end), `Z`, `+HH:MM` or `-HH:MM`, ms; NaN for any other end. */
function offsetMs(text: string, at: number, end: number): number {
  if (at === end - 1) return text.charCodeAt(at) === Z ? 0 : Number.NaN;
  const sign = text[at] === '+' ? 1 : text[at] === '-' ? -1 : Number.NaN;
  if (end !== at + 6 || text.charCodeAt(at + 3) !== COLON) return Number.NaN;
  const minutes = 60 * pair(text, at + 1, 100) + pair(text, at + 4, 60);
  return minutes <= MAX_OFFSET_MINUTES ? sign * 60_000 * minutes : Number.NaN;
}

/** Two digits below a bound, or NaN. */
function pair(text: string, at: number, bound: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  const value = 10 * tens + ones;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 && value < bound ? value : Number.NaN;
}
