import { parseIsoNanos } from '../../core/index.ts';

const POINT = 46;
const ZERO = 48;
const Z = 90;
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

/** Reads written times of the most common form, `YYYY-MM-DD`, `T` or a space, `HH:MM:SS`, `Z`; a day is parsed once. */
export class QuickTimes {
  #day = '';
  /** UNIX ms at which the day starts, or NaN for no day. */
  #dayMs = Number.NaN;

  /** @returns UNIX ns, or null for any other form. */
  read(text: string): bigint | null {
    if (text.length !== 20 || text.charCodeAt(19) !== Z || text[13] !== ':' || text[16] !== ':') return null;
    if (text[10] !== 'T' && text[10] !== ' ') return null;
    if (!text.startsWith(this.#day) || this.#day === '') this.#startDay(text.slice(0, 10));
    const ms = this.#dayMs + 3_600_000 * pair(text, 11, 24) + 60_000 * pair(text, 14, 60) + 1000 * pair(text, 17, 60);
    return Number.isNaN(ms) ? null : BigInt(ms) * 1_000_000n;
  }

  #startDay(day: string): void {
    const ns = parseIsoNanos(day);
    this.#day = day;
    this.#dayMs = ns === null ? Number.NaN : Number(ns / 1_000_000n);
  }
}

/** Two digits below a bound, or NaN. */
function pair(text: string, at: number, bound: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  const value = 10 * tens + ones;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 && value < bound ? value : Number.NaN;
}
