import { expect, test } from 'vitest';
import { BRANCHES, type Branch, type Cut, cutsOf, nextBelow } from './branches.ts';

const HOLDS: Readonly<Record<Branch, (x: number, t: number) => boolean>> = {
  LEQ: (x, t) => x <= t,
  LT: (x, t) => x < t,
  GTE: (x, t) => x >= t,
  GT: (x, t) => x > t,
  EQ: (x, t) => x === t,
  NEQ: (x, t) => x !== t,
};

/** The child that a value comes to. */
function childOf(cut: Cut, x: number): number {
  const next = x <= cut.threshold ? cut.low : x > cut.threshold ? cut.high : cut.other;
  return typeof next === 'number' ? next : childOf(next, x);
}

test.each([true, false])('the next number below has nothing between (float32: %s)', (isFloat) => {
  for (const value of [0, -0, 1, -1, 2 ** -149, 3.4028234663852886e38, -1e-30, 0.1].map((v) =>
    isFloat ? Math.fround(v) : v,
  )) {
    const below = nextBelow(value, isFloat);
    expect(below).toBeLessThan(value);
    const middle = value / 2 + below / 2;
    const between = isFloat ? Math.fround(middle) : middle;
    expect(between === value || between === below || between === 0, `between ${below} and ${value}`).toBe(true);
  }
});

test.each(BRANCHES.flatMap((branch) => [true, false].map((missingIsYes) => ({ branch, missingIsYes }))))(
  '$branch goes where the comparison says, and a missing value where it is told ($missingIsYes)',
  ({ branch, missingIsYes }) => {
    for (const isFloat of [true, false]) {
      for (const threshold of [0, 1, -1, 0.5, -0.25]) {
        const cut = cutsOf({ branch, feature: 0, threshold, yes: 1, no: 0, missingIsYes }, isFloat);
        const probes = [
          threshold,
          nextBelow(threshold, isFloat),
          -nextBelow(-threshold, isFloat),
          0,
          -0,
          2,
          3e38,
          -Infinity,
          Infinity,
        ];
        for (const x of probes)
          expect(childOf(cut, x), `${x} ${branch} ${threshold}`).toBe(HOLDS[branch](x, threshold) ? 1 : 0);
        expect(childOf(cut, Number.NaN)).toBe(branch === 'NEQ' || missingIsYes ? 1 : 0);
      }
    }
  },
);
