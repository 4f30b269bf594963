import { LOOKBACK_BARS } from '../domain/index.ts';
import type { BuiltInFeature } from './feature-definition.ts';
import { sumDistances20 } from './window-sums.ts';

/** Distance of the price from its moving average, in units of volatility, in the direction of the trade. */
export const meanReversionFeature: BuiltInFeature = {
  name: 'mean_reversion',
  unit: 'standard deviations of one bar',
  lookback: LOOKBACK_BARS + 1,
  directional: true,
  needs: [],
  range: null,
  formula: 'side * (c_t / SMA_20 - 1) / volatility, 0 when volatility is 0',
  source: 'distance from a simple moving average, as in Bollinger bands, on log-return volatility',
  kernel: (tile, out, stride, offset) => {
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
  },
};
