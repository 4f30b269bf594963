import { expect, test } from 'vitest';
import { FIRST_SENT_NANOS, nanosFault, parseIsoNanos, unitOf } from '../index.ts';

test.each([
  ['1971-01-01', 'the first'],
  ['2024-12-30T00:15:00Z', 'a recent'],
  ['2100-12-31T23:59:59Z', 'the last'],
])('%s, %s time, is known in every unit', (text) => {
  const ns = parseIsoNanos(text) ?? 0n;
  expect([10n ** 9n, 10n ** 6n, 1000n, 1n].map((per) => unitOf(ns / per))).toEqual(['s', 'ms', 'us', 'ns']);
});

test.each([0n, -1n, 7n, 45_292n, 20_241_230n, -1_577_848_740n])('%s is a time of no unit', (value) => {
  expect(unitOf(value)).toBeNull();
  expect(nanosFault(value)).toBe('UNIX nanoseconds from 1971-01-01 on (31536000000000000)');
});

test('nanoseconds begin with 1971', () => {
  expect(nanosFault(FIRST_SENT_NANOS)).toBeNull();
  expect(nanosFault(FIRST_SENT_NANOS - 1n)).not.toBeNull();
  expect(nanosFault(1_577_848_740_000n)).toContain('looks like milliseconds (ms), multiply by 1000000');
});
