import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowerBound } from './index.ts';

test('finds the first value that is not below the limit, as a linear search does', () => {
  const rising = fc.array(fc.integer({ min: -20, max: 20 })).map((values) => values.sort((a, b) => a - b));
  fc.assert(
    fc.property(rising, fc.integer({ min: -21, max: 21 }), (values, limit) => {
      const found = values.findIndex((value) => value >= limit);
      expect(lowerBound(values.length, (i) => values[i] < limit)).toBe(found === -1 ? values.length : found);
    }),
  );
});

test('compares nothing when there are no values', () => {
  expect(lowerBound(0, () => expect.unreachable('there is no value to compare'))).toBe(0);
});
