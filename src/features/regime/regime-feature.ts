import { WINDOW_BARS } from '../../domain/index.ts';
import { writeLogReturns } from '../../math/index.ts';
import type { FeatureKernel } from '../feature-definition.ts';
import { TILE_BARS } from '../feature-tile.ts';
import { rowKernel } from '../windows/row-kernel.ts';
import { windowedFeature } from '../windows/windowed-feature.ts';
import { areTame, filterWindows, WINDOWS_AT_ONCE } from './filter-windows.ts';
import { filterWindow, WINDOW_RETURNS, writeLikelihoodRatios } from './regime-filter.ts';

const UNKNOWN_REGIME = 0.5;
const RATIOS = new Float64Array(TILE_BARS + WINDOW_BARS);
const FIRSTS = new Int32Array(WINDOWS_AT_ONCE);
const FILTERED = new Float64Array(WINDOWS_AT_ONCE);

const regime100: FeatureKernel = (tile, out, stride, offset) => {
  const { rows, base, low, high } = tile;
  const model = tile.context.regime;
  if (model === null) {
    for (let k = tile.start; k < tile.end; k++) out[k * stride + offset] = UNKNOWN_REGIME;
    return;
  }
  const back = WINDOW_RETURNS - 1;
  const returns = tile.logReturns(back);
  const [from, to] = [low - back - base, high + 1 - base];
  writeLikelihoodRatios(returns, from, to, model, RATIOS);
  const first = back + base;
  let k = tile.start;
  const end = areTame(RATIOS, from, to) ? tile.end : k;
  for (; k + WINDOWS_AT_ONCE <= end; k += WINDOWS_AT_ONCE) {
    for (let w = 0; w < WINDOWS_AT_ONCE; w++) FIRSTS[w] = rows[k + w] - first;
    filterWindows(RATIOS, FIRSTS, model, FILTERED);
    for (let w = 0; w < WINDOWS_AT_ONCE; w++) out[(k + w) * stride + offset] = FILTERED[w];
  }
  for (; k < tile.end; k++) out[k * stride + offset] = filterWindow(RATIOS, rows[k] - first, model);
};

/** Probability that the market is in its turbulent state. */
export const regimeFeature = windowedFeature({
  name: 'regime',
  directional: false,
  needs: ['regime'],
  source: 'Hamilton (1989), Econometrica 57(2); forward filter from the stationary distribution',
  counts: 'bars of the window; the model is fitted on all training bars',
  usual: WINDOW_BARS,
  lowest: 2,
  shape: (n) => ({
    lookback: n,
    unit: 'probability',
    range: [0, 1],
    formula: `P(turbulent | the last ${n - 1} log returns), two-state Gaussian hidden Markov model; 0.5 where none is fitted`,
  }),
  kernel: (n) => (n === WINDOW_BARS ? regime100 : regime(n)),
});

function regime(n: number): FeatureKernel {
  const nReturns = n - 1;
  const returns = new Float64Array(nReturns);
  const ratios = new Float64Array(nReturns);
  return rowKernel(({ close }, row, { regime: model }) => {
    if (model === null) return UNKNOWN_REGIME;
    const first = row - nReturns + 1;
    writeLogReturns(close, first, row + 1, returns, first);
    writeLikelihoodRatios(returns, 0, nReturns, model, ratios);
    return filterWindow(ratios, 0, model, nReturns);
  });
}
