/** Longest wait after the first failed attempt, ms; it doubles with each further one. */
const FIRST_MS = 1000;
/** Longest wait of all, ms. */
const LONGEST_MS = 15 * 60_000;
/** Longest wait that a receiver may ask for, ms. */
const ASKED_MS = 24 * 3_600_000;

/**
 * Time to wait after failed attempts, ms: at most 1 s · 2^(n − 1) and 15 minutes, at least half of that, so that many senders do not
 * come back together.
 *
 * @param nFailed - number of attempts that failed in a row, >= 1. @param random - uniform in [0, 1).
 */
export function backoffMs(nFailed: number, random: number): number {
  return Math.min(FIRST_MS * 2 ** (nFailed - 1), LONGEST_MS) * (0.5 + random / 2);
}

/**
 * Time that a receiver asks to be left alone, ms, at most a day; 0 where the header says nothing.
 *
 * @param header - `Retry-After`: seconds or a date. @see RFC 9110, 10.2.3
 */
export function retryAfterMs(header: string | null, nowMs: number): number {
  if (header === null) return 0;
  const text = header.trim();
  const isDate = /^[A-Z][a-z]+, .* GMT$/.test(text);
  const askedMs = isDate ? Date.parse(text) - nowMs : /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : 0;
  return Number.isNaN(askedMs) ? 0 : Math.min(Math.max(askedMs, 0), ASKED_MS);
}
