import { expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { risingRows } from './rising-rows.ts';

function compared(values: Float64Array): Int32Array {
  return Int32Array.from(values.keys()).sort((a, b) => values[a] - values[b] || a - b);
}

test('rows by rising value are those of a sort by comparison', () => {
  const rng = new Rng(9);
  for (let round = 0; round < 60; round++) {
    const scale = 10 ** (rng.nextInt(20) - 10);
    const nTies = round % 3 === 0 ? 7 : Infinity;
    const values = Float64Array.from({ length: rng.nextInt(400) }, () => {
      const value = scale * rng.nextGaussian();
      return Number.isFinite(nTies) ? Math.round(value * nTies) / nTies : value;
    });
    expect(risingRows(values), `seed 9, round ${round}`).toEqual(compared(values));
  }
});

test('the ends of doubles, by hand', () => {
  const values = Float64Array.of(5e-324, -0, 0, -5e-324, 1.7976931348623157e308, -1.7976931348623157e308, 1, 1);
  expect([...risingRows(values)]).toEqual([5, 3, 1, 2, 0, 6, 7, 4]);
  expect(risingRows(new Float64Array(0))).toEqual(new Int32Array(0));
});
