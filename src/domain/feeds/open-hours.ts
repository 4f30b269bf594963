const SLOT_NS = 900_000_000_000n;
const DAY_SLOTS = 96;
const WEEK_SLOTS = 7 * DAY_SLOTS;
/** A Monday before every time that 64 bits hold, nanoseconds before 1970. */
const ORIGIN_NS = 20_000n * 7n * 86_400_000_000_000n + 3n * 86_400_000_000_000n;
/** Share of a quarter that bars fill where a market is open: before and after a session some trade now and then. */
const FILLED_SHARE = 1 / 3;
/** Share of the days with bars on which a quarter has some, from which on it is always open: a few days end early. */
const ALWAYS_SHARE = 0.9;
/** Minimum number of days without a bar for a quarter to count as closed: once may be a holiday, or a hole. */
const LEAST_EMPTY_DAYS = 2;

const [ALWAYS, SOMETIMES, CLOSED] = ['o', 's', '.'];

/**
 * When a market is open, by the bars of a training: one character for each quarter of an hour of the week, from Monday 00:00 UTC on.
 * `o` for one that bars fill, by a third at least, on nearly all days (90 %) that have any, `s` for one on some days, as around a change
 * of clocks, `.` for one on none. A quarter that the bars do not reach counts as open. Null where the market never closes.
 */
export type OpenHours = string | null;

/** What a text of {@link OpenHours} looks like. */
export const OPEN_HOURS = /^[os.]{672}$/;

/**
 * The hours in which bars closed.
 *
 * @param tsEvent - (nBars,) close times, UNIX ns, rising. @param stepNs - their common step, > 0: a bar fills the quarters it lasts.
 */
export function measureOpenHours(tsEvent: BigInt64Array, stepNs: bigint): OpenHours {
  if (tsEvent.length === 0) return null;
  const first = slotBefore(tsEvent[0]);
  const filled = new Float64Array(slotBefore(tsEvent[tsEvent.length - 1]) - first + 1);
  const share = Number(stepNs) / Number(SLOT_NS);
  let [slot, slotEnd] = [0, startOf(first + 1)];
  for (let i = 0; i < tsEvent.length; i++) {
    const ts = tsEvent[i];
    if (ts > slotEnd) {
      slot = slotBefore(ts) - first;
      slotEnd = startOf(first + slot + 1);
    }
    if (share <= 1) filled[slot] += share;
    else filled.fill(1, Math.max(0, slotBefore(ts - stepNs + 1n) - first), slot + 1);
  }
  for (let i = 0; i < filled.length; i++) filled[i] = filled[i] >= FILLED_SHARE ? 1 : 0;
  const counts = countByQuarter(filled, first);
  const text = Array.from({ length: WEEK_SLOTS }, (_, slot) => wordOf(counts, slot)).join('');
  return text.includes(SOMETIMES) || text.includes(CLOSED) ? text : null;
}

/** Of each quarter of the week: days with a bar in it, days with a bar at all, days without any. */
interface QuarterCounts {
  readonly nFilled: Int32Array;
  readonly nDays: Int32Array;
  readonly nEmpty: Int32Array;
}

function countByQuarter(isFilled: Float64Array, first: number): QuarterCounts {
  const [nFilled, nDays, nEmpty] = [0, 0, 0].map(() => new Int32Array(WEEK_SLOTS));
  for (let from = 0; from < isFilled.length; ) {
    const to = Math.min(isFilled.length, from + DAY_SLOTS - ((first + from) % DAY_SLOTS));
    const counted = isFilled.subarray(from, to).includes(1) ? nDays : nEmpty;
    for (let i = from; i < to; i++) {
      const slot = (first + i) % WEEK_SLOTS;
      counted[slot]++;
      nFilled[slot] += isFilled[i];
    }
    from = to;
  }
  return { nFilled, nDays, nEmpty };
}

