// Built-in features on one thread, in rows a second of its CPU, every row of a series: the fastest of the runs. With ML4T_BASELINE, the root of another checkout, every feature
// that it knows is computed by both in turn, and the ratio of their fastest runs printed: `ML4T_BASELINE=../before node bench/features.ts`.
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DEFAULT_VPIN_OPTIONS, FEATURE_NAMES, WINDOW_BARS } from '../src/domain/index.ts';
import { FEATURES, fitRegime } from '../src/features/index.ts';
import { simulateMarket } from '../src/simulation/index.ts';

type Features = typeof import('../src/features/index.ts');

const N_BARS = 260_000;
const RUNS = Number(process.env.BENCH_ROUNDS ?? 20);
const baseline = process.env.ML4T_BASELINE;

const ours = await import('../src/features/index.ts');
const theirs = baseline === undefined ? null : await featuresOf(baseline);
const { bars } = simulateMarket({ nBars: N_BARS, edge: 0.1, breakAt: null, seed: 3 });
const { model } = fitRegime([bars.close], { nStarts: 1, maxIterations: 20, maxBars: 20_000, seed: 1 });
const rows = Int32Array.from({ length: N_BARS - WINDOW_BARS + 1 }, (_, k) => k + WINDOW_BARS - 1);
const sides = new Int8Array(rows.length).fill(1);
const out = new Float64Array(rows.length);

/** Features of another checkout: the same functions, on the same series. */
async function featuresOf(root: string): Promise<Features> {
  return (await import(pathToFileURL(join(resolve(root), 'src/features/index.ts')).href)) as Features;
}

/** Milliseconds of CPU of a call, which other programs of the machine disturb less than those of a clock. */
function time({ computeFeatures }: Features, name: string): number {
  const start = process.cpuUsage();
  computeFeatures([name], bars, rows, sides, { regime: model, vpin: DEFAULT_VPIN_OPTIONS }, out);
  return process.cpuUsage(start).user / 1000;
}

for (const name of FEATURE_NAMES) {
  if (FEATURES[name].needs.includes('taker_buy_volume') && bars.takerBuyVolume === null) continue;
  const other = theirs !== null && Object.hasOwn(theirs.FEATURES, name) ? theirs : null;
  const [times, otherTimes] = [[Infinity], [Infinity]];
  for (let run = 0; run < RUNS; run++) {
    if (run % 2 === 0) times.push(time(ours, name));
    if (other !== null) otherTimes.push(time(other, name));
    if (run % 2 === 1) times.push(time(ours, name));
  }
  const fastest = Math.min(...times);
  const speed = `${(rows.length / fastest / 1000).toFixed(2)} M/s`.padStart(12);
  const ratio = other === null ? '' : `  ${(fastest / Math.min(...otherTimes)).toFixed(2)} x the time of the baseline`;
  console.log(`${name.padEnd(26)}${speed}${ratio}`);
}
