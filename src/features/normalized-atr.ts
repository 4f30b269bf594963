import { WINDOW_BARS } from '../domain/index.ts';
import { ATR_BARS, meanTrueRange, writeTrueRanges } from '../math/index.ts';
import type { BuiltInFeature } from './feature-definition.ts';
import { TILE_BARS } from './feature-tile.ts';

const TRUE_RANGES = new Float64Array(TILE_BARS + WINDOW_BARS);

/** Mean true range of the last 14 bars, as a share of the price. */
export const normalizedAtrFeature: BuiltInFeature = {
  name: 'normalized_atr',
  unit: 'share of price',
  lookback: ATR_BARS + 1,
  directional: false,
  needs: [],
  range: [0, Infinity],
  formula: 'mean of the last 14 true ranges / c_t',
  source: "Wilder (1978), New Concepts in Technical Trading Systems; plain mean instead of Wilder's smoothing",
  kernel: (tile, out, stride, offset) => {
    const { bars, rows, base } = tile;
    writeTrueRanges(bars, tile.low - ATR_BARS + 1, tile.high + 1, TRUE_RANGES, base);
    for (let k = tile.start; k < tile.end; k++) {
      const row = rows[k];
      out[k * stride + offset] = meanTrueRange(TRUE_RANGES, row - base) / bars.close[row];
    }
  },
};