function wordOf({ nFilled, nDays, nEmpty }: QuarterCounts, slot: number): string {
  const nMissed = nDays[slot] - nFilled[slot];
  if (nFilled[slot] === 0) {
    const isClosed = nMissed >= LEAST_EMPTY_DAYS || (nDays[slot] === 0 && nEmpty[slot] >= LEAST_EMPTY_DAYS);
    return isClosed || isRestOfDays(nFilled, nDays, slot % DAY_SLOTS) ? CLOSED : ALWAYS;
  }
  return nMissed < LEAST_EMPTY_DAYS || nFilled[slot] >= ALWAYS_SHARE * nDays[slot] ? ALWAYS : SOMETIMES;
}

/** Whether no day has bars at a time of day. */
function isRestOfDays(nFilled: Int32Array, nDays: Int32Array, time: number): boolean {
  let n = 0;
  for (let slot = time; slot < WEEK_SLOTS; slot += DAY_SLOTS) {
    if (nFilled[slot] > 0) return false;
    n += nDays[slot];
  }
  return n >= LEAST_EMPTY_DAYS;
}

/**
 * Time between a bar and a later moment in which the market was open. What is open only sometimes counts where the bar itself closed in
 * it: then it is open today, up to the next quarter of another kind.
 *
 * @param from - close of the bar, UNIX ns. @param to - >= from. @returns nanoseconds, in [0, to - from].
 */
export function openTimeNs(hours: OpenHours, from: bigint, to: bigint): bigint {
  if (hours === null) return to - from;
  const [first, last] = [slotBefore(from), slotBefore(to)];
  if (first === last) return wordAt(hours, first) === CLOSED ? 0n : to - from;
  let isStillOpen = wordAt(hours, first) === SOMETIMES;
  let nOpen = 0;
  let slot = first + 1;
  for (; slot < last && slot - first <= WEEK_SLOTS; slot++) {
    const word = wordAt(hours, slot);
    isStillOpen &&= word === SOMETIMES;
    if (isStillOpen || word === ALWAYS) nOpen++;
  }
  const nWeeks = Math.floor((last - slot) / WEEK_SLOTS);
  if (nWeeks > 0) nOpen += nWeeks * nAlwaysOpen(hours);
  for (slot += Math.max(0, nWeeks) * WEEK_SLOTS; slot < last; slot++) if (wordAt(hours, slot) === ALWAYS) nOpen++;
  isStillOpen &&= wordAt(hours, last) === SOMETIMES;
  const head = wordAt(hours, first) === CLOSED ? 0n : startOf(first + 1) - from;
  const tail = isStillOpen || wordAt(hours, last) === ALWAYS ? to - startOf(last) : 0n;
  return head + BigInt(nOpen) * SLOT_NS + tail;
}

/** Whether the market is always open between two moments. @param to - > from. */
export function isOpenThroughout(hours: OpenHours, from: bigint, to: bigint): boolean {
  if (hours === null) return true;
  const first = slotBefore(from);
  const last = Math.min(slotBefore(to), first + WEEK_SLOTS);
  for (let slot = first; slot <= last; slot++) if (wordAt(hours, slot) !== ALWAYS) return false;
  return true;
}

/** What holds for several markets: where they differ, sometimes. @param all - at least one. */
export function sharedHours(all: readonly OpenHours[]): OpenHours {
  if (all.every((hours) => hours === null)) return null;
  return Array.from({ length: WEEK_SLOTS }, (_, slot) => {
    const words = new Set(all.map((hours) => (hours === null ? ALWAYS : hours[slot])));
    return words.size === 1 ? [...words][0] : SOMETIMES;
  }).join('');
}

/** The quarter that ends with a time or holds it, counted from the origin. */
function slotBefore(ts: bigint): number {
  return Number((ts - 1n + ORIGIN_NS) / SLOT_NS);
}

function wordAt(hours: string, slot: number): string {
  return hours[slot % WEEK_SLOTS];
}

function nAlwaysOpen(hours: string): number {
  return hours.split(ALWAYS).length - 1;
}

/** When a quarter begins, UNIX ns. */
function startOf(slot: number): bigint {
  return BigInt(slot) * SLOT_NS - ORIGIN_NS;
}
