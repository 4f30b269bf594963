import { LOOKBACK_BARS } from '../domain/index.ts';
import type { FeatureKernel } from './feature-definition.ts';
import { sum20 } from './window-sums.ts';
import { rowKernel } from './windows/row-kernel.ts';
import { meanOf } from './windows/window-figures.ts';
import { windowedFeature } from './windows/windowed-feature.ts';

const volumeRatio20: FeatureKernel = (tile, out, stride, offset) => {
  const { volume } = tile.bars;
  for (let k = tile.start; k < tile.end; k++) {
    const row = tile.rows[k];
    const mean = sum20(volume, row) / LOOKBACK_BARS;
    out[k * stride + offset] = mean > 0 ? volume[row] / mean : 1;
  }
};

/** Volume of the bar relative to the mean volume of the last L bars. */
export const volumeRatioFeature = windowedFeature({
  name: 'volume_ratio',
  directional: false,
  source: 'relative volume',
  counts: 'bars',
  usual: LOOKBACK_BARS,
  lowest: 2,
  shape: (n) => ({
    lookback: n,
    unit: 'multiple of the mean volume',
    range: [0, n],
    formula: `v_t / mean of the last ${n} volumes, its own included; 1 where there is no volume`,
  }),
  kernel: (n) => (n === LOOKBACK_BARS ? volumeRatio20 : rowKernel(({ volume }, row) => ratioAt(volume, row, n))),
});

function ratioAt(volume: Float64Array, row: number, n: number): number {
  const mean = meanOf(volume, row, n);
  return mean > 0 ? Math.min(n, volume[row] / mean) : 1;
}
