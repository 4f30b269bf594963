import { describe, expect, test } from 'vitest';
import { maturedOutcome } from '../../test/support/outcomes.ts';
import { Rng } from '../core/index.ts';
import type { MaturedOutcome } from '../domain/index.ts';
import type { Baseline } from './degradation.ts';
import { type RetrainDue, RetrainMonitor, type RetrainPolicy } from './retrain-monitor.ts';

const POLICY: RetrainPolicy = {
  accuracyDropThreshold: 0.1,
  window: 1000,
  minOutcomes: 100,
  falseAlarmRate: 0.01,
  minSamples: Number.MAX_SAFE_INTEGER,
  intervalBars: null,
  intervalNs: null,
  cooldownNs: 0,
};
const HOLDING = 10;

/**
 * A calibrated model whose labels overlap: an event every other bar, its label decided by the ten shocks that follow it, some of
 * which its neighbours share. `skill` 0 leaves the confidences as they are and takes their meaning.
 */
function* market(seed: number, n: number, skill: (i: number) => number): Generator<MaturedOutcome> {
  const rng = new Rng(seed);
  const shocks = Array.from({ length: 2 * n + HOLDING }, () => normal(rng));
  for (let i = 0; i < n; i++) {
    let ahead = 0;
    for (let j = 1; j <= HOLDING; j++) ahead += shocks[2 * i + j];
    const z = normal(rng);
    const known = skill(i) > 0 ? z : normal(rng);
    // P(label | z) = Φ(threshold + 0.6 z / ...): close enough to the logistic below to be calibrated within a percent.
    const latent = ahead / Math.sqrt(HOLDING) + 0.7 * known;
    const label = latent > 0.155 ? 1 : 0;
    const times = { entryTs: BigInt(2 * i), exitTs: BigInt(2 * i + HOLDING) };
    yield maturedOutcome({ label, confidence: upper(0.155 - 0.7 * z), ...times });
  }
}

function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.nextFloat())) * Math.cos(2 * Math.PI * rng.nextFloat());
}

/** P(standard normal > x), by the logistic curve closest to it. */
function upper(x: number): number {
  return 1 / (1 + Math.exp(1.5976 * x + 0.07056 * x ** 3));
}

/** What a walk-forward of `nSamples` events would have found. */
function baselineOf(seed: number, nSamples: number): Baseline {
  let right = 0;
  let loss = 0;
  let ones = 0;
  for (const { label, confidence } of market(seed, nSamples, () => 1)) {
    right += Number(confidence >= 0.5 === (label === 1));
    loss -= Math.log(label === 1 ? confidence : 1 - confidence);
    ones += label;
  }
  const rate = ones / nSamples;
  const benchmark = -rate * Math.log(rate) - (1 - rate) * Math.log(1 - rate);
  return { accuracy: right / nSamples, logLossSkill: 1 - loss / nSamples / benchmark, nSamples };
}

function monitorOf(baseline: Baseline, policy: Partial<RetrainPolicy> = {}): RetrainMonitor {
  const monitor = new RetrainMonitor({ ...POLICY, ...policy }, 0);
  monitor.reset(baseline);
  return monitor;
}

test('with no change, false alarms over 100,000 outcomes stay within the bound', () => {
  let alarms = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const monitor = monitorOf(baselineOf(1000 + seed, 4000));
    for (const outcome of market(seed, 10_000, () => 1)) {
      if (monitor.addOutcome(outcome, 0) === null) continue;
      alarms++;
      monitor.reset(baselineOf(1000 + seed, 4000));
    }
  }
  expect(alarms).toBeLessThanOrEqual(100_000 * (POLICY.falseAlarmRate / POLICY.window));
});

/** A model that is right more often in good times than in bad ones; both last far longer than a label. */
function* times(seed: number, n: number): Generator<MaturedOutcome> {
  const rng = new Rng(seed);
  let isGood = rng.nextFloat() < 0.5;
  for (let i = 0; i < n; i++) {
    if (rng.nextFloat() < 1 / 80) isGood = !isGood;
    const label = rng.nextFloat() < 0.5 ? 1 : 0;
    const isRight = rng.nextFloat() < (isGood ? 0.72 : 0.48);
    const confidence = (label === 1) === isRight ? 0.6 : 0.4;
    yield maturedOutcome({ label, confidence, entryTs: BigInt(3 * i), exitTs: BigInt(3 * i + HOLDING) });
  }
}

