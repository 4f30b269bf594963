import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { gapsOf } from '../../domain/index.ts';
import { measureSteps } from './bar-steps.ts';

test('steps are the differences of the times, across every border of their halves', () => {
  const times = BigInt64Array.of(-(2n ** 33n), -1n, 0n, 1n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 52n);
  const expected = [...times.subarray(1)].map((time, i) => Number(time - times[i]));
  expect([...gapsOf(times)]).toEqual(expected);
});

test.each([2, 3, 8])(
  'of %i kinds of steps the most common, and the longer ones, are those that counting finds',
  (kinds) => {
    const rng = new Rng(kinds);
    const random = (): number => rng.nextFloat();
    for (let round = 0; round < 300; round++) {
      const steps = Float64Array.from(
        { length: 1 + Math.floor(random() * 12) },
        () => 1 + Math.floor(random() * kinds),
      );
      const counts = new Map<number, number>();
      for (const step of [...steps].sort()) counts.set(step, (counts.get(step) ?? 0) + 1);
      const [[common]] = [...counts].sort(([a, n], [b, m]) => m - n || a - b);
      const nGaps = steps.filter((step) => step > common).length;
      expect(measureSteps(steps)).toEqual({ barNs: BigInt(common), nGaps });
    }
  },
);

test('a single bar has no step', () => {
  expect(measureSteps(gapsOf(BigInt64Array.of(5n)))).toEqual({ barNs: 0n, nGaps: 0 });
});
