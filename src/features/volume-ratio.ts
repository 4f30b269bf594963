import { LOOKBACK_BARS } from '../domain/index.ts';
import type { BuiltInFeature } from './feature-definition.ts';
import { sum20 } from './window-sums.ts';

/** Volume of the bar relative to the mean volume of the last L bars. */
export const volumeRatioFeature: BuiltInFeature = {
  name: 'volume_ratio',
  unit: 'multiple of the mean volume',
  lookback: LOOKBACK_BARS,
  directional: false,
  needs: [],
  range: [0, LOOKBACK_BARS],
  formula: 'v_t / mean of the last 20 volumes, its own included; 1 where there is no volume',
  source: 'relative volume',
  kernel: (tile, out, stride, offset) => {
    const { volume } = tile.bars;
    for (let k = tile.start; k < tile.end; k++) {
      const row = tile.rows[k];
      const mean = sum20(volume, row) / LOOKBACK_BARS;
      out[k * stride + offset] = mean > 0 ? volume[row] / mean : 1;
    }
  },
};
