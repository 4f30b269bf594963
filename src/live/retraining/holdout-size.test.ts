import { expect, test } from 'vitest';
import { holdoutSize } from './split-history.ts';

const of = (nEvents: number, nLater = nEvents): number => holdoutSize(null, { nEvents, nLater });

test('a quarter of the events judges, 500 to 2,000', () => {
  expect([100, 1999, 2000, 2003, 2004, 8000, 8004, 1e6].map((n) => of(n))).toEqual([
    500, 500, 500, 500, 501, 2000, 2000, 2000,
  ]);
});

test('none of them is one that the serving model was trained on, down to 500', () => {
  expect(of(8000, 1300)).toBe(1300);
  expect(of(8000, 499), 'these say that it was trained on some').toBe(500);
});

test('a number that is set holds', () => {
  expect(holdoutSize(100, { nEvents: 8000, nLater: 50 })).toBe(100);
});
