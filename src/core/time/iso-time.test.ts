import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatIsoNanos, parseIsoNanos } from '../index.ts';

test.each([
  ['2023-11-14T22:13:20.000000001Z', 1_700_000_000_000_000_001n],
  ['2023-11-14 22:13:20', 1_700_000_000_000_000_000n],
  ['2023-11-14T23:13:20+01:00', 1_700_000_000_000_000_000n],
  ['2023-11-14T16:43:20-0530', 1_700_000_000_000_000_000n],
  ['1970-01-01', 0n],
  ['1969-12-31T23:59:59.999999999Z', -1n],
])('%s is %s', (text, ns) => {
  expect(parseIsoNanos(text)).toBe(ns);
});

test.each(['2023-02-30', '2023-13-01', '2023-11-14T25:00:00Z', '14/11/2023', 'yesterday', ''])(
  '%s is not a time',
  (text) => {
    expect(parseIsoNanos(text)).toBeNull();
  },
);

test('writing and reading back keeps every nanosecond', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 18n), max: 4n * 10n ** 18n }), (ns) => {
      expect(parseIsoNanos(formatIsoNanos(ns))).toBe(ns);
    }),
  );
});

test.each(['+99:99', '+25:00', '-30:00', '+18:01', '+05:60', '+0560', '+19'])('an offset of %s is none', (offset) => {
  expect(parseIsoNanos(`2024-12-30T00:15:00${offset}`)).toBeNull();
});

test.each([
  ['+18:00', '2024-12-29T06:15:00Z'],
  ['-1800', '2024-12-30T18:15:00Z'],
  ['+14', '2024-12-29T10:15:00Z'],
])('an offset of %s is read', (offset, utc) => {
  expect(parseIsoNanos(`2024-12-30T00:15:00${offset}`)).toBe(parseIsoNanos(utc));
});
