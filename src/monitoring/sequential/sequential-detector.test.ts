import { describe, expect, test } from 'vitest';
import { expectedDetector } from '../../../test/golden/detector/expected.ts';
import { maturedOutcome } from '../../../test/support/outcomes.ts';
import { Rng } from '../../core/index.ts';
import { FRESH_DETECTOR, type NumberedOutcome, SequentialDetector } from './sequential-detector.ts';
import { SPANS_KEPT, SpanOverlap } from './span-overlap.ts';

const SECOND = 1_000_000_000n;
const MODEL = { baseRate: 0.4, meanOpen: null };

/** An outcome of the model, alone in time. */
function outcomeAt(seq: number, change: Partial<NumberedOutcome> = {}): NumberedOutcome {
  const entryTs = BigInt(10 * seq) * SECOND;
  return { ...maturedOutcome({ confidence: 0.6, entryTs, exitTs: entryTs + SECOND }), seq, ...change };
}

describe.each(expectedDetector.cases)('$name, against the sum of products with 60 digits', (expected) => {
  const { base_rate: baseRate, mean_open: meanOpen, threshold } = expected;
  const ts = (seconds: number): bigint => 1_700_000_000n * SECOND + BigInt(seconds) * SECOND;
  const outcomes = expected.label.map((label, i): NumberedOutcome => {
    const exit = expected.exit[i];
    const { [i]: confidence } = expected.confidence;
    const entryTs = ts(expected.entry[i]);
    return {
      label,
      confidence,
      source: expected.source[i],
      entryTs,
      exitTs: exit === null ? null : ts(exit),
      seq: i + 1,
    };
  });

  test('every step and every alarm', () => {
    const detector = new SequentialDetector({ baseRate, meanOpen }, threshold);
    for (const [i, outcome] of outcomes.entries()) {
      const step = detector.add(outcome);
      const statistic = expected.statistic[i];
      if (statistic === null) expect(step, `outcome ${i}`).toBeNull();
      else {
        expect(step?.statistic, `outcome ${i}`).toBeCloseTo(
          statistic,
          9 - Math.ceil(Math.log10(Math.max(1, statistic))),
        );
        expect(step?.isAlarm, `outcome ${i}`).toBe(statistic >= threshold);
      }
    }
  });

  test.each([1, 77, 250, 399])('another goes on after outcome %i as if nothing had happened, bit by bit', (cut) => {
    const whole = new SequentialDetector({ baseRate, meanOpen }, threshold);
    const before = outcomes.slice(0, cut).map((outcome) => whole.add(outcome));
    expect(before.length).toBe(cut);
    const later = new SequentialDetector({ baseRate, meanOpen }, threshold);
    later.restore(whole.state, outcomes.slice(0, cut));
    for (const outcome of outcomes.slice(cut)) expect(later.add(outcome)).toEqual(whole.add(outcome));
    expect(later.state).toEqual(whole.state);
  });
});

test('by hand: what the base rate says better raises it, what the model says better lowers it; an alarm sets it to 0', () => {
  const detector = new SequentialDetector(MODEL, 100);
  expect(detector.add(outcomeAt(1, { label: 0 }))).toEqual({
    statistic: expect.closeTo(0.6 / 0.4, 14),
    isAlarm: false,
  });
  expect(detector.add(outcomeAt(2, { label: 1 }))?.statistic).toBeCloseTo((1 + 1.5) * (0.4 / 0.6), 14);
  expect(detector.add(outcomeAt(3, { label: 0, confidence: 1 }))).toMatchObject({ isAlarm: true });
  expect(detector.state).toMatchObject({ statistic: 0, nScored: 3, nSpans: 3 });
  expect(detector.add(outcomeAt(4, { label: 0 }))?.statistic).toBeCloseTo(1.5, 14);
});

test('what the model did not say, or said as the base rate does, is skipped', () => {
  const detector = new SequentialDetector(MODEL, 100);
  expect(detector.add(outcomeAt(1, { source: 'out_of_distribution' }))).toBeNull();
  expect(detector.add(outcomeAt(2, { source: 'default' }))).toBeNull();
  expect(detector.add(outcomeAt(3, { source: 'stale' }))).toBeNull();
  expect(detector.add(outcomeAt(4, { confidence: 0.4 }))).toBeNull();
  expect(detector.state).toBe(FRESH_DETECTOR);
});

