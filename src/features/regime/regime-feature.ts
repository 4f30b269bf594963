import { WINDOW_BARS } from '../../domain/index.ts';
import type { BuiltInFeature } from '../feature-definition.ts';
import { TILE_BARS } from '../feature-tile.ts';
import { filterWindow, WINDOW_RETURNS, writeLikelihoodRatios } from './regime-filter.ts';

const UNKNOWN_REGIME = 0.5;
const RATIOS = new Float64Array(TILE_BARS + WINDOW_BARS);

/** Probability that the market is in its turbulent state. */
export const regimeFeature: BuiltInFeature = {
  name: 'regime',
  unit: 'probability',
  lookback: WINDOW_BARS,
  directional: false,
  needs: ['regime'],
  range: [0, 1],
  formula: 'P(turbulent | the last 99 log returns), two-state Gaussian hidden Markov model; 0.5 where none is fitted',
  source: 'Hamilton (1989), Econometrica 57(2); forward filter from the stationary distribution',
  kernel: (tile, out, stride, offset) => {
    const { rows, base, low, high } = tile;
    const model = tile.context.regime;
    if (model === null) {
      for (let k = tile.start; k < tile.end; k++) out[k * stride + offset] = UNKNOWN_REGIME;
      return;
    }
    const back = WINDOW_RETURNS - 1;
    const returns = tile.logReturns(back);
    writeLikelihoodRatios(returns, low - back - base, high + 1 - base, model, RATIOS);
    for (let k = tile.start; k < tile.end; k++) {
      out[k * stride + offset] = filterWindow(RATIOS, rows[k] - back - base, model);
    }
  },
};
