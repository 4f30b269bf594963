import { describe, expect, test } from 'vitest';
import { maturedOutcome } from '../../test/support/outcomes.ts';
import type { MaturedOutcome } from '../domain/index.ts';
import type { Baseline } from './degradation.ts';
import { type RetrainDue, RetrainMonitor, type RetrainPolicy } from './retrain-monitor.ts';

/** One look every ten outcomes, from the twentieth on. */
const POLICY: RetrainPolicy = {
  accuracyDropThreshold: 0.125,
  window: 100,
  minOutcomes: 20,
  falseAlarmRate: 0.01,
  minSamples: Number.MAX_SAFE_INTEGER,
  intervalBars: null,
  intervalNs: null,
  cooldownNs: 0,
};
const BASELINE: Baseline = { accuracy: 0.75, logLossSkill: null, nSamples: 5000 };

function monitorOf(baseline: Baseline | null, policy: Partial<RetrainPolicy> = {}, nowNs = 0): RetrainMonitor {
  const monitor = new RetrainMonitor({ ...POLICY, ...policy }, nowNs);
  if (baseline !== null) monitor.reset(baseline);
  return monitor;
}

/** Outcome number i, of a trade one bar long, that no other overlaps. */
function outcomeAt(i: number, isRight: boolean): MaturedOutcome {
  const isOne = i % 2 === 0;
  const confidence = isOne === isRight ? 0.6 : 0.4;
  return maturedOutcome({ label: isOne ? 1 : 0, confidence, entryTs: BigInt(2 * i), exitTs: BigInt(2 * i + 1) });
}

/** Feeds outcomes of which this share is right, evenly spread. @returns what became due, by the number of the outcome. */
function feed(monitor: RetrainMonitor, from: number, to: number, share: number, nowNs = 0): Map<number, RetrainDue> {
  const found = new Map<number, RetrainDue>();
  for (let i = from; i < to; i++) {
    const isRight = Math.floor((i + 1) * share) > Math.floor(i * share);
    const due = monitor.addOutcome(outcomeAt(i, isRight), nowNs);
    if (due !== null) found.set(i + 1, due);
  }
  return found;
}

describe('looks at the outcomes', () => {
  test('come ten times a window, from the least number of outcomes on, and cover one window', () => {
    const monitor = monitorOf(BASELINE, { minOutcomes: 25 });
    const looks: number[][] = [];
    let last = monitor.latest;
    expect(last).toBeNull();
    for (let i = 0; i < 230; i++) {
      monitor.addOutcome(outcomeAt(i, i >= 100), 0);
      if (monitor.latest !== last) looks.push([i + 1, monitor.latest?.nOutcomes ?? 0]);
      last = monitor.latest;
    }
    expect(looks.slice(0, 3)).toEqual([
      [25, 25],
      [35, 35],
      [45, 45],
    ]);
    expect(looks.slice(-2)).toEqual([
      [215, 100],
      [225, 100],
    ]);
    expect(last?.accuracy, 'the first hundred are forgotten').toBe(1);
  });

  test('wait for the next bar that ends a trade', () => {
    const monitor = monitorOf(BASELINE);
    const nOutcomesAfter = (i: number, exitTs: bigint | null): number | undefined => {
      monitor.addOutcome({ ...outcomeAt(i, true), exitTs }, 0);
      return monitor.latest?.nOutcomes;
    };
    for (let i = 0; i < 20; i++) nOutcomesAfter(i, 1000n);
    expect(monitor.latest?.nOutcomes).toBe(20);
    for (let i = 20; i < 40; i++) expect(nOutcomesAfter(i, 1000n), 'of the bar that was looked at').toBe(20);
    expect(nOutcomesAfter(40, 1001n)).toBe(41);
    for (let i = 41; i < 50; i++) expect(nOutcomesAfter(i, null)).toBe(41);
    expect(nOutcomesAfter(50, null), 'an end at no known bar is news every time').toBe(51);
    for (let i = 51; i < 60; i++) nOutcomesAfter(i, null);
    expect(nOutcomesAfter(60, null)).toBe(61);
  });

  test('do not happen without a baseline, and need two in a row that find the model worse', () => {
    const blind = monitorOf(null);
    expect(feed(blind, 0, 200, 0).size).toBe(0);
    expect(blind.latest).toBeNull();
    expect([...feed(monitorOf(BASELINE), 0, 50, 0).keys()], 'at outcomes 20 and 30').toEqual([30]);
    const renewed = monitorOf(BASELINE, { window: 20 });
    expect([...feed(renewed, 0, 20, 0).keys()], 'one look at the twentieth').toEqual([]);
    expect(renewed.latest?.nOutcomes).toBe(20);
    renewed.reset(BASELINE);
    expect(renewed.latest, 'another model serves').toBeNull();
    expect([...feed(renewed, 20, 42, 0).keys()], 'what was suspect before counts no more').toEqual([42]);
  });
});