test('outcomes that lie in each other share their evidence', () => {
  const [apart, together] = [new SequentialDetector(MODEL, 1e99), new SequentialDetector(MODEL, 1e99)];
  for (let seq = 1; seq <= 100; seq++) {
    apart.add(outcomeAt(seq, { label: 0 }));
    together.add(outcomeAt(seq, { label: 0, entryTs: BigInt(seq) * SECOND, exitTs: BigInt(seq + 3) * SECOND }));
  }
  expect(apart.overlap).toBe(1);
  expect(together.overlap).toBeCloseTo((100 + 97 * 3 + 3) / 100, 12); // three begin in each but the last three
  expect(together.state.statistic).toBeLessThan(apart.state.statistic / 100);
});

test('a thousand signals on one bar say as much as one: they raise no alarm of their own', () => {
  const detector = new SequentialDetector({ baseRate: 0.4, meanOpen: 2 }, 100_000);
  const at = { entryTs: SECOND, exitTs: 2n * SECOND };
  for (let seq = 1; seq <= 1000; seq++) expect(detector.add(outcomeAt(seq, { label: 0, ...at }))?.isAlarm).toBe(false);
  expect(detector.overlap).toBeCloseTo((100 * 2 + 1000 * 1000) / 1100, 9);
});

test('the overlap of the training counts as a hundred outcomes', () => {
  const detector = new SequentialDetector({ baseRate: 0.4, meanOpen: 3 }, 100);
  expect(detector.overlap).toBe(3);
  for (let seq = 1; seq <= 100; seq++) detector.add(outcomeAt(seq));
  expect(detector.overlap).toBe(2);
  detector.add(outcomeAt(101, { exitTs: null }));
  expect(detector.state, 'one without an exit has no span').toMatchObject({ nScored: 101, nSpans: 100 });
});

test('it cannot overflow, whatever the threshold', () => {
  const detector = new SequentialDetector(MODEL, Number.MAX_VALUE);
  for (let seq = 1; seq <= 5000; seq++) {
    const step = detector.add(outcomeAt(seq, { label: 0, confidence: 1 }));
    expect(Number.isFinite(step?.statistic)).toBe(true);
  }
});

test('calibrated and independent: false alarms are no more than the threshold allows', () => {
  const rng = new Rng(5);
  const detector = new SequentialDetector(MODEL, 1000);
  let alarms = 0;
  for (let seq = 1; seq <= 100_000; seq++) {
    const confidence = 0.2 + 0.4 * rng.nextFloat();
    const label = rng.nextFloat() < confidence ? 1 : 0;
    alarms += Number(detector.add(outcomeAt(seq, { label, confidence }))?.isAlarm);
  }
  expect(alarms).toBeLessThanOrEqual(100 + 2 * Math.sqrt(100));
  expect(alarms).toBeGreaterThan(10);
});

test('base rates and thresholds that are none are refused', () => {
  expect(() => new SequentialDetector({ baseRate: 0, meanOpen: null }, 100)).toThrow('baseRate');
  expect(() => new SequentialDetector({ baseRate: 1, meanOpen: null }, 100)).toThrow('baseRate');
  expect(() => new SequentialDetector({ baseRate: Number.NaN, meanOpen: null }, 100)).toThrow('baseRate');
  expect(() => new SequentialDetector(MODEL, 0.5)).toThrow('threshold');
});

test('overlap, against counting every pair; what is more than 1,023 numbers back is not looked at', () => {
  const rng = new Rng(2);
  const overlap = new SpanOverlap();
  const spans: { entryTs: bigint; exitTs: bigint; number: number }[] = [];
  const lies = (a: (typeof spans)[0], b: (typeof spans)[0]): boolean => a.entryTs <= b.entryTs && b.entryTs <= a.exitTs;
  let number = 0;
  for (let i = 0; i < 3000; i++) {
    number += 1 + rng.nextInt(3);
    const entryTs = BigInt(i + rng.nextInt(2000)) * SECOND;
    const span = { entryTs, exitTs: entryTs + BigInt(rng.nextInt(500)) * SECOND, number };
    const near = spans.filter((before) => before.number > number - SPANS_KEPT);
    const expected = near.reduce((n, before) => n + Number(lies(before, span)) + Number(lies(span, before)), 0);
    expect(overlap.add(span, number)).toBe(expected);
    spans.push(span);
  }
});
