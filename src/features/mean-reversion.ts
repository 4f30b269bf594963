import { LOOKBACK_BARS } from '../domain/index.ts';
import type { FeatureKernel } from './feature-definition.ts';
import { sumDistances20 } from './window-sums.ts';
import { barKernel } from './windows/bar-kernel.ts';
import { logReturnOf } from './windows/log-return.ts';
import { deviationOf, meanDistanceOf } from './windows/window-figures.ts';
import { windowedFeature } from './windows/windowed-feature.ts';

const meanReversion20: FeatureKernel = (tile, out, stride, offset) => {
  const { bars, rows, side, base } = tile;
  const { close } = bars;
  const volatilities = tile.volatilities(0);
  for (let k = tile.start; k < tile.end; k++) {
    const row = rows[k];
    const sigma = volatilities[row - base];
    const now = close[row];
    // c_t - SMA as the mean of the differences c_t - c_i, because c_t - SMA itself would lose digits near the average.
    const distance = sumDistances20(close, row) / LOOKBACK_BARS;
    out[k * stride + offset] = sigma > 0 ? (side[k] * (distance / (now - distance))) / sigma + 0 : 0;
  }
};

/** Distance of the price from its moving average, in units of volatility, in the direction of the trade. */
export const meanReversionFeature = windowedFeature({
  name: 'mean_reversion',
  directional: true,
  source: 'distance from a simple moving average, as in Bollinger bands, on log-return volatility',
  counts: 'closes in the average, and log returns in the volatility',
  usual: LOOKBACK_BARS,
  lowest: 2,
  shape: (n) => ({
    lookback: n + 1,
    unit: 'standard deviations of one bar',
    range: null,
    formula: `side * (c_t / SMA_${n} - 1) / volatility(${n}), 0 when volatility is 0`,
  }),
  kernel: (n) => (n === LOOKBACK_BARS ? meanReversion20 : meanReversion(n)),
});

function meanReversion(n: number): FeatureKernel {
  const figure = (returns: Float64Array, last: number, close: Float64Array, row: number): number => {
    const sigma = deviationOf(returns, last, n);
    const distance = meanDistanceOf(close, row, n);
    return sigma > 0 ? distance / (close[row] - distance) / sigma : 0;
  };
  return barKernel(n, logReturnOf, (returns, last, { close }, row) => figure(returns, last, close, row), true);
}
