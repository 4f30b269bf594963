import { LOOKBACK_BARS } from '../domain/index.ts';
import type { FeatureDefinition } from './feature-definition.ts';
import { sum20 } from './window-sums.ts';

/** Volume of the bar relative to the mean volume of the last L bars. */
export const volumeRatioFeature: FeatureDefinition = {
  name: 'volume_ratio',
  unit: 'multiple of the mean volume',
  window: LOOKBACK_BARS,
  directional: false,
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
