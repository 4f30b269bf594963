import type { BarSeries } from '../../domain/index.ts';
import { barKernel } from '../windows/bar-kernel.ts';
import { windowedFeature } from '../windows/windowed-feature.ts';

/** Amihud's illiquidity: how far the price moves for what is traded. */
export const amihudIlliquidityFeature = windowedFeature({
  name: 'amihud_illiquidity',
  directional: false,
  source: 'Amihud (2002), Journal of Financial Markets 5(1)',
  counts: 'bars',
  usual: 20,
  lowest: 1,
  shape: (n) => ({
    lookback: n + 1,
    unit: 'return per unit of the quote currency traded; depends on the unit of price',
    range: [0, Infinity],
    formula: `mean of |c_i / c_(i-1) - 1| / (c_i v_i) over those of the last ${n} bars that have volume; missing where none has`,
  }),
  kernel: (n) => barKernel(n, illiquidityOf, (x, last) => meanOfKnown(x, last, n)),
});

/** Size of the return of bar i over its traded value; NaN where nothing was traded. */
function illiquidityOf({ close, volume }: BarSeries, i: number): number {
  const traded = close[i] * volume[i];
  return traded > 0 ? Math.abs((close[i] - close[i - 1]) / close[i - 1]) / traded : Number.NaN;
}

/** Mean of those of the n values that end at `last` which are known; NaN where none is. */
function meanOfKnown(x: Float64Array, last: number, n: number): number {
  let sum = 0;
  let nKnown = 0;
  for (let i = last - n + 1; i <= last; i++) {
    if (Number.isNaN(x[i])) continue;
    sum += x[i];
    nKnown++;
  }
  return sum / nKnown;
}
