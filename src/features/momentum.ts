import { LOOKBACK_BARS } from '../domain/index.ts';
import { logRatio } from '../math/index.ts';
import type { FeatureKernel } from './feature-definition.ts';
import { rowKernel } from './windows/row-kernel.ts';
import { windowedFeature } from './windows/windowed-feature.ts';

const momentum20: FeatureKernel = (tile, out, stride, offset) => {
  const { rows, side, base } = tile;
  const moves = tile.logMoves();
  // + 0 turns -0 into 0, because text does not keep the sign of zero.
  for (let k = tile.start; k < tile.end; k++) out[k * stride + offset] = side[k] * moves[rows[k] - base] + 0;
};

/** Log return over L bars, in the direction of the trade. */
export const momentumFeature = windowedFeature({
  name: 'momentum',
  directional: true,
  source: 'Jegadeesh, Titman (1993), on log prices',
  counts: 'bars',
  usual: LOOKBACK_BARS,
  lowest: 1,
  shape: (n) => ({
    lookback: n + 1,
    unit: `log return over ${n} ${n === 1 ? 'bar' : 'bars'}`,
    range: null,
    formula: `side * ln(c_t / c_(t-${n}))`,
  }),
  kernel: (n) =>
    n === LOOKBACK_BARS ? momentum20 : rowKernel(({ close }, row) => logRatio(close[row], close[row - n]), true),
});
