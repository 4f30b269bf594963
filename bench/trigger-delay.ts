// Delay until a worse model is noticed, rate of false alarms for a good one, and error rates of promotions and rollbacks, on
// simulated markets with a planted edge.
import { parseArgs } from 'node:util';
import { OrchestratorConfig } from '../src/config/index.ts';
import { Rng } from '../src/core/index.ts';
import { RetrainMonitor } from '../src/monitoring/index.ts';
import { maturedOutcome } from '../test/support/outcomes.ts';
import { simulateOutcomes } from '../test/support/simulated-outcomes.ts';
import { judgementLines } from './delay/judgements.ts';
import { writeResults } from './support/results-file.ts';
import { sequentialRows } from './support/sequential-rows.ts';
import { quantile } from './support/statistics.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '60' }, write: { type: 'boolean', default: false } },
});
const N_SEEDS = Number(values.seeds);
const { retrain, outcomes, retrainAccuracyDropThreshold } = OrchestratorConfig();
const POLICY = {
  accuracyDropThreshold: retrainAccuracyDropThreshold,
  window: outcomes.window,
  minOutcomes: retrain.minOutcomes,
  falseAlarmRate: retrain.falseAlarmRate,
  minSamples: Number.MAX_SAFE_INTEGER, // switches off triggers by the number of outcomes
  intervalBars: null,
  intervalNs: null,
  cooldownNs: 0,
};

/** Counts alarms for models on an unchanged market, each over `nEach` outcomes; the monitor starts again after an alarm. */
async function falseAlarms(nEach: number, nTotal: number): Promise<string> {
  let [alarms, seen] = [0, 0];
  // Other seeds than 2000 to 3249, on which the rule of two looks in a row was chosen.
  for (let seed = 1; seed <= nTotal / nEach; seed++) {
    const { baseline, outcomes: samples } = await simulateOutcomes({ seed: 10 * nEach + seed, nBefore: nEach });
    const monitor = new RetrainMonitor(POLICY, 0);
    monitor.reset(baseline);
    for (const outcome of samples) {
      if (monitor.addOutcome(outcome, 0) === null) continue;
      alarms++;
      monitor.reset(baseline);
    }
    seen += samples.length;
  }
  const bound = (seen / POLICY.window) * POLICY.falseAlarmRate;
  const setting = `no change, ${nTotal / nEach} models on the market they learned, ${seen} outcomes`;
  return `${setting}: ${alarms} false alarms (stated bound ${bound.toFixed(1)})`;
}

/** Counts outcomes from the change of the market to the trigger. */
async function delays(change: 'break' | 'flip', name: string): Promise<string> {
  const found: number[] = [];
  let nEarly = 0;
  for (let seed = 1; seed <= N_SEEDS; seed++) {
    const {
      baseline,
      outcomes: samples,
      nBefore,
    } = await simulateOutcomes({
      seed: 100 + seed,
      nBefore: 2000,
      nAfter: 5000,
      change,
    });
    const monitor = new RetrainMonitor(POLICY, 0);
    monitor.reset(baseline);
    const at = samples.findIndex((outcome) => monitor.addOutcome(outcome, 0) !== null);
    if (at >= 0 && at < nBefore) nEarly++;
    else found.push(at < 0 ? Number.POSITIVE_INFINITY : at - nBefore);
  }
  const seen = found.filter(Number.isFinite).length;
  const show = (q: number): string => (Number.isFinite(quantile(found, q)) ? `${quantile(found, q)}` : 'never');
  const early = `false alarms in the ${N_SEEDS * 2000} outcomes before: ${nEarly}`;
  const misses = `${found.length - seen} of ${found.length} not within 5,000`;
  return `${name}, ${N_SEEDS} seeds: median ${show(0.5)}, 90 % ${show(0.9)} outcomes to the trigger; ${misses}; ${early}`;
}

/** Counts triggers of a model whose accuracy stays at the threshold for 10,000 outcomes, when no retraining finds a better one. */
function hovering(): string {
  const baseline = { accuracy: 0.7, logLossSkill: null, nSamples: 5000 };
  const triggers = Array.from({ length: N_SEEDS }, (_, seed) => {
    const rng = new Rng(seed + 1);
    const monitor = new RetrainMonitor(POLICY, 0);
    monitor.reset(baseline);
    let n = 0;
    for (let i = 0; i < 10_000; i++) {
      const label = rng.nextFloat() < 0.5 ? 1 : 0;
      const isRight = rng.nextFloat() < baseline.accuracy - POLICY.accuracyDropThreshold;
      const confidence = (label === 1) === isRight ? 0.6 : 0.4;
      const outcome = maturedOutcome({ label, confidence, entryTs: BigInt(2 * i), exitTs: BigInt(2 * i + 1) });
      if (monitor.addOutcome(outcome, 0) === null) continue;
      n++;
      monitor.begin(0);
      monitor.end('kept', 0);
    }
    return n;
  });
  const found = `median ${quantile(triggers, 0.5)}, most ${Math.max(...triggers)} triggers`;
  return `hovering at the threshold for 10,000 outcomes, every attempt in vain, ${N_SEEDS} seeds: ${found} (budget 6)`;
}

const lines: string[] = [];
function say(line: string): void {
  lines.push(line);
  console.log(line);
}
for (const row of await sequentialRows(N_SEEDS)) say(row);
say(await falseAlarms(10_000, 100_000));
say(await falseAlarms(2000, 600_000));
say(await delays('break', 'the skill goes, the base rate stays'));
say(await delays('flip', 'what told good signals from bad tells the opposite'));
say(hovering());
for (const line of judgementLines({ alpha: retrain.promotionAlpha, window: retrain.rollbackWindow })) say(line);
if (values.write) {
  const { window, falseAlarmRate } = POLICY;
  const method = `Written by \`npm run bench -- trigger-delay --write\`. Default settings: window ${window}, false-alarm rate ${falseAlarmRate} a window; the sequential detector alarms at ${retrain.falseAlarmOutcomes.toLocaleString('en')}; triggers by new outcomes, which come every 1,000 whatever happens, are switched off. Rows that begin with *sequential* are of that detector alone, the others of the two window tests alone. Triggers on simulated bars, models and labels of our own; judgements on two calibrated models whose labels overlap.`;
  writeResults('Trigger delay and error rates', [method, '', ...lines.map((line) => `- ${line}`)].join('\n'));
}
