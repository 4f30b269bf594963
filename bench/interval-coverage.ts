// How often the 95 % intervals of the summaries hold the truth, on drawn trades that overlap and move together: probabilities that are
// right, and what follows from them exactly.
import { parseArgs } from 'node:util';
import { percent, Rng } from '../src/core/index.ts';
import { normalCdf } from '../src/math/index.ts';
import { HEADLINES, type HeadlineName, headlineIntervals, type SummarisedTrades } from '../src/validation/index.ts';
import { writeResults } from './support/results-file.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '500' }, write: { type: 'boolean', default: false } },
});
const N_SEEDS = Number(values.seeds);
const STEP_NS = 60_000_000_000n;
/** Probabilities that are said, each as often as the others, and the constant beside them. */
const SAID = [0.3, 0.35, 0.4, 0.45, 0.5];
const CONSTANT = 0.4;

/** Trades that begin at every bar and last `span` bars: neighbours share all shocks but one. */
function drawTrades(seed: number, nTrades: number, span: number): SummarisedTrades {
  const rng = new Rng(seed);
  const shocks = Float64Array.from({ length: nTrades + span }, () => rng.nextGaussian());
  const t0 = Int32Array.from({ length: nTrades }, (_, k) => k);
  const moves = Float64Array.from(t0, (k) => {
    let sum = 0;
    for (let i = 0; i < span; i++) sum += shocks[k + i];
    return sum / Math.sqrt(span);
  });
  const probability = Float64Array.from(t0, () => SAID[rng.nextInt(SAID.length)]);
  return {
    t0,
    end: t0.map((bar) => bar + span),
    instrument: new Int32Array(nTrades),
    probability,
    label: Uint8Array.from(probability, (p, k) => (normalCdf(moves[k]) < p ? 1 : 0)),
    benchmark: new Float64Array(nTrades).fill(CONSTANT),
    excess: moves.map((move) => 1e-4 * move),
    take: Uint8Array.from(probability, (p) => (p > CONSTANT ? 1 : 0)),
    volatility: new Float64Array(nTrades),
  };
}

/** What the figures would be on any number of trades. */
function truth(): Record<HeadlineName, number> {
  const mean = (of: (p: number) => number): number => SAID.reduce((sum, p) => sum + of(p), 0) / SAID.length;
  const loss = (q: (p: number) => number): number => mean((p) => -p * Math.log(q(p)) - (1 - p) * Math.log(1 - q(p)));
  const pairs = mean((a) => mean((b) => a * (1 - b) * (a > b ? 1 : a === b ? 0.5 : 0)));
  return {
    auc: pairs / (mean((p) => p) * mean((p) => 1 - p)),
    logLossSkill: 1 - loss((p) => p) / loss(() => CONSTANT),
    calibrationSlope: 1,
    calibrationIntercept: 0,
    meanExcessBps: 0,
    takenExcessBps: 0,
  };
}

function row(nTrades: number, span: number): string {
  const times = BigInt64Array.from({ length: nTrades + span + 1 }, (_, bar) => BigInt(bar) * STEP_NS);
  const held = new Map<HeadlineName, number>();
  const real = truth();
  for (let seed = 0; seed < N_SEEDS; seed++) {
    const intervals = headlineIntervals(drawTrades(seed, nTrades, span), times, { nResamples: 400, seed: 7000 + seed });
    for (const name of HEADLINES) {
      const { low, high } = intervals[name];
      const isHeld = low !== null && high !== null && low <= real[name] && real[name] <= high;
      held.set(name, (held.get(name) ?? 0) + (isHeld ? 1 : 0));
    }
  }
  return `| ${nTrades} | ${span} | ${HEADLINES.map((name) => percent((held.get(name) ?? 0) / N_SEEDS)).join(' | ')} |`;
}

const lines = [
  '| trades, one a bar | bars each | AUC | log-loss skill | calibration slope | intercept | mean excess | of those taken |',
  '|---|---|---|---|---|---|---|---|',
  row(3000, 1),
  row(600, 10),
  row(3000, 10),
  row(3000, 50),
];
for (const line of lines) console.log(line);
if (values.write) {
  const method =
    `Written by \`npm run bench -- interval-coverage --write\`. ${N_SEEDS} drawn series each: share in which a 95 % interval held the truth; by chance ` +
    'the share itself is off by two points. Blocks are a thirtieth of the bars, and twice the longest trade at least.';
  writeResults('Intervals of the summaries', [method, '', ...lines].join('\n'));
}
