import { LOOKBACK_BARS } from '../domain/index.ts';
import { logRatio } from '../math/index.ts';
import type { FeatureKernel } from './feature-definition.ts';
import { barKernel } from './windows/bar-kernel.ts';
import { logReturnOf } from './windows/log-return.ts';
import { deviationOf } from './windows/window-figures.ts';
import { windowedFeature } from './windows/windowed-feature.ts';

const SQRT_LOOKBACK = Math.sqrt(LOOKBACK_BARS);

const trendStrength20: FeatureKernel = (tile, out, stride, offset) => {
  const { rows, base } = tile;
  const moves = tile.logMoves();
  const volatilities = tile.volatilities(0);
  for (let k = tile.start; k < tile.end; k++) {
    const i = rows[k] - base;
    const scale = volatilities[i] * SQRT_LOOKBACK;
    out[k * stride + offset] = scale > 0 ? Math.abs(moves[i]) / scale : 0;
  }
};

/** Size of the move over L bars relative to a random walk of the same volatility. */
export const trendStrengthFeature = windowedFeature({
  name: 'trend_strength',
  directional: false,
  source: 'the z-score of a random walk over the same number of steps',
  counts: 'log returns',
  usual: LOOKBACK_BARS,
  lowest: 2,
  shape: (n) => ({
    lookback: n + 1,
    unit: 'standard deviations',
    range: [0, Infinity],
    formula: `|ln(c_t / c_(t-${n}))| / (standard deviation (n - 1) of the last ${n} log returns * sqrt(${n})), 0 when it is 0`,
  }),
  kernel: (n) => (n === LOOKBACK_BARS ? trendStrength20 : trendStrength(n)),
});

function trendStrength(n: number): FeatureKernel {
  const root = Math.sqrt(n);
  return barKernel(n, logReturnOf, (returns, last, { close }, row) => {
    const scale = deviationOf(returns, last, n) * root;
    return scale > 0 ? Math.abs(logRatio(close[row], close[row - n])) / scale : 0;
  });
}
