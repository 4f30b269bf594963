import { rowKernel } from '../windows/row-kernel.ts';
import { meanDistanceOf } from '../windows/window-figures.ts';
import { windowedFeature } from '../windows/windowed-feature.ts';

/** Width of the bands in standard deviations, both sides together. */
const WIDTH = 4;

/** Place of the price between its Bollinger bands, from the middle, in the direction of the trade. */
export const bollingerBFeature = windowedFeature({
  name: 'bollinger_b',
  directional: true,
  source: 'Bollinger (2001), Bollinger on Bollinger Bands; %b less 0.5',
  counts: 'closes in the average',
  usual: 20,
  lowest: 2,
  shape: (n) => ({
    lookback: n,
    unit: 'share of the distance between the bands, from their middle',
    range: null,
    formula: `side * (%b - 0.5) = side * (c_t - SMA_${n}) / (4 * standard deviation (n) of the last ${n} closes), 0 where they are equal`,
  }),
  kernel: (n) => rowKernel(({ close }, row) => placeBetweenBands(close, row, n), true),
});

/** %b - 0.5 of the n closes that end at `row`; bands of two standard deviations (n) on each side. */
function placeBetweenBands(close: Float64Array, row: number, n: number): number {
  const now = close[row];
  const distance = meanDistanceOf(close, row, n);
  let squares = 0;
  for (let i = row - n + 1; i <= row; i++) {
    const deviation = now - close[i] - distance;
    squares += deviation * deviation;
  }
  return squares > 0 ? distance / (WIDTH * Math.sqrt(squares / n)) : 0;
}
