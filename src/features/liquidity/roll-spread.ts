import { rowKernel } from '../windows/row-kernel.ts';
import { windowedFeature } from '../windows/windowed-feature.ts';

/** Spread between bid and ask, from the tendency of price changes to reverse. */
export const rollSpreadFeature = windowedFeature({
  name: 'roll_spread',
  directional: false,
  source: 'Roll (1984), Journal of Finance 39(4), divided by the close',
  counts: 'pairs of neighbouring changes',
  usual: 20,
  lowest: 2,
  shape: (n) => ({
    lookback: n + 2,
    unit: 'share of price',
    range: [0, Infinity],
    formula: `2 sqrt(-covariance (n - 1) of c_i - c_(i-1) with the change before it, over the last ${n} bars) / c_t, 0 where the covariance is positive`,
  }),
  kernel: (n) =>
    rowKernel(({ close }, row) => {
      const covariance = covarianceOfChanges(close, row, n);
      return covariance < 0 ? (2 * Math.sqrt(-covariance)) / close[row] : 0;
    }),
});

/** Sample covariance of the n changes that end at `row` with the changes before each of them, price units squared. */
function covarianceOfChanges(close: Float64Array, row: number, n: number): number {
  const first = row - n + 1;
  const meanNow = (close[row] - close[first - 1]) / n;
  const meanBefore = (close[row - 1] - close[first - 2]) / n;
  let sum = 0;
  for (let i = first; i <= row; i++) {
    sum += (close[i] - close[i - 1] - meanNow) * (close[i - 1] - close[i - 2] - meanBefore);
  }
  return sum / (n - 1);
}
