import { logRatio } from '../../math/index.ts';
import { barKernel } from '../windows/bar-kernel.ts';
import { meanOf } from '../windows/window-figures.ts';
import { windowedFeature } from '../windows/windowed-feature.ts';

const SCALE = 1 / (4 * Math.LN2);

/** Volatility from the highs and lows of the bars. */
export const parkinsonVolatilityFeature = windowedFeature({
  name: 'parkinson_volatility',
  directional: false,
  source: 'Parkinson (1980), Journal of Business 53(1)',
  counts: 'bars',
  usual: 20,
  lowest: 1,
  shape: (n) => ({
    lookback: n,
    unit: 'log return per bar',
    range: [0, Infinity],
    formula: `sqrt(mean of the last ${n} ln(h / l)^2 / (4 ln 2))`,
  }),
  kernel: (n) =>
    barKernel(
      n,
      ({ high, low }, i) => logRatio(high[i], low[i]) ** 2,
      (squares, last) => Math.sqrt(SCALE * meanOf(squares, last, n)),
    ),
});
