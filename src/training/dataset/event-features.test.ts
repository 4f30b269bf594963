import { expect, test } from 'vitest';
import { modelOf, trainHere } from '../../../test/support/trained.ts';
import { BarSeries } from '../../domain/index.ts';
import { simulateMarket } from '../../simulation/index.ts';

const { bars } = simulateMarket({ nBars: 2500, edge: 0.1, breakAt: null, seed: 1 });
const withColumns = BarSeries.fromColumns({
  ...bars,
  columns: new Map([
    ['height', Float64Array.from({ length: bars.length }, (_, i) => bars.high[i] - bars.low[i])],
    ['drift', Float64Array.from({ length: bars.length }, (_, i) => bars.close[i] - bars.open[i])],
  ]),
});
const FAST = { forest: { nEstimators: 6 } } as const;

test('columns of bars are features after the others, by the event itself', async () => {
  const output = await trainHere(withColumns, { ...FAST, columns: ['drift', 'height'], directional: ['drift'] });
  const { t0, side, x, featureNames } = output.dataset;
  const n = featureNames.length;
  expect(featureNames.slice(-2)).toEqual(['drift', 'height']);
  t0.forEach((bar, k) => {
    expect(x[k * n + n - 2]).toBe(Math.fround(side[k] * (bars.close[bar] - bars.open[bar])));
    expect(x[k * n + n - 1]).toBe(Math.fround(bars.high[bar] - bars.low[bar]));
  });
  const model = modelOf(output);
  expect(model.columnFeatures).toEqual({ names: ['drift', 'height'], directional: ['drift'] });
});

test('columns that are no features change nothing', async () => {
  const [plain, beside] = [await trainHere(bars, FAST), await trainHere(withColumns, FAST)];
  expect(beside.modelBytes).toEqual(plain.modelBytes);
});
