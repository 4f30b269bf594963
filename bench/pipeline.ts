// Labels and features on one thread, in bars a second; regime and VPIN in windows a second.
import { OrchestratorConfig } from '../src/config/index.ts';
import { type BarSeries, DEFAULT_VPIN_OPTIONS, type FeatureName, WINDOW_BARS } from '../src/domain/index.ts';
import { averageTrueRange, computeFeatures, fitRegime } from '../src/features/index.ts';
import { metaLabels, primarySides, sampleEvents, tripleBarrier } from '../src/labeling/index.ts';
import { simulateMarket } from '../src/simulation/index.ts';
import { findEvents } from '../src/training/index.ts';
import { median, showTimes, timeRuns } from './support/statistics.ts';

const N_BARS = 260_000;
const RUNS = 9;
const config = OrchestratorConfig();
const bars: BarSeries = simulateMarket({ nBars: N_BARS, edge: 0.1, breakAt: null, seed: 3 }).bars;
const perSecond = (times: readonly number[], n: number): string => `${(n / median(times) / 1000).toFixed(2)} M/s`;

const side = primarySides(bars, 'ema_cross');
const events = sampleEvents(bars, side, { sampling: 'every', threshold: null, windowBars: WINDOW_BARS });
const atr = averageTrueRange(bars);
const labelTimes = await timeRuns(RUNS, () => {
  metaLabels(bars, events, tripleBarrier(bars, events, atr, config.labels), config.labels);
});
console.log(`labels, every bar an event      ${perSecond(labelTimes, N_BARS)}   ${showTimes(labelTimes)}`);

const chainTimes = await timeRuns(RUNS, () => {
  const found = findEvents(bars, null, config);
  metaLabels(bars, found, tripleBarrier(bars, found, averageTrueRange(bars), config.labels), config.labels);
});
console.log(`sides, CUSUM, barriers, labels  ${perSecond(chainTimes, N_BARS)}   ${showTimes(chainTimes)}`);

const { model } = fitRegime([bars.close], { ...config.regime, seed: 1 });
const context = { regime: model, vpin: DEFAULT_VPIN_OPTIONS };
const rows = Int32Array.from({ length: N_BARS - WINDOW_BARS + 1 }, (_, k) => k + WINDOW_BARS - 1);
const sides = new Int8Array(rows.length).fill(1);
async function features(name: string, names: readonly FeatureName[]): Promise<void> {
  const out = new Float64Array(rows.length * names.length);
  const times = await timeRuns(RUNS, () => computeFeatures(names, bars, rows, sides, context, out));
  console.log(`${name.padEnd(30)}  ${perSecond(times, rows.length)}   ${showTimes(times)}`);
}
await features('volatility, momentum, trend', ['volatility', 'momentum', 'trend_strength']);
await features('all but regime and vpin', [
  'volatility',
  'momentum',
  'trend_strength',
  'normalized_atr',
  'vol_of_vol',
  'mean_reversion',
  'volume_ratio',
]);
await features('regime', ['regime']);
await features('vpin', ['vpin']);
