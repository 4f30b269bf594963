import { expect, test } from 'vitest';
import { Rng } from '../core/index.ts';
import { medianOf } from './index.ts';

test.each<[readonly number[], number]>([
  [[3], 3],
  [[1, 4], 2.5],
  [[5, 1, 3], 3],
  [[2, 2, 2, 2], 2],
  [[9, -1, 4, 0], 2],
])('median of %j', (values, median) => expect(medianOf(Float64Array.from(values))).toBe(median));

test('of nothing there is none', () => expect(medianOf(new Float64Array(0))).toBeNaN());

test('it is the middle of the sorted values, and leaves them as they are', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const rng = new Rng(seed);
    const levels = 1 + rng.nextInt(60); // few levels: many ties
    const values = Float64Array.from({ length: 1 + rng.nextInt(80) }, () => rng.nextInt(levels) - 30);
    const before = values.slice();
    const sorted = [...values].sort((a, b) => a - b);
    const half = sorted.length >> 1;
    const middle = sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    expect(medianOf(values), `seed ${seed}: ${values}`).toBe(middle);
    expect(values).toEqual(before);
  }
});
