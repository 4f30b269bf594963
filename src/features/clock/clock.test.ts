import { expect, test } from 'vitest';
import { BarSeries, DEFAULT_VPIN_OPTIONS } from '../../domain/index.ts';
import { computeFeatures, type FeatureContext } from '../index.ts';

const MINUTE = 60_000_000_000n;
const CONTEXT: FeatureContext = { regime: null, vpin: DEFAULT_VPIN_OPTIONS, stepNs: MINUTE };

function barsAt(times: readonly bigint[]): BarSeries {
  return BarSeries.fromBars(times.map((tsEvent) => ({ tsEvent, open: 1, high: 1, low: 1, close: 1, volume: 1 })));
}

/** The last of a hundred bars or more closes at a time. */
function at(names: string[], iso: string): number[] {
  const last = BigInt(Date.parse(iso)) * 1_000_000n;
  const bars = barsAt(Array.from({ length: 100 }, (_, i) => last - BigInt(99 - i) * MINUTE));
  return Array.from(computeFeatures(names, bars, Int32Array.of(99), Int8Array.of(-1), CONTEXT));
}

test.each([
  ['2024-02-29T00:00:00Z', 0, 3],
  ['2024-03-03T06:00:00Z', 6, 6],
  ['2024-03-04T18:30:00.999Z', 18.5 + 0.999 / 3600, 0],
  ['1969-12-31T23:59:59.999Z', 24 - 0.001 / 3600, 2],
  ['1970-01-01T12:00:00Z', 12, 3],
])('the clock at %s', (iso, hours, day) => {
  const [sin, cos, dayOfWeek] = at(['time_of_day_sin', 'time_of_day_cos', 'day_of_week'], iso);
  expect(sin).toBeCloseTo(Math.sin((hours * Math.PI) / 12), 12);
  expect(cos).toBeCloseTo(Math.cos((hours * Math.PI) / 12), 12);
  expect(dayOfWeek).toBe(day);
  expect(dayOfWeek, 'as JavaScript counts, from Sunday').toBe((new Date(iso).getUTCDay() + 6) % 7);
});

test('the session opens after an hour without bars, before its first bar', () => {
  const start = BigInt(Date.parse('2024-03-04T14:31:00Z')) * 1_000_000n;
  const day = (n: number, open: bigint): bigint[] => Array.from({ length: n }, (_, i) => open + BigInt(i) * MINUTE);
  const days = [...day(390, start), ...day(390, start + 1440n * MINUTE)];
  const minutes = (times: bigint[], row: number): number =>
    computeFeatures(['minutes_since_open'], barsAt(times), Int32Array.of(row), Int8Array.of(1), CONTEXT)[0];
  const long = [...days, ...day(390, start + 2880n * MINUTE), ...day(400, start + 4320n * MINUTE)];
  expect(minutes(long, 1560 - 1), 'the last minute of the fourth day').toBe(390);
  expect(minutes(long, 1441), 'in the middle').toBe(1441 - 1170 + 1);
  expect(minutes(days, 700), 'a day of bars is needed').toBeNaN();
  const halted = day(1600, start).filter((_, i) => i < 1500 || i >= 1559);
  expect(minutes(halted, 1530), 'a halt of 59 minutes is none').toBeNaN();
  const closed = day(1600, start).filter((_, i) => i < 1500 || i >= 1560);
  expect(minutes(closed, 1500), 'a break of an hour is one').toBe(1);
  expect(minutes(day(1600, start), 1599), 'always open').toBeNaN();
});
