import { type BarSeries, LOOKBACK_BARS } from '../domain/index.ts';
import { writeLogReturns } from '../math/index.ts';
import type { BuiltInFeature } from './feature-definition.ts';
import { writeDeviations20 } from './window-sums.ts';

/** Sample standard deviation of the last L log returns. */
export const volatilityFeature: BuiltInFeature = {
  name: 'volatility',
  unit: 'log return per bar',
  lookback: LOOKBACK_BARS + 1,
  directional: false,
  needs: [],
  range: [0, Infinity],
  formula: 'sample standard deviation (n - 1) of the last 20 log returns',
  source: 'realised volatility; two passes over each window',
  kernel: (tile, out, stride, offset) => {
    const volatilities = tile.volatilities(0);
    for (let k = tile.start; k < tile.end; k++) out[k * stride + offset] = volatilities[tile.rows[k] - tile.base];
  },
};

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
