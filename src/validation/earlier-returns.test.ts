import { describe, expect, test } from 'vitest';
import { Rng } from '../core/index.ts';
import { earlierMeanReturns } from './earlier-returns.ts';

describe('the mean return of the same side before', () => {
  test('counts what had ended, of the own side only', () => {
    const mean = earlierMeanReturns({
      t0: Int32Array.of(0, 1, 2, 3, 4, 9),
      t1: Int32Array.of(2, 8, 3, 4, 5, 10),
      side: Int8Array.of(1, 1, 1, -1, 1, 1),
      ret: Float64Array.of(0.1, 0.2, 0.4, -9, 0.3, 1),
    });
    expect([...mean.slice(0, 4)], 'a trade that ends in this bar has not ended before it').toEqual([
      NaN,
      NaN,
      NaN,
      NaN,
    ]);
    expect(mean[4], 'of 0.1 and 0.4').toBeCloseTo(0.25, 15);
    expect(mean[5], 'of all buys before').toBeCloseTo(0.25, 15);
  });

  test('is what a plain loop gives, and later trades change nothing', () => {
    const rng = new Rng(7);
    const t0 = Int32Array.from({ length: 300 }, (_, k) => k >> 1);
    const t1 = t0.map((tick) => tick + 1 + rng.nextInt(30));
    const side = Int8Array.from(t0, () => (rng.nextInt(3) === 0 ? -1 : 1));
    const ret = Float64Array.from(t0, () => rng.nextGaussian());
    const mean = earlierMeanReturns({ t0, t1, side, ret });
    for (const [k, tick] of t0.entries()) {
      const before = [...ret].filter((_, i) => side[i] === side[k] && t1[i] < tick);
      const expected = before.reduce((sum, each) => sum + each, 0) / before.length;
      if (before.length === 0) expect(mean[k]).toBeNaN();
      else expect(mean[k]).toBeCloseTo(expected, 12);
    }
    const changed = ret.map((each, k) => (k >= 200 ? -each : each));
    expect([...earlierMeanReturns({ t0, t1, side, ret: changed }).slice(0, 200)]).toEqual([...mean.slice(0, 200)]);
  });
});
