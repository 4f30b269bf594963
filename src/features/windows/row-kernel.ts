import type { BarSeries } from '../../domain/index.ts';
import type { FeatureContext, FeatureKernel } from '../feature-definition.ts';

/** A figure of the bars that end at `row`, before the side of the trade. It reads no later bar and none before its lookback. */
export type MeasureRow = (bars: BarSeries, row: number, context: FeatureContext) => number;

/** A kernel that measures the window of each row by itself, so that live and batch agree to the bit. */
export function rowKernel(measure: MeasureRow, directional = false): FeatureKernel {
  return (tile, out, stride, offset) => {
    const { bars, rows, side, context } = tile;
    for (let k = tile.start; k < tile.end; k++) {
      const value = measure(bars, rows[k], context);
      // + 0 turns -0 into 0, because text does not keep the sign of zero.
      out[k * stride + offset] = (directional ? side[k] * value : value) + 0;
    }
  };
}
