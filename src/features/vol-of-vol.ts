import { LOOKBACK_BARS, WINDOW_BARS } from '../domain/index.ts';
import type { FeatureKernel } from './feature-definition.ts';
import { TILE_BARS } from './feature-tile.ts';
import { writeDeviations20 } from './window-sums.ts';
import { barKernel } from './windows/bar-kernel.ts';
import { logReturnOf } from './windows/log-return.ts';
import { deviationOf } from './windows/window-figures.ts';
import { windowedFeature } from './windows/windowed-feature.ts';

const DEVIATIONS = new Float64Array(TILE_BARS + WINDOW_BARS);

const volOfVol20: FeatureKernel = (tile, out, stride, offset) => {
  const { rows, base } = tile;
  const volatilities = tile.volatilities(LOOKBACK_BARS - 1);
  writeDeviations20(volatilities, tile.low - base, tile.high + 1 - base, DEVIATIONS);
  for (let k = tile.start; k < tile.end; k++) {
    out[k * stride + offset] = DEVIATIONS[rows[k] - base];
  }
};

/** Standard deviation of the last L values of volatility. */
export const volOfVolFeature = windowedFeature({
  name: 'vol_of_vol',
  directional: false,
  source: 'volatility of realised volatility',
  counts: 'values of volatility, and log returns in each of them',
  usual: LOOKBACK_BARS,
  lowest: 2,
  shape: (n) => ({
    lookback: 2 * n,
    unit: 'log return per bar',
    range: [0, Infinity],
    formula: `sample standard deviation (n - 1) of the last ${n} values of volatility(${n})`,
  }),
  kernel: (n) => (n === LOOKBACK_BARS ? volOfVol20 : volOfVol(n)),
});

function volOfVol(n: number): FeatureKernel {
  const returns = new Float64Array(n);
  return barKernel(
    n,
    (bars, i) => {
      for (let k = 0; k < n; k++) returns[k] = logReturnOf(bars, i - n + 1 + k);
      return deviationOf(returns, n - 1, n);
    },
    (volatilities, last) => deviationOf(volatilities, last, n),
  );
}
