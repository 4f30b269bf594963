import { ConditionError, parseIsoNanos } from '../../../core/index.ts';
import { type FoldedRow, settleFolds } from './folds.ts';

const MS_PER_DAY = 86_400_000;
/** Offsets change at whole quarters of an hour of UTC. */
const MS_PER_QUARTER = 900_000;
const NS_PER_MS = 1_000_000n;
const WITH_OFFSET = /(?:Z|UTC|GMT|:\d{2}(?:[.,]\d+)?\s*[+-]\d{2}(?::?\d{2})?)$/i;

/** Whether a written time names its offset from UTC. */
export function namesOffset(text: string): boolean {
  // The most common ends, without an expression: `Z` and `+00:00`.
  const n = text.length;
  if (text[n - 1] === 'Z' || (text[n - 3] === ':' && (text[n - 6] === '+' || text[n - 6] === '-'))) return true;
  return WITH_OFFSET.test(text.trim());
}

/** Whether a zone is known by this name, or is an offset that times may name. */
export function isZone(name: string): boolean {
  if (/^[+-]/.test(name) && parseIsoNanos(`2000-01-01T00:00${name}`) === null) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Turns times of the clock of a place into UTC. */
export class LocalTimes {
  readonly #zone: string;
  readonly #format: Intl.DateTimeFormat;
  /** Offset from UTC, ms, by the quarter of an hour. */
  readonly #offsets = new Map<number, number>();

  /** @throws {ConditionError} unless the zone is known. */
  constructor(zone: string) {
    this.#zone = zone;
    if (!isZone(zone)) throw new ConditionError('tz', 'an IANA time zone (America/New_York)', zone);
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  }

  /** The rule that a time breaks which the clock showed twice, where nothing tells which of the two it is. */
  get twiceRule(): string {
    return `a time with its offset from UTC, because the clock of ${this.#zone} showed it twice and no order of rows tells which it is`;
  }

  /**
   * @param local - the clock, as ns of UTC.
   * @returns UNIX ns; both, the earlier first, of a time that the clock showed twice; the rule that one breaks which it never showed.
   */
  toUtc(local: bigint): bigint | readonly [bigint, bigint] | string {
    const ms = Number(local / NS_PER_MS);
    const offsets = [...new Set([this.#offsetAt(ms - MS_PER_DAY), this.#offsetAt(ms + MS_PER_DAY)])];
    const found = offsets.filter((offset) => this.#offsetAt(ms - offset) === offset);
    if (found.length === 1) return local - BigInt(found[0]) * NS_PER_MS;
    if (found.length === 0) return `a time of ${this.#zone}, whose clock was put forward over it`;
    const [early, late] = found.sort((a, b) => b - a).map((offset) => local - BigInt(offset) * NS_PER_MS);
    return [early, late];
  }

  #offsetAt(utcMs: number): number {
    const quarter = Math.floor(utcMs / MS_PER_QUARTER);
    const known = this.#offsets.get(quarter);
    if (known !== undefined) return known;
    const text = this.#format.formatToParts(utcMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes, seconds = '0'] = /([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(text) ?? [
      null,
      '+',
      '0',
      '0',
    ];
    const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
    const offset = sign === '-' ? -size : size;
    this.#offsets.set(quarter, offset);
    return offset;
  }
}

/**
 * Turns a column of the clock of a zone into UTC, in place.
 *
 * @param time - (nRows,) the clock as ns of UTC. @returns the first row that cannot be turned, and its rule; null when all are.
 */
export function columnToUtc(
  time: BigInt64Array,
  zone: LocalTimes,
): { readonly index: number; readonly rule: string } | null {
  const folded: FoldedRow[] = [];
  for (let row = 0; row < time.length; row++) {
    const utc = zone.toUtc(time[row]);
    if (typeof utc === 'string') return { index: row, rule: utc };
    if (typeof utc !== 'bigint') folded.push({ row, text: '', early: utc[0], late: utc[1] });
    time[row] = typeof utc === 'bigint' ? utc : utc[0];
  }
  const unsettled = settleFolds(time, folded);
  return unsettled === null ? null : { index: unsettled.row, rule: zone.twiceRule };
}
