import { expect, test } from 'vitest';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { RetrainMonitor, SequentialDetector } from '../../src/monitoring/index.ts';
import { type SimulatedOutcomes, simulateOutcomes } from '../support/simulated-outcomes.ts';

// Whole models on simulated bars; `npm run bench -- trigger-delay` has the figures over more seeds.
const { retrain, outcomes, retrainAccuracyDropThreshold } = OrchestratorConfig();

function watching({ baseline }: SimulatedOutcomes): RetrainMonitor {
  const policy = {
    accuracyDropThreshold: retrainAccuracyDropThreshold,
    window: outcomes.window,
    minOutcomes: retrain.minOutcomes,
    falseAlarmRate: retrain.falseAlarmRate,
    minSamples: Number.MAX_SAFE_INTEGER,
    intervalBars: null,
    intervalNs: null,
    cooldownNs: 0,
  };
  const monitor = new RetrainMonitor(policy, 0);
  monitor.reset(baseline);
  return monitor;
}

test('models on the market they learned: false alarms over 100,000 outcomes stay within the stated bound', async () => {
  let [alarms, seen] = [0, 0];
  for (let seed = 1; seen < 100_000; seed++) {
    const market = await simulateOutcomes({ seed, nBefore: 10_000 });
    let monitor = watching(market);
    for (const outcome of market.outcomes) {
      if (monitor.addOutcome(outcome, 0) === null) continue;
      alarms++;
      monitor = watching(market);
    }
    seen += market.outcomes.length;
  }
  expect(alarms).toBeLessThanOrEqual((seen / outcomes.window) * retrain.falseAlarmRate);
});

test('a market that turns against its model is noticed, by the median within two windows', async () => {
  const delays: number[] = [];
  for (let seed = 101; seed <= 109; seed++) {
    const market = await simulateOutcomes({ seed, nBefore: 1000, nAfter: 2500, change: 'flip' });
    const monitor = watching(market);
    const at = market.outcomes.findIndex((outcome) => monitor.addOutcome(outcome, 0) !== null);
    delays.push(at < 0 ? Number.POSITIVE_INFINITY : at - market.nBefore);
  }
  delays.sort((a, b) => a - b);
  expect(delays[0], 'nothing is noticed before it happens').toBeGreaterThan(0);
  expect(delays[4]).toBeLessThanOrEqual(2 * outcomes.window);
});

test('a market that takes the skill and keeps the base rate: unseen by the window tests, the sequential detector notices it', async () => {
  const delays: number[] = [];
  let nWindowed = 0;
  for (let seed = 901; seed <= 907; seed++) {
    const market = await simulateOutcomes({ seed, nBefore: 1000, nAfter: 1500, change: 'break' });
    const monitor = watching(market);
    if (market.outcomes.some((outcome) => monitor.addOutcome(outcome, 0) !== null)) nWindowed++;
    const detector = new SequentialDetector(market.detected, retrain.falseAlarmOutcomes);
    const at = market.outcomes.findIndex((outcome, i) => detector.add({ ...outcome, seq: i + 1 })?.isAlarm === true);
    delays.push(at < 0 ? Number.POSITIVE_INFINITY : at - market.nBefore);
  }
  delays.sort((a, b) => a - b);
  expect(nWindowed, 'why there is another detector').toBeLessThanOrEqual(3);
  expect(delays[0], 'nothing is noticed before it happens').toBeGreaterThan(0);
  expect(delays[3]).toBeLessThanOrEqual(600);
  expect(delays[6]).toBeLessThanOrEqual(1500);
});
