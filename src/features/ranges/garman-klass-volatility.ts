import type { BarSeries } from '../../domain/index.ts';
import { logRatio } from '../../math/index.ts';
import { barKernel } from '../windows/bar-kernel.ts';
import { meanOf } from '../windows/window-figures.ts';
import { windowedFeature } from '../windows/windowed-feature.ts';

const CLOSE_WEIGHT = 2 * Math.LN2 - 1;

/** Volatility from all four prices of the bars. */
export const garmanKlassVolatilityFeature = windowedFeature({
  name: 'garman_klass_volatility',
  directional: false,
  source: 'Garman, Klass (1980), Journal of Business 53(1)',
  counts: 'bars',
  usual: 20,
  lowest: 1,
  shape: (n) => ({
    lookback: n,
    unit: 'log return per bar',
    range: [0, Infinity],
    formula: `sqrt(mean of the last ${n} of ln(h / l)^2 / 2 - (2 ln 2 - 1) ln(c / o)^2)`,
  }),
  kernel: (n) => barKernel(n, varianceOf, (variances, last) => Math.sqrt(meanOf(variances, last, n))),
});

/** Variance of one bar; >= 0, because the range contains open and close. */
function varianceOf({ open, high, low, close }: BarSeries, i: number): number {
  return logRatio(high[i], low[i]) ** 2 / 2 - CLOSE_WEIGHT * logRatio(close[i], open[i]) ** 2;
}