describe('a drop', () => {
  const ALL_WRONG = { ...BASELINE, logLossSkill: null };

  test.each([
    [0.125, 2],
    [0.2421875, 2],
    [0.25, 1],
    [0.5, 1],
  ])('of %d where 0.125 is the threshold has priority %i', (accuracy, priority) => {
    const found = [...feed(monitorOf({ ...ALL_WRONG, accuracy }), 0, 60, 0).values()];
    expect(found).toEqual([
      {
        reason: 'accuracy_degradation',
        detector: 'window_accuracy',
        priority,
        baselineAccuracy: accuracy,
        currentAccuracy: 0,
        note: `accuracy is 0.0000 over the last 30 outcomes, ${accuracy.toFixed(4)} under the baseline (p 0.0e+0)`,
      },
    ]);
  });

  test('under the threshold is none, however certain', () => {
    expect(feed(monitorOf({ ...ALL_WRONG, accuracy: 0.12 }), 0, 200, 0).size).toBe(0);
  });

  test('counts where its p-value is under a twentieth of the false alarm rate', () => {
    const eager = monitorOf(BASELINE, { falseAlarmRate: 0.99 });
    feed(eager, 0, 20, 0.5);
    const first = eager.latest?.dropPValue ?? 0;
    feed(eager, 20, 30, 0.5);
    const rate = 20 * Math.max(first, eager.latest?.dropPValue ?? 0);
    expect(rate).toBeGreaterThan(0.01);
    expect(rate).toBeLessThan(1);
    const dueAt = (falseAlarmRate: number): number[] => [
      ...feed(monitorOf(BASELINE, { falseAlarmRate }), 0, 30, 0.5).keys(),
    ];
    expect(dueAt(rate * 1.001)).toEqual([30]);
    expect(dueAt(rate * 0.999)).toEqual([]);
  });

  test('is due again only after the accuracy came back to half the threshold', () => {
    const monitor = monitorOf({ ...BASELINE, accuracy: 0.75 }, { window: 1000, minOutcomes: 100 });
    expect(feed(monitor, 0, 2000, 0.5).size).toBe(1);
    expect(feed(monitor, 2000, 4000, 0.6675).size, '0.0825 below').toBe(0);
    expect(feed(monitor, 4000, 6000, 0.5).size, 'it never recovered').toBe(0);
    expect(feed(monitor, 6000, 8000, 0.6975).size, '0.0525 below').toBe(0);
    expect(feed(monitor, 8000, 10_000, 0.5).size).toBe(1);
    monitor.reset(BASELINE);
    expect(feed(monitor, 10_000, 12_000, 0.5).size, 'of another model').toBe(1);
    monitor.begin(0);
    monitor.end('promoted', 0);
    expect(feed(monitor, 12_000, 14_000, 0.5).size, 'the attempt gave nothing better').toBe(1);
  });
});

