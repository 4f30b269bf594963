import { LOOKBACK_BARS, WINDOW_BARS } from '../domain/index.ts';
import type { BuiltInFeature } from './feature-definition.ts';
import { TILE_BARS } from './feature-tile.ts';
import { writeDeviations20 } from './window-sums.ts';

const DEVIATIONS = new Float64Array(TILE_BARS + WINDOW_BARS);

/** Standard deviation of the last L values of volatility. */
export const volOfVolFeature: BuiltInFeature = {
  name: 'vol_of_vol',
  unit: 'log return per bar',
  lookback: 2 * LOOKBACK_BARS,
  directional: false,
  needs: [],
  range: [0, Infinity],
  formula: 'sample standard deviation (n - 1) of the last 20 values of volatility',
  source: 'volatility of realised volatility',
  kernel: (tile, out, stride, offset) => {
    const { rows, base } = tile;
    const volatilities = tile.volatilities(LOOKBACK_BARS - 1);
    writeDeviations20(volatilities, tile.low - base, tile.high + 1 - base, DEVIATIONS);
    for (let k = tile.start; k < tile.end; k++) {
      out[k * stride + offset] = DEVIATIONS[rows[k] - base];
    }
  },
};
