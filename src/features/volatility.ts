import { type BarSeries, LOOKBACK_BARS } from '../domain/index.ts';
import { writeLogReturns } from '../math/index.ts';
import type { FeatureKernel } from './feature-definition.ts';
import { writeDeviations20 } from './window-sums.ts';
import { barKernel } from './windows/bar-kernel.ts';
import { logReturnOf } from './windows/log-return.ts';
import { deviationOf } from './windows/window-figures.ts';
import { windowedFeature } from './windows/windowed-feature.ts';

const volatility20: FeatureKernel = (tile, out, stride, offset) => {
  const volatilities = tile.volatilities(0);
  for (let k = tile.start; k < tile.end; k++) out[k * stride + offset] = volatilities[tile.rows[k] - tile.base];
};

/** Sample standard deviation of the last L log returns. */
export const volatilityFeature = windowedFeature({
  name: 'volatility',
  directional: false,
  source: 'realised volatility; two passes over each window',
  counts: 'log returns',
  usual: LOOKBACK_BARS,
  lowest: 2,
  shape: (n) => ({
    lookback: n + 1,
    unit: 'log return per bar',
    range: [0, Infinity],
    formula: `sample standard deviation (n - 1) of the last ${n} log returns`,
  }),
  kernel: (n) => {
    if (n === LOOKBACK_BARS) return volatility20;
    return barKernel(n, logReturnOf, (returns, last) => deviationOf(returns, last, n));
  },
});

/**
 * The feature `volatility` at every bar; entry i uses bars i - L .. i only.
 *
 * @returns (nBars,) log return units, >= 0; NaN for the first L bars, which have fewer than L returns.
 */
export function volatility(bars: BarSeries): Float64Array {
  const n = bars.length;
  const out = new Float64Array(n).fill(Number.NaN);
  if (n <= LOOKBACK_BARS) return out;
  const returns = new Float64Array(n);
  writeLogReturns(bars.close, 1, n, returns, 0);
  writeDeviations20(returns, LOOKBACK_BARS, n, out);
  return out;
}

const LATEST_RETURNS = new Float64Array(LOOKBACK_BARS);
const LATEST = new Float64Array(LOOKBACK_BARS);

/** {@link volatility} at one bar, with the same bits. @param row - bar index, >= 0. */
export function volatilityAt({ close }: Pick<BarSeries, 'close'>, row: number): number {
  if (row < LOOKBACK_BARS) return Number.NaN;
  const first = row - LOOKBACK_BARS + 1;
  writeLogReturns(close, first, row + 1, LATEST_RETURNS, first);
  writeDeviations20(LATEST_RETURNS, LOOKBACK_BARS - 1, LOOKBACK_BARS, LATEST);
  return LATEST[LOOKBACK_BARS - 1];
}
