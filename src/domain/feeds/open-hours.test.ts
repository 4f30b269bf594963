import { describe, expect, test } from 'vitest';
import { type Cadence, measureCadence } from './cadence.ts';
import { feedFault, feedSentence } from './feed-fault.ts';
import { isOpenThroughout, measureOpenHours, openTimeNs, sharedHours } from './open-hours.ts';

const MINUTE = 60_000_000_000n;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;
const MONDAY = BigInt(Date.parse('2024-01-01T00:00:00Z')) * 1_000_000n;

/** When a market is open on a day, minutes from midnight UTC; null for not at all. */
type Session = readonly [from: number, to: number] | null;

/** Close times of bars of `step` minutes of a market, from Monday the 1st of January 2024 on. */
function barsOf(nDays: number, step: number, sessionOf: (day: number) => Session): BigInt64Array {
  const times: bigint[] = [];
  for (let day = 0; day < nDays; day++) {
    const [from, to] = sessionOf(day) ?? [0, 0];
    for (let minute = from + step; minute <= to; minute += step)
      times.push(MONDAY + BigInt(day) * DAY + BigInt(minute) * MINUTE);
  }
  return BigInt64Array.from(times);
}

const isWeekend = (day: number): boolean => day % 7 >= 5;
/** An exchange of New York, winter time up to a day, then summer time. */
const newYork =
  (changeDay: number) =>
  (day: number): Session => {
    if (isWeekend(day)) return null;
    return day < changeDay ? [14 * 60 + 30, 21 * 60] : [13 * 60 + 30, 20 * 60];
  };
/** Currencies: from Sunday 22:00 to Friday 22:00. */
const currencies = (day: number): Session => {
  if (day % 7 === 5) return null;
  return day % 7 === 6 ? [22 * 60, 24 * 60] : [0, day % 7 === 4 ? 22 * 60 : 24 * 60];
};
const at = (day: number, hour: number, minute = 0): bigint =>
  MONDAY + BigInt(day) * DAY + BigInt(hour) * HOUR + BigInt(minute) * MINUTE;
const quarter = (hours: string | null, day: number, hour: number, minute = 0): string | undefined =>
  hours?.[(day % 7) * 96 + hour * 4 + minute / 15];

