import { type BarSeries, DEFAULT_VPIN_OPTIONS, FEATURE_NAMES } from '../../src/domain/index.ts';
import { computeFeatures, FEATURES, type FeatureDefinition } from '../../src/features/index.ts';
import { randomBars } from '../support/random-bars.ts';
import { readTestBars } from '../support/read-test-bars.ts';
import { hasSharedData } from '../support/shared-data.ts';

const N_BARS = 2000;
const N_ROWS = 25;
const CONTEXT = { regime: null, vpin: DEFAULT_VPIN_OPTIONS };
const REAL_FILES = [
  'binance_BTCUSDT_15m_2025.csv.gz',
  'bitmex_XBTUSD_1m_2018H2.csv.gz',
  'lean_oanda_EURUSD_1h_2013_on.csv.gz',
  'us_equity_BKNG_1m_2024.csv.gz',
];

/** Built-in features with their usual parameter and with two others, computed by this program on random and on real bars. */
export function builtInCases(): readonly object[] {
  const random = [11, 12].map((seed) => ({ name: `random walk ${seed}`, bars: randomBars(N_BARS, seed) }));
  const real = hasSharedData ? REAL_FILES.map((name) => ({ name, bars: readTestBars(name, N_BARS) })) : [];
  return [...random, ...real].map(({ name, bars }) => caseOf(name, bars));
}

function caseOf(name: string, bars: BarSeries): object {
  const [first, step] = [700, Math.floor((N_BARS - 701) / N_ROWS)];
  const rows = Int32Array.from({ length: N_ROWS }, (_, k) => first + k * step);
  const features = FEATURE_NAMES.flatMap((base) => variantsOf(base, rows, bars));
  return { name, bars: plainColumns(bars), rows: [...rows], features };
}

function variantsOf(base: (typeof FEATURE_NAMES)[number], rows: Int32Array, bars: BarSeries): object[] {
  const { parameter, withParameter, needs } = FEATURES[base];
  if (parameter === undefined || withParameter === undefined) return [];
  if (needs.includes('taker_buy_volume') && bars.takerBuyVolume === null) return [];
  const variant = (n: number, feature: FeatureDefinition): object => {
    const values = computeFeatures([feature], bars, rows, new Int8Array(rows.length).fill(1), CONTEXT);
    return { base, n, name: feature.name, lookback: feature.lookback, values: [...values] };
  };
  const others = [Math.max(7, parameter.lowest), 2 * parameter.usual + 1];
  return [variant(parameter.usual, FEATURES[base]), ...others.map((n) => variant(n, withParameter(n)))];
}

function plainColumns({ open, high, low, close, volume, takerBuyVolume }: BarSeries): object {
  const taker = takerBuyVolume === null ? null : [...takerBuyVolume];
  return {
    open: [...open],
    high: [...high],
    low: [...low],
    close: [...close],
    volume: [...volume],
    taker_buy_volume: taker,
  };
}
