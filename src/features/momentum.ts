import { LOOKBACK_BARS } from '../domain/index.ts';
import type { BuiltInFeature } from './feature-definition.ts';

/** Log return over L bars, in the direction of the trade. */
export const momentumFeature: BuiltInFeature = {
  name: 'momentum',
  unit: 'log return over 20 bars',
  lookback: LOOKBACK_BARS + 1,
  directional: true,
  needs: [],
  range: null,
  formula: 'side * ln(c_t / c_(t-20))',
  source: 'Jegadeesh, Titman (1993), on log prices',
  kernel: (tile, out, stride, offset) => {
    const { rows, side, base } = tile;
    const moves = tile.logMoves();
    // + 0 turns -0 into 0, because text does not keep the sign of zero.
    for (let k = tile.start; k < tile.end; k++) out[k * stride + offset] = side[k] * moves[rows[k] - base] + 0;
  },
};