describe('open hours', () => {
  test('are those in which bars closed; on some days only where the clocks changed', () => {
    const hours = measureOpenHours(barsOf(26 * 7, 1, newYork(70)), MINUTE);
    const day = [13, 14, 15, 19, 20, 21].map((hour) => quarter(hours, 2, hour, 30));
    expect(day).toEqual(['s', 'o', 'o', 'o', 's', '.']);
    expect(quarter(hours, 2, 14, 15)).toBe('s');
    expect(quarter(hours, 5, 15)).toBe('.');
    expect(hours?.length).toBe(672);
  });

  test('a market that never closes has none, nor what a short training does not reach', () => {
    expect(
      measureOpenHours(
        barsOf(30, 1, () => [0, 1440]),
        MINUTE,
      ),
    ).toBeNull();
    expect(
      measureOpenHours(
        barsOf(3, 1, () => [0, 1440]),
        MINUTE,
      ),
    ).toBeNull();
    expect(measureOpenHours(BigInt64Array.of(), MINUTE)).toBeNull();
    const weekend = [8, 15].map((n) => quarter(measureOpenHours(barsOf(n, 1, currencies), MINUTE), 5, 12));
    expect(weekend, 'one empty day may be a holiday').toEqual([undefined, '.']);
  });

  test('a holiday and a short day do not close a weekday', () => {
    const hours = measureOpenHours(
      barsOf(84, 1, (day) => (day === 21 ? null : day === 22 ? [870, 1080] : newYork(999)(day))),
      MINUTE,
    );
    expect([quarter(hours, 0, 16), quarter(hours, 1, 20)]).toEqual(['o', 'o']);
  });

  test('bars of hours and days fill all the time they last, also before 1970', () => {
    const hourly = measureOpenHours(
      barsOf(28, 60, (day) => (isWeekend(day) ? null : [14 * 60, 21 * 60])),
      HOUR,
    );
    expect([13, 14, 20, 21].map((hour) => quarter(hourly, 1, hour, 45))).toEqual(['.', 'o', 'o', '.']);
    const daily = barsOf(60, 1440, (day) => (isWeekend(day) ? null : [0, 1440]));
    const hours = measureOpenHours(daily, DAY);
    expect([quarter(hours, 4, 23), quarter(hours, 5, 0), quarter(hours, 6, 23)]).toEqual(['o', '.', '.']);
    const centuries = 5200n * 7n * DAY;
    expect(
      measureOpenHours(
        daily.map((ts) => ts - centuries),
        DAY,
      ),
    ).toBe(hours);
    expect(openTimeNs(hours, at(4, 24) - centuries, at(7, 12) - centuries)).toBe(12n * HOUR);
  });

  test('the open time is counted to the nanosecond, and over years', () => {
    const hours = measureOpenHours(barsOf(42, 1, newYork(999)), MINUTE);
    const [close, next] = [at(1, 21), at(2, 14, 30)];
    expect(openTimeNs(hours, close, next)).toBe(0n);
    expect(openTimeNs(hours, close, next + 7n)).toBe(7n);
    expect(openTimeNs(hours, close - 5n, next + 7n)).toBe(12n);
    expect(openTimeNs(hours, close - 100n, close - 40n)).toBe(60n);
    expect(openTimeNs(hours, at(4, 21), at(7, 14, 33))).toBe(3n * MINUTE);
    expect(openTimeNs(hours, close, close + 70_000n * DAY)).toBe(50_000n * (6n * HOUR + 30n * MINUTE));
    expect(openTimeNs(null, close, next)).toBe(next - close);
  });

  test('a quarter that is open only sometimes counts after a bar in it, up to the next kind', () => {
    const hours = measureOpenHours(barsOf(26 * 7, 1, newYork(70)), MINUTE);
    expect(openTimeNs(hours, at(100, 13, 50), at(100, 14, 0)), 'dead after the opening in summer').toBe(10n * MINUTE);
    expect(openTimeNs(hours, at(1, 20, 30), at(1, 20, 50)), 'dead before the close in winter').toBe(20n * MINUTE);
    expect(openTimeNs(hours, at(100, 20), at(100, 21)), 'after the close in summer').toBe(0n);
    expect(openTimeNs(hours, at(1, 20, 30), at(2, 14, 10)), 'that evening, and not the next morning').toBe(
      30n * MINUTE,
    );
    expect(openTimeNs(hours, at(1, 21), at(2, 14, 30)), 'a night in winter').toBe(0n);
  });

  test('the time is that of a plain count of minutes', () => {
    const hours = measureOpenHours(barsOf(26 * 7, 1, newYork(70)), MINUTE);
    const plain = (from: bigint, n: number): bigint => {
      let isOpenToday = quarter(hours, Number((from - MINUTE - MONDAY) / DAY), ...clock(from - MINUTE)) === 's';
      let total = 0n;
      for (let i = 0; i < n; i++) {
        const minute = from + BigInt(i) * MINUTE;
        const word = quarter(hours, Number((minute - MONDAY) / DAY), ...clock(minute));
        isOpenToday &&= word === 's';
        if (word === 'o' || isOpenToday) total += MINUTE;
      }
      return total;
    };
    const clock = (ts: bigint): [number, number] => {
      const minute = Number(((ts - MONDAY) % DAY) / MINUTE);
      return [Math.floor(minute / 60), Math.floor((minute % 60) / 15) * 15];
    };
    for (let from = at(0, 12); from < at(2, 12); from += 13n * MINUTE) {
      for (const n of [1, 4, 16, 61, 200, 1000]) {
        expect(openTimeNs(hours, from, from + BigInt(n) * MINUTE), `${from} ${n}`).toBe(plain(from, n));
      }
    }
  });

  test('of several markets only what all have is certain', () => {
    const [stocks, forex] = [
      measureOpenHours(barsOf(42, 1, newYork(999)), MINUTE),
      measureOpenHours(barsOf(42, 1, currencies), MINUTE),
    ];
    const hours = sharedHours([stocks, forex]);
    expect([quarter(hours, 1, 16), quarter(hours, 1, 3), quarter(hours, 5, 12)]).toEqual(['o', 's', '.']);
    expect(sharedHours([null, null])).toBeNull();
    expect(sharedHours([null, stocks])?.includes('.')).toBe(false);
  });

  test('a market is open throughout where no quarter between is closed', () => {
    const hours = measureOpenHours(barsOf(42, 1, newYork(999)), MINUTE);
    expect(isOpenThroughout(hours, at(1, 15), at(1, 20, 59))).toBe(true);
    expect(isOpenThroughout(hours, at(1, 20, 59), at(2, 14, 31))).toBe(false);
    expect(isOpenThroughout(hours, at(1, 15), at(9, 15))).toBe(false);
    expect(isOpenThroughout(null, at(1, 15), at(9, 15))).toBe(true);
  });
});

describe('the fault of a feed of a market that rests', () => {
  const cadence = measureCadence(barsOf(42, 1, newYork(999))) as Cadence;
  const evening = barsOf(2, 1, newYork(999)).slice(-100);
  const close = at(1, 21);

  test('nights and weekends raise nothing, also just before the first bar', () => {
    expect(cadence).toMatchObject({
      usualGapNs: MINUTE,
      longestGapNs: 65n * HOUR + 31n * MINUTE,
      longestOpenGapNs: MINUTE,
    });
    for (const later of [1n, 60n, 800n, 1049n])
      expect(feedFault(evening, close + later * MINUTE, cadence, 3)).toBeNull();
    expect(feedFault(barsOf(5, 1, newYork(999)), at(7, 14, 29), cadence, 3)).toBeNull();
  });

  test('a feed that does not come back is silent three bars after the opening, with the open time', () => {
    expect(feedFault(evening, at(2, 14, 33), cadence, 3)).toBeNull();
    const fault = feedFault(evening, at(2, 14, 34), cadence, 3);
    expect(fault && feedSentence(fault)).toBe(
      'the last bar is 17 h 34 min old, 4 min of them in open hours, more than the 3 min that the model allows',
    );
  });

  test('a hole within a session is one although nights are longer, and a night is none', () => {
    const session = barsOf(2, 1, newYork(999)).slice(-200);
    const holed = session.filter((_, i) => i < 90 || i >= 120);
    const fault = feedFault(holed.slice(-100), close, cadence, 3);
    expect(fault).toMatchObject({ state: 'hole', gapNs: 31n * MINUTE, longestNs: MINUTE, isInOpenHours: true });
    expect(fault && feedSentence(fault)).toMatch(
      /^no bar for 31 min after .*, longer than every gap of the training in open hours \(1 min\)$/,
    );
    const early = session.filter((_, i) => i < 120 || i >= 150).slice(-100);
    expect(feedFault(early, close, cadence, 3), 'in the last hour the clocks may have changed').toBeNull();
    const overNight = barsOf(3, 1, newYork(999)).slice(-440);
    expect(feedFault(overNight.slice(0, 100), overNight[99], cadence, 3)).toBeNull();
  });
});
