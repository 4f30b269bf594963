import type { BarSeries } from '../../domain/index.ts';
import { rowKernel } from '../windows/row-kernel.ts';
import { windowedFeature } from '../windows/windowed-feature.ts';

/** Volume of buyers less that of sellers, as a share of all volume, in the direction of the trade. */
export const orderFlowImbalanceFeature = windowedFeature({
  name: 'order_flow_imbalance',
  directional: true,
  needs: ['taker_buy_volume'],
  source: 'Chordia, Roll, Subrahmanyam (2002), Journal of Financial Economics 65(1), on the volume of takers',
  counts: 'bars',
  usual: 20,
  lowest: 1,
  shape: (n) => ({
    lookback: n,
    unit: 'share of volume',
    range: [-1, 1],
    formula: `side * sum of buys less sells / sum of volume over the last ${n} bars, 0 where there is no volume`,
  }),
  kernel: (n) => rowKernel((bars, row) => imbalanceOf(bars, row, n), true),
});

/** Buys less sells over volume of the n bars that end at `row`, [-1, 1]. */
function imbalanceOf({ volume, takerBuyVolume }: BarSeries, row: number, n: number): number {
  if (takerBuyVolume === null) return Number.NaN;
  let signed = 0;
  let total = 0;
  for (let i = row - n + 1; i <= row; i++) {
    signed += takerBuyVolume[i] - (volume[i] - takerBuyVolume[i]);
    total += volume[i];
  }
  return total > 0 ? Math.max(-1, Math.min(1, signed / total)) : 0;
}
