import { expect, test } from 'vitest';
import { randomBars } from '../../../test/support/random-bars.ts';
import { Rng } from '../../core/index.ts';
import { BarSeries, DEFAULT_VPIN_OPTIONS, type RegimeModel } from '../../domain/index.ts';
import { computeFeatures, FEATURES } from '../index.ts';
import { areTame, filterWindows } from './filter-windows.ts';
import { filterWindow, turbulentProbability } from './regime-filter.ts';

const MODEL: RegimeModel = { calmVariance: 4e-7, turbulentVariance: 4e-6, stayCalm: 0.98, stayTurbulent: 0.94 };

test('four windows at once are each as alone, to the last bit', () => {
  const rng = new Rng(1);
  const out = new Float64Array(4);
  for (const [least, most] of [
    [-3, 3],
    [-40, 70],
    [60, 70],
    [-40, -30],
  ] as const) {
    const ratios = Float64Array.from({ length: 400 }, () => 2 ** (least + (most - least) * rng.nextFloat()));
    expect(areTame(ratios, 0, 400)).toBe(true);
    for (let k = 0; k < 50; k++) {
      const firsts = Int32Array.from({ length: 4 }, () => rng.nextInt(300));
      filterWindows(ratios, firsts, MODEL, out);
      expect(out).toEqual(Float64Array.from(firsts, (first) => filterWindow(ratios, first, MODEL)));
    }
  }
});

test('ratios by which weights could overflow or vanish are not tame, and only those asked about count', () => {
  const ratios = Float64Array.of(0, 1, 2 ** 70, 2 ** -40, 2 ** 71, 2 ** -41, Number.NaN);
  expect(areTame(ratios, 1, 4)).toBe(true);
  for (const at of [0, 4, 5, 6]) expect(areTame(ratios, at, at + 1)).toBe(false);
});

test('the feature of many rows is the probability of each, with jumps that are not tame and without', () => {
  for (const jump of [1, 1.2, 1e4]) {
    const plain = randomBars(3000, 3);
    const scaled = (column: Float64Array): Float64Array => column.map((price, i) => (i < 1500 ? price : price * jump));
    const { open, high, low, close } = plain;
    const prices = { open: scaled(open), high: scaled(high), low: scaled(low), close: scaled(close) };
    const bars = BarSeries.fromColumns({ ...plain, ...prices });
    const rows = Int32Array.from({ length: 2801 }, (_, k) => 150 + k);
    const context = { regime: MODEL, vpin: DEFAULT_VPIN_OPTIONS };
    const found = computeFeatures([FEATURES.regime], bars, rows, new Int8Array(rows.length).fill(1), context);
    expect(found).toEqual(Float64Array.from(rows, (row) => turbulentProbability(bars, row, MODEL)));
  }
});