test('good and bad times that outlast labels are no change: 300 fresh models, 1000 outcomes each', () => {
  let alarms = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const monitor = monitorOf({ accuracy: 0.6, logLossSkill: 0.0201, nSamples: 4000 });
    for (const outcome of times(seed, 1000)) {
      if (monitor.addOutcome(outcome, 0) === null) continue;
      alarms++;
      break;
    }
  }
  const bound = 300 * POLICY.falseAlarmRate;
  expect(alarms).toBeLessThanOrEqual(bound + 2 * Math.sqrt(bound)); // 300 draws: two standard errors of a count
});

test('a planted break that keeps the base rate and takes the skill is noticed within one window', () => {
  const delays = Array.from({ length: 21 }, (_, k) => {
    const monitor = monitorOf(baselineOf(2000 + k, 4000));
    let i = 0;
    for (const outcome of market(k + 1, 6000, (at) => (at < 2000 ? 1 : 0))) {
      const due = monitor.addOutcome(outcome, 0);
      if (due !== null && i >= 2000) return i - 2000;
      i++;
    }
    return Number.POSITIVE_INFINITY;
  }).sort((a, b) => a - b);
  expect(delays[10]).toBeLessThanOrEqual(POLICY.window);
});

const OUTCOME = maturedOutcome({ confidence: 0.9, exitTs: 1n });

/** Outcomes one after the other, right as often as `accuracy`. */
function feed(monitor: RetrainMonitor, n: number, accuracy: number, nowNs = 0, from = 0): RetrainDue[] {
  const found: RetrainDue[] = [];
  for (let i = from; i < from + n; i++) {
    const isRight = Math.floor((i + 1) * accuracy) > Math.floor(i * accuracy);
    const isOne = i % 2 === 0;
    const outcome = maturedOutcome({
      label: isOne ? 1 : 0,
      confidence: isOne === isRight ? 0.6 : 0.4,
      entryTs: BigInt(2 * i),
      exitTs: BigInt(2 * i + 1),
    });
    const due = monitor.addOutcome(outcome, nowNs);
    if (due !== null) found.push(due);
  }
  return found;
}

const BASELINE: Baseline = { accuracy: 0.7, logLossSkill: null, nSamples: 5000 };

describe('a drop of accuracy', () => {
  test('is of high priority at twice the threshold, of medium one before', () => {
    expect(feed(monitorOf(BASELINE), 1000, 0.45)[0]).toMatchObject({ reason: 'accuracy_degradation', priority: 1 });
    expect(feed(monitorOf(BASELINE), 1000, 0.57)[0]).toMatchObject({ reason: 'accuracy_degradation', priority: 2 });
    expect(feed(monitorOf(BASELINE), 1000, 0.62)).toEqual([]);
  });

  test('is told once while it lasts, and again when it comes back', () => {
    const monitor = monitorOf(BASELINE);
    expect(feed(monitor, 5000, 0.5)).toHaveLength(1);
    expect(feed(monitor, 2000, 0.7, 0, 5000)).toEqual([]);
    expect(feed(monitor, 2000, 0.5, 0, 7000)).toHaveLength(1);
  });

  test('is no trigger while an attempt is open, or before the waiting time is over', () => {
    const monitor = monitorOf(BASELINE, { cooldownNs: 100 });
    expect(feed(monitor, 1000, 0.5, 50)).toEqual([]);
    monitor.begin(200);
    expect(feed(monitor, 1000, 0.5, 1000, 1000)).toEqual([]);
    monitor.end('kept', 1000);
    expect(feed(monitor, 1000, 0.5, 1199, 2000), 'doubled by a fruitless attempt').toEqual([]);
    expect(feed(monitor, 1000, 0.5, 1200, 3000)).toHaveLength(1);
  });

  test('is seen where every outcome is wrong', () => {
    const monitor = monitorOf(BASELINE);
    expect(feed(monitor, 1000, 0)).toHaveLength(1);
  });

  test('cannot be seen where all outcomes are of one bar', () => {
    const monitor = monitorOf(BASELINE);
    for (let i = 0; i < 5000; i++) expect(monitor.addOutcome({ ...OUTCOME, label: 0 }, 0)).toBeNull();
  });
});