describe('lost skill', () => {
  const SKILLED: Baseline = { accuracy: 0, logLossSkill: 0.5, nSamples: 5000 };

  test('is a degradation too, with its own sentence', () => {
    const monitor = monitorOf(SKILLED);
    const found = feed(monitor, 0, 30, 0.5);
    const { skill, skillPValue, accuracy } = monitor.latest ?? { skill: 0, skillPValue: 1, accuracy: 0 };
    expect([...found.keys()]).toEqual([30]);
    expect(found.get(30)).toEqual({
      reason: 'accuracy_degradation',
      detector: 'window_skill',
      priority: 2,
      baselineAccuracy: 0,
      currentAccuracy: accuracy,
      note: `log-loss skill is ${skill?.toFixed(4)} over the last 30 outcomes, under the baseline (p ${skillPValue.toExponential(1)})`,
    });
    expect(skillPValue).toBeLessThan(POLICY.falseAlarmRate / 20);
  });

  test('is due once while it lasts, also where the accuracy is as good as ever', () => {
    expect([...feed(monitorOf(SKILLED), 0, 400, 0.5).keys()]).toEqual([30]);
  });

  test('counts where its p-value is under a twentieth of the false alarm rate', () => {
    const modest = { ...SKILLED, logLossSkill: 0.1 };
    const eager = monitorOf(modest);
    feed(eager, 0, 20, 0.5);
    const first = eager.latest?.skillPValue ?? 0;
    feed(eager, 20, 30, 0.5);
    const rate = 20 * Math.max(first, eager.latest?.skillPValue ?? 0);
    const dueAt = (falseAlarmRate: number): number[] => [
      ...feed(monitorOf(modest, { falseAlarmRate }), 0, 30, 0.5).keys(),
    ];
    expect(dueAt(rate * 1.001)).toEqual([30]);
    expect(dueAt(rate * 0.999)).toEqual([]);
  });
});

describe('new outcomes, bars and hours', () => {
  test('make a retraining due at their number, not before, and say so', () => {
    const routine = { detector: null, priority: 3, baselineAccuracy: 0.75, currentAccuracy: null };
    const bySamples = feed(monitorOf(BASELINE, { minSamples: 15 }), 0, 15, 1);
    expect([...bySamples]).toEqual([[15, { reason: 'sample_count', ...routine, note: '15 new outcomes are known' }]]);
    const byBars = monitorOf(BASELINE, { intervalBars: 50 });
    expect(byBars.addBars(49, 0)).toBeNull();
    expect(byBars.addBars(1, 0)).toEqual({ reason: 'time_interval', ...routine, note: '50 new bars are known' });
    const byTime = monitorOf(BASELINE, { intervalNs: 5.4e12 }, 1e12);
    expect(byTime.addBars(1, 6.399e12)).toBeNull();
    expect(byTime.addBars(1, 6.4e12)).toEqual({ reason: 'time_interval', ...routine, note: '1.5 h have passed' });
  });

  test('name the accuracies that are known', () => {
    const unknown = monitorOf(null, { intervalBars: 1 });
    expect(unknown.addBars(1, 0)).toMatchObject({ baselineAccuracy: null, currentAccuracy: null });
    const known = monitorOf(BASELINE, { minSamples: 21 });
    expect(feed(known, 0, 21, 1).get(21)).toMatchObject({ baselineAccuracy: 0.75, currentAccuracy: 1 });
  });

  test('count from the attempt before, which is open until it ends', () => {
    const monitor = monitorOf(BASELINE, { intervalBars: 10, minSamples: 10, intervalNs: 1000 });
    expect(monitor.isOpen).toBe(false);
    monitor.addBars(9, 0);
    feed(monitor, 0, 9, 1);
    monitor.begin(500);
    expect(monitor.isOpen).toBe(true);
    expect(monitor.addBars(1, 5000), 'one attempt at a time').toBeNull();
    monitor.end('promoted', 5000);
    expect(monitor.isOpen).toBe(false);
    expect(monitor.addBars(8, 5999), 'nine bars, 999 ns').toBeNull();
    expect(feed(monitor, 9, 18, 1, 5999).size, 'nine outcomes').toBe(0);
    expect(monitor.addBars(0, 6000)?.note, '1000 ns after the end').toBe('0.0 h have passed');
    expect(monitor.addBars(1, 5999)?.note).toBe('10 new bars are known');
    expect(feed(monitor, 18, 19, 1, 5999).get(19)?.note).toBe('10 new outcomes are known');
  });
});

