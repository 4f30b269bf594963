import { LOOKBACK_BARS } from '../domain/index.ts';
import type { BuiltInFeature } from './feature-definition.ts';

const SQRT_LOOKBACK = Math.sqrt(LOOKBACK_BARS);

/** Size of the move over L bars relative to a random walk of the same volatility. */
export const trendStrengthFeature: BuiltInFeature = {
  name: 'trend_strength',
  unit: 'standard deviations',
  lookback: LOOKBACK_BARS + 1,
  directional: false,
  needs: [],
  range: [0, Infinity],
  formula: '|ln(c_t / c_(t-20))| / (volatility * sqrt(20)), 0 when volatility is 0',
  source: 'the z-score of a random walk over 20 steps',
  kernel: (tile, out, stride, offset) => {
    const { rows, base } = tile;
    const moves = tile.logMoves();
    const volatilities = tile.volatilities(0);
    for (let k = tile.start; k < tile.end; k++) {
      const i = rows[k] - base;
      const scale = volatilities[i] * SQRT_LOOKBACK;
      out[k * stride + offset] = scale > 0 ? Math.abs(moves[i]) / scale : 0;
    }
  },
};