test('hovering at the threshold for 10,000 outcomes causes no storm', () => {
  const monitor = monitorOf(BASELINE, { minSamples: 1000 });
  let triggers = 0;
  for (let i = 0; i < 10_000; i += 100) {
    for (const due of feed(monitor, 100, i % 2000 < 1000 ? 0.57 : 0.63, i, i)) {
      triggers++;
      expect(due).toBeDefined();
      monitor.begin(i);
      monitor.end('kept', i);
    }
  }
  // Each fruitless attempt doubles the wait: 1000 + 2000 + 4000 outcomes and no more fit.
  expect(triggers).toBeLessThanOrEqual(6);
  expect(triggers).toBeGreaterThan(0);
});

test('new outcomes, bars and time each make a retraining due', () => {
  const bySamples = monitorOf(BASELINE, { minSamples: 500 });
  expect(feed(bySamples, 499, 0.7)).toEqual([]);
  expect(feed(bySamples, 1, 0.7, 0, 499)[0]).toMatchObject({ reason: 'sample_count', priority: 3 });
  const byBars = monitorOf(BASELINE, { intervalBars: 50 });
  expect(byBars.addBars(49, 0)).toBeNull();
  expect(byBars.addBars(1, 0)).toMatchObject({ reason: 'time_interval', priority: 3 });
  const byTime = monitorOf(BASELINE, { intervalNs: 3.6e12 });
  expect(byTime.addBars(1, 3.5e12)).toBeNull();
  expect(byTime.addBars(1, 3.6e12)).toMatchObject({ reason: 'time_interval' });
});

test('outcomes of before the start are known and are no news', () => {
  const monitor = monitorOf(BASELINE, { minSamples: 500 });
  monitor.remember(Array.from({ length: 1000 }, () => OUTCOME));
  expect(monitor.addOutcome(OUTCOME, 0)).toBeNull();
});

test('an alarm of the sequential detector is due at once, and once', () => {
  const monitor = monitorOf(baselineOf(1, 4000));
  expect(monitor.addAlarm('it says so', 0)).toEqual({
    reason: 'accuracy_degradation',
    detector: 'sequential',
    priority: 2,
    baselineAccuracy: baselineOf(1, 4000).accuracy,
    currentAccuracy: null,
    note: 'it says so',
  });
  expect(monitor.isAlarmed).toBe(false);
  expect(monitor.addBars(1, 0)).toBeNull();
});

test('an alarm waits for the time between two attempts, which doubles with those in vain; what is begun or swapped ends it', () => {
  const monitor = monitorOf(baselineOf(1, 4000), { cooldownNs: 100, minOutcomes: 0 });
  expect(monitor.addAlarm('first', 99)).toBeNull();
  expect(monitor.isAlarmed).toBe(true);
  expect(monitor.addBars(1, 100)).toMatchObject({ detector: 'sequential', note: 'first' });
  monitor.begin(100);
  expect(monitor.addAlarm('while one is open', 150), 'it asks for nothing').toBeNull();
  monitor.end('kept', 200);
  expect(monitor.isAlarmed).toBe(false);
  expect(monitor.addAlarm('second', 399)).toBeNull();
  expect(monitor.addBars(1, 400)).toMatchObject({ note: 'second' });
  monitor.addAlarm('third', 401);
  monitor.begin(450);
  expect(monitor.isAlarmed, 'whoever began it').toBe(false);
  monitor.end('failed', 450);
  monitor.addAlarm('fourth', 451);
  monitor.reset(null);
  expect(monitor.isAlarmed, 'another model serves').toBe(false);
});

test('which of the window tests found it stands in what is due', () => {
  const accuracy = monitorOf({ accuracy: 0.9, logLossSkill: null, nSamples: 4000 });
  const skill = monitorOf({ accuracy: 0.1, logLossSkill: 0.9, nSamples: 4000 });
  const seen = { accuracy: new Set<unknown>(), skill: new Set<unknown>() };
  for (const outcome of market(3, 2000, () => 1)) {
    seen.accuracy.add(accuracy.addOutcome(outcome, 0)?.detector);
    seen.skill.add(skill.addOutcome(outcome, 0)?.detector);
  }
  expect([...seen.accuracy]).toEqual([undefined, 'window_accuracy']);
  expect([...seen.skill]).toEqual([undefined, 'window_skill']);
});
