import type { BarSeries } from '../../src/domain/index.ts';
import { strongestTrend, type TradeSide, trendScanningLabeler } from '../../src/labeling/index.ts';
import { randomBars } from '../support/random-bars.ts';
import { readTestBars } from '../support/read-test-bars.ts';
import { hasSharedData } from '../support/shared-data.ts';

const N_BARS = 1200;
const HORIZONS = [4, 10, 40];
const REAL_FILES = ['bitmex_XBTUSD_1m_2018H2.csv.gz', 'lean_oanda_EURUSD_1h_2013_on.csv.gz'];

/** The strongest trends from a number of bars on, and what both sides are labelled, on random and on real bars. */
export function labelCases(): readonly object[] {
  const random = { name: 'random walk 21', bars: randomBars(N_BARS, 21) };
  const real = hasSharedData ? REAL_FILES.map((name) => ({ name, bars: readTestBars(name, N_BARS) })) : [];
  return [random, ...real].map(({ name, bars }) => ({
    name,
    close: [...bars.close],
    horizons: HORIZONS.map((horizon) => ({ horizon, labels: labelsWithin(horizon, bars) })),
  }));
}

function labelsWithin(horizon: number, bars: BarSeries): object[] {
  const labeler = trendScanningLabeler({ horizonBars: horizon });
  const rows = Array.from({ length: 60 }, (_, k) => 100 + 17 * k);
  const labelOf = (row: number, side: TradeSide): number | null => {
    const exit = labeler.resolve(bars, row, side, 1);
    return exit === null ? null : labeler.outcome(bars, row, side, exit).label;
  };
  return rows.map((row) => {
    const { bar, tValue } = strongestTrend(bars.close, row, horizon);
    return { row, bar, t_value: tValue, buy: labelOf(row, 1), sell: labelOf(row, -1) };
  });
}