describe('a fruitless attempt', () => {
  test.each(['kept', 'failed'] as const)('doubles every wait: %s', (result) => {
    const waits = { intervalBars: 10, minSamples: 30, intervalNs: 1000, cooldownNs: 100, minOutcomes: 20 };
    const monitor = monitorOf(BASELINE, waits);
    monitor.begin(0);
    monitor.end(result, 0);
    expect(feed(monitor, 0, 19, 1, 1999).size).toBe(0);
    expect(monitor.addBars(20, 1999), '19 new outcomes are too few to try again').toBeNull();
    expect(feed(monitor, 19, 20, 1, 1999).get(20)?.note).toBe('20 new bars are known');
    expect(monitor.addBars(0, 199), 'within twice the least time').toBeNull();
    expect(monitor.addBars(0, 200)?.note).toBe('20 new bars are known');

    const byCount = monitorOf(BASELINE, { ...waits, intervalBars: null, intervalNs: null });
    byCount.begin(0);
    byCount.end(result, 0);
    expect([...feed(byCount, 0, 60, 1, 1999).keys()]).toEqual([60]);

    const byBars = monitorOf(BASELINE, { ...waits, minOutcomes: 0, intervalNs: null });
    byBars.begin(0);
    byBars.end(result, 0);
    expect(byBars.addBars(19, 1999)).toBeNull();
    expect(byBars.addBars(1, 1999)?.note).toBe('20 new bars are known');

    const byTime = monitorOf(BASELINE, { ...waits, minOutcomes: 0, intervalBars: null });
    byTime.begin(0);
    byTime.end(result, 0);
    expect(byTime.addBars(1, 1999)).toBeNull();
    expect(byTime.addBars(1, 2000)?.reason).toBe('time_interval');
  });

  test('doubles the wait six times and no more; one that gave a better model ends that', () => {
    const monitor = monitorOf(BASELINE, { intervalBars: 1, minOutcomes: 0 });
    const waits: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      let bars = 1;
      while (monitor.addBars(1, 0) === null) bars++;
      waits.push(bars);
      monitor.begin(0);
      monitor.end('kept', 0);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64]);
    monitor.begin(0);
    monitor.end('promoted', 0);
    expect(monitor.addBars(1, 0)).not.toBeNull();
  });

  test('the least time between attempts holds for a drop as well', () => {
    const monitor = monitorOf(BASELINE, { cooldownNs: 100 }, 1000);
    expect(feed(monitor, 0, 100, 0, 1099).size).toBe(0);
    expect([...feed(monitor, 100, 110, 0, 1100).keys()]).toEqual([110]);
  });
});

test('remembered outcomes are part of the next look: the latest of them, one window long', () => {
  const monitor = monitorOf(BASELINE, { minSamples: 11 });
  monitor.remember(Array.from({ length: 150 }, (_, i) => outcomeAt(i, i < 140)));
  expect(monitor.latest, 'they are no look').toBeNull();
  expect(feed(monitor, 150, 160, 1).size).toBe(0);
  expect(monitor.latest).toMatchObject({ nOutcomes: 100, accuracy: 0.9 });
  expect(feed(monitor, 160, 161, 1).get(161)?.note, 'they are no news').toBe('11 new outcomes are known');
});

test('bars alone are no evidence: a drop that came too early is due at the next look', () => {
  const monitor = monitorOf(BASELINE, { cooldownNs: 100 });
  expect(feed(monitor, 0, 45, 0, 50).size, 'within the least time').toBe(0);
  expect(monitor.addBars(10, 100)).toBeNull();
  expect([...feed(monitor, 45, 60, 0, 100).keys()]).toEqual([50]);
});
