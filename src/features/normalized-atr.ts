import { WINDOW_BARS } from '../domain/index.ts';
import { ATR_BARS, meanTrueRange, writeTrueRanges } from '../math/index.ts';
import type { FeatureKernel } from './feature-definition.ts';
import { TILE_BARS } from './feature-tile.ts';
import { barKernel } from './windows/bar-kernel.ts';
import { meanOf } from './windows/window-figures.ts';
import { windowedFeature } from './windows/windowed-feature.ts';

const TRUE_RANGES = new Float64Array(TILE_BARS + WINDOW_BARS);

const normalizedAtr14: FeatureKernel = (tile, out, stride, offset) => {
  const { bars, rows, base } = tile;
  writeTrueRanges(bars, tile.low - ATR_BARS + 1, tile.high + 1, TRUE_RANGES, base);
  for (let k = tile.start; k < tile.end; k++) {
    const row = rows[k];
    out[k * stride + offset] = meanTrueRange(TRUE_RANGES, row - base) / bars.close[row];
  }
};

/** Mean true range of the last 14 bars, as a share of the price. */
export const normalizedAtrFeature = windowedFeature({
  name: 'normalized_atr',
  directional: false,
  source: "Wilder (1978), New Concepts in Technical Trading Systems; plain mean instead of Wilder's smoothing",
  counts: 'true ranges',
  usual: ATR_BARS,
  lowest: 1,
  shape: (n) => ({
    lookback: n + 1,
    unit: 'share of price',
    range: [0, Infinity],
    formula: `mean of the last ${n} true ranges / c_t`,
  }),
  kernel: (n) => (n === ATR_BARS ? normalizedAtr14 : normalizedAtr(n)),
});

function normalizedAtr(n: number): FeatureKernel {
  return barKernel(
    n,
    ({ high, low, close }, i) => Math.max(high[i], close[i - 1]) - Math.min(low[i], close[i - 1]),
    (trueRanges, last, { close }, row) => meanOf(trueRanges, last, n) / close[row],
  );
}
