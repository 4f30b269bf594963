// What sizes earn where they are served: models trained on a planted edge, on later bars that no training has seen.
import { parseArgs } from 'node:util';
import { createOrchestrator, inlineTrainer } from '../src/app/index.ts';
import { OrchestratorConfig } from '../src/config/index.ts';
import { expectedReturn, payoffAt } from '../src/decision/index.ts';
import type { BarSeries, SizingMethod } from '../src/domain/index.ts';
import type { MetaModel } from '../src/model/index.ts';
import { type ReplayedSignal, replay } from '../src/orchestrator/index.ts';
import { SILENT } from '../src/ports/index.ts';
import { simulateMarket } from '../src/simulation/index.ts';
import { writeResults } from './support/results-file.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '12' }, write: { type: 'boolean', default: false } },
});
const N_SEEDS = Number(values.seeds);
const [N_TRAINED, N_BARS, EDGE] = [40_000, 60_000, 0.15];
const COSTS = [0, 2, 4];
/** Share of the rule that the default method must earn, where the rule earns anything. */
const LEAST_SHARE = 0.9;
const DECIDED = ['afml', 'kelly', 'linear', 'integrated'] as const;
/** `rule`: one stake where p·w − (1 − p)·l is above the cost; `taken`: one where the decision takes; `0.1`: its size of every signal. */
const SIZES = ['rule', 'taken', ...DECIDED, '0.1'] as const;
type Size = (typeof SIZES)[number];
type Earned = Record<Size, number>;

using directory = temporaryDirectory();
const modelPath = directory.file('model.onnx');
/** Promises as they were made, without the coin: the plain expected value. */
const AS_MADE = { alpha: 0, beta: 1, n: 0 };

async function trainedOn(bars: BarSeries): Promise<MetaModel> {
  const orchestrator = createOrchestrator(OrchestratorConfig({ modelPath }), {
    trainer: inlineTrainer(),
    logger: SILENT,
  });
  try {
    return (await orchestrator.train(bars)).model;
  } finally {
    await orchestrator.stop();
  }
}

async function served(
  model: MetaModel,
  bars: BarSeries,
  costBps: number,
  method: SizingMethod,
  trust: 'expected' | 'always' = 'expected',
): Promise<ReplayedSignal[]> {
  const config = OrchestratorConfig({ modelPath, labels: { costBps }, sizing: { method, trust } });
  const orchestrator = createOrchestrator(config, { trainer: inlineTrainer(), logger: SILENT });
  try {
    orchestrator.inferenceLoop.swapModel(model);
    const replayed = replay(orchestrator, bars, { instrumentId: 'SIM', side: null, startBar: N_TRAINED });
    return replayed.filter(({ label }) => label !== null);
  } finally {
    await orchestrator.stop();
  }
}

/** Net R per unit of exposure, booked; the same as net R at the same mean exposure. */
function perExposure(signals: readonly ReplayedSignal[], costBps: number, sizeOf: (signal: ReplayedSignal) => number) {
  let [earned, exposure] = [0, 0];
  for (const signal of signals) {
    const size = sizeOf(signal);
    if (size === 0) continue;
    earned += (size * (signal.ret - costBps * 1e-4)) / signal.risk;
    exposure += size;
  }
  return exposure === 0 ? 0 : earned / exposure;
}

function isWorthIt({ enriched, risk, volatility }: ReplayedSignal, model: MetaModel, costBps: number): boolean {
  const payoffs = model.metadata.decision?.payoffs;
  const payoff = payoffs === undefined ? null : payoffAt(payoffs, 'SIM', volatility);
  if (payoff === null || enriched.source !== 'model') return false;
  return expectedReturn(enriched.metaConfidence, { ...payoff, coin: 0 }, AS_MADE) > (costBps * 1e-4) / risk;
}

async function earnedAt(model: MetaModel, bars: BarSeries, costBps: number): Promise<Earned> {
  const earned: Partial<Earned> = {};
  for (const method of DECIDED) {
    const signals = await served(model, bars, costBps, method);
    earned[method] = perExposure(signals, costBps, ({ enriched }) => Math.abs(enriched.size));
    if (method !== 'afml') continue;
    earned.rule = perExposure(signals, costBps, (signal) => (isWorthIt(signal, model, costBps) ? 1 : 0));
    earned.taken = perExposure(signals, costBps, ({ enriched }) => (enriched.take === true ? 1 : 0));
  }
  const all = await served(model, bars, costBps, 'integrated', 'always');
  earned['0.1'] = perExposure(all, costBps, ({ enriched }) => Math.abs(enriched.size));
  return earned as Earned;
}

const sums = COSTS.map(() => Object.fromEntries(SIZES.map((size) => [size, 0])) as Earned);
for (let seed = 1; seed <= N_SEEDS; seed++) {
  const { bars } = simulateMarket({ nBars: N_BARS, edge: EDGE, breakAt: null, seed });
  const model = await trainedOn(bars.slice(0, N_TRAINED));
  for (const [k, costBps] of COSTS.entries()) {
    const earned = await earnedAt(model, bars, costBps);
    for (const size of SIZES) sums[k][size] += earned[size] / N_SEEDS;
  }
  console.error(`${seed} of ${N_SEEDS}`);
}

const cells = sums.map((earned, k) => {
  const shares = SIZES.slice(1).map((size) => `${Math.round((100 * earned[size]) / earned.rule)} %`);
  return `| ${COSTS[k]} bp | ${earned.rule.toFixed(3)} | ${shares.join(' | ')} |`;
});
const text = `Written by \`npm run bench -- served-sizes --write\`. Net R a trade, booked, at the same mean exposure, mean of ${N_SEEDS} planted edges of ${EDGE}: trained on ${N_TRAINED} bars, served on the next ${N_BARS - N_TRAINED}, \`trust: expected\`, factors where they earned their place. \`rule\` is one stake where p·w − (1 − p)·l is above the cost; the others are shares of it: one stake where the decision takes, the sizes by method, and 0.1's size of every signal.

| cost | rule | ${SIZES.slice(1).join(' | ')} |
|---|---|${SIZES.slice(1)
  .map(() => '---|')
  .join('')}
${cells.join('\n')}`;
console.log(text);
const worst = Math.min(...sums.filter(({ rule }) => rule > 0).map(({ afml, rule }) => afml / rule));
if (worst < LEAST_SHARE) {
  console.error(`afml earns ${Math.round(100 * worst)} % of the rule, less than ${100 * LEAST_SHARE} %`);
  process.exitCode = 1;
}
if (values.write) writeResults('Served sizes', text);
