import { rowKernel } from '../windows/row-kernel.ts';
import { windowedFeature } from '../windows/windowed-feature.ts';

/** Kaufman's efficiency ratio: the move as a share of the way that the price went. */
export const efficiencyRatioFeature = windowedFeature({
  name: 'efficiency_ratio',
  directional: false,
  source: 'Kaufman (1995), Smarter Trading',
  counts: 'changes',
  usual: 10,
  lowest: 2,
  shape: (n) => ({
    lookback: n + 1,
    unit: 'share of the way',
    range: [0, 1],
    formula: `|c_t - c_(t-${n})| / sum of the last ${n} |c_i - c_(i-1)|, 0 where no price changed`,
  }),
  kernel: (n) =>
    rowKernel(({ close }, row) => {
      let way = 0;
      for (let i = row - n + 1; i <= row; i++) way += Math.abs(close[i] - close[i - 1]);
      return way > 0 ? Math.min(1, Math.abs(close[row] - close[row - n]) / way) : 0;
    }),
});
