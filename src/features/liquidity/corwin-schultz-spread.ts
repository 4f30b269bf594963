import type { BarSeries } from '../../domain/index.ts';
import { logRatio } from '../../math/index.ts';
import { barKernel } from '../windows/bar-kernel.ts';
import { meanOf } from '../windows/window-figures.ts';
import { windowedFeature } from '../windows/windowed-feature.ts';

const DENOMINATOR = 3 - 2 * Math.SQRT2;

/** Spread between bid and ask, from the highs and lows of neighbouring bars. */
export const corwinSchultzSpreadFeature = windowedFeature({
  name: 'corwin_schultz_spread',
  directional: false,
  source: 'Corwin, Schultz (2012), Journal of Finance 67(2); without their adjustment for gaps between sessions',
  counts: 'pairs of neighbouring bars',
  usual: 20,
  lowest: 1,
  shape: (n) => ({
    lookback: n + 1,
    unit: 'share of price',
    range: [0, 2],
    formula: `mean of the spreads of the last ${n} pairs of bars, negative ones as 0: S = 2 (e^a - 1) / (1 + e^a), a = (sqrt(2 b) - sqrt(b)) / (3 - 2 sqrt 2) - sqrt(g / (3 - 2 sqrt 2)), b = ln(h / l)^2 of both bars together, g = ln(h / l)^2 of the two as one bar`,
  }),
  kernel: (n) => barKernel(n, spreadOf, (spreads, last) => meanOf(spreads, last, n)),
});

/** Spread estimated from the bars i - 1 and i, [0, 2]. */
function spreadOf({ high, low }: BarSeries, i: number): number {
  const beta = logRatio(high[i - 1], low[i - 1]) ** 2 + logRatio(high[i], low[i]) ** 2;
  const range = logRatio(Math.max(high[i - 1], high[i]), Math.min(low[i - 1], low[i]));
  const alpha = ((Math.SQRT2 - 1) * Math.sqrt(beta)) / DENOMINATOR - range / Math.sqrt(DENOMINATOR);
  // 2 tanh(a / 2) is the fraction without the cancellation of e^a - 1 where a is small.
  return alpha > 0 ? 2 * Math.tanh(alpha / 2) : 0;
}
