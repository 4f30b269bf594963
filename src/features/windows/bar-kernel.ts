import type { BarSeries } from '../../domain/index.ts';
import type { FeatureKernel } from '../feature-definition.ts';

/** A number of one bar; it may read bars before it. */
export type MeasureBar = (bars: BarSeries, i: number) => number;
/** A figure of the values of the last bars, which end at `x[last]`, the event's own bar `row`. */
export type MeasureValues = (x: Float64Array, last: number, bars: BarSeries, row: number) => number;

// Shared by all calls: a kernel runs to its end before another begins.
let values = new Float64Array(2048);

/**
 * A kernel in two steps: a number of each bar, which neighbouring rows share, then a figure of the last `n` of them. A value
 * depends on its own bars only, so live and batch agree to the bit.
 *
 * @param n - number of values that the figure reads, >= 1.
 */
export function barKernel(n: number, bar: MeasureBar, figure: MeasureValues, directional = false): FeatureKernel {
  return (tile, out, stride, offset) => {
    const { bars, rows, side, high } = tile;
    const from = tile.low - n + 1;
    if (values.length < high + 1 - from) values = new Float64Array(2 * (high + 1 - from));
    for (let i = from; i <= high; i++) values[i - from] = bar(bars, i);
    for (let k = tile.start; k < tile.end; k++) {
      const value = figure(values, rows[k] - from, bars, rows[k]);
      // + 0 turns -0 into 0, because text does not keep the sign of zero.
      out[k * stride + offset] = (directional ? side[k] * value : value) + 0;
    }
  };
}
