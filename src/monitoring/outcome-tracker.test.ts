import { describe, expect, test } from 'vitest';
import { randomWalk } from '../../test/support/random-walk.ts';
import { OrchestratorConfig } from '../config/index.ts';
import { BarSeries, type Outcome, type Side } from '../domain/index.ts';
import { averageTrueRange } from '../features/index.ts';
import { metaLabels, tripleBarrier, tripleBarrierLabeler } from '../labeling/index.ts';
import type { OpenSignal } from '../ports/index.ts';
import { OutcomeTracker } from './outcome-tracker.ts';

const { labels } = OrchestratorConfig({ labels: { costBps: 3 } });
const labeler = tripleBarrierLabeler(labels);
const MINUTE = 60_000_000_000n;

function openAt(signalId: string, entryTs: bigint, target: number, signal: Side = 1, maxStepNs = MINUTE): OpenSignal {
  const said = { modelVersion: 'm-1', confidence: 0.6, source: 'model' } as const;
  return { signalId, instrumentId: 'A', signal, ...said, trade: { entryTs, target, maxStepNs } };
}

function tracker(maxOpen = 1000): OutcomeTracker {
  return new OutcomeTracker({ labeler, maxOpen, nowMs: () => 7 });
}

describe('outcomes are those of training, as soon as they are knowable and not before', () => {
  test.each([1, 2, 3])('bar by bar on a random walk with gaps, seed %i', (seed) => {
    const bars = randomWalk(600, seed, { gaps: 0.1, tick: 0.1 });
    const atr = averageTrueRange(bars);
    const index = Int32Array.from({ length: 200 }, (_, k) => 20 + 2 * k);
    const side = Int8Array.from({ length: 200 }, (_, k) => (k % 3 === 0 ? -1 : 1));
    const barriers = tripleBarrier(bars, { index, side }, atr, labels);
    const expected = metaLabels(bars, { index, side }, barriers, labels);
    const live = tracker();
    const seen = new Map<string, { at: number; outcome: Outcome }>();
    for (let i = 0; i < bars.length; i++) {
      for (const outcome of live.advance('A', bars.slice(Math.max(0, i - 100), i + 1))) {
        seen.set(outcome.signalId, { at: i, outcome });
      }
      const k = index.indexOf(i);
      if (k >= 0) live.open(openAt(`s${k}`, bars.tsEvent[i], atr[i], side[k] as Side));
    }
    expect(seen.size, 'every event ends in this much data').toBe(200);
    for (let k = 0; k < 200; k++) {
      const { at, outcome } = seen.get(`s${k}`) as { at: number; outcome: Outcome };
      expect(at, `event ${k} ends with the bar that decides it`).toBe(barriers.exit[k]);
      expect(outcome.label, `event ${k}`).toBe(expected.label[k]);
      expect(outcome.tradeReturn, `event ${k}`).toBe(expected.ret[k]);
      expect(outcome.exitTs).toBe(bars.tsEvent[at]);
    }
  });
});

/** The same bars, one minute missing after the 25th. */
function stretched(bars: BarSeries): BarSeries {
  const later = (i: number): bigint => (i > 24 ? MINUTE : 0n);
  return BarSeries.fromBars(
    Array.from(bars.close, (_, i) => ({ ...bars.bar(i), tsEvent: bars.tsEvent[i] + later(i) })),
  );
}

describe('what cannot be known is said to be so', () => {
  const bars = randomWalk(60, 5, { gaps: 0 });
  const entryTs = bars.tsEvent[20];

  test('a hole before the exit', () => {
    const live = tracker();
    live.open(openAt('s', entryTs, 1e6));
    const holed = stretched(bars);
    const [outcome] = live.advance('A', holed);
    expect(outcome.outcome).toBe('unresolvable');
    expect(outcome.label).toBeNull();
    expect(outcome.reason).toMatch(/missing/);
    expect(live.nOpen).toBe(0);
  });

  test('a hole after the exit is no concern', () => {
    const live = tracker();
    live.open(openAt('s', entryTs, 1e-9));
    const holed = stretched(bars);
    expect(live.advance('A', holed)[0].label).not.toBeNull();
  });

  test('a step as long as allowed is no hole', () => {
    const live = tracker();
    live.open(openAt('s', entryTs, 1e6, 1, 2n * MINUTE));
    expect(live.advance('A', stretched(bars))[0].outcome).toBe('vertical');
  });

  test('no range, no entry bar, too many open trades', () => {
    const live = tracker(1);
    live.open(openAt('flat', entryTs, 0));
    expect(live.advance('A', bars)[0].reason).toMatch(/no range/);
    live.open(openAt('gone', entryTs - 1n, 1));
    expect(live.advance('A', bars)[0].reason).toMatch(/no longer held/);
    live.open(openAt('first', bars.tsEvent[59], 1));
    const [givenUp] = live.open(openAt('second', bars.tsEvent[59], 1));
    expect([givenUp.signalId, givenUp.outcome]).toEqual(['first', 'unresolvable']);
    expect(live.nOpen).toBe(1);
  });
});

test('bars of another instrument decide nothing; a signal whose outcome is reported is followed no more', () => {
  const bars = randomWalk(60, 5);
  const live = tracker();
  live.open(openAt('s', bars.tsEvent[20], 0.1));
  expect(live.advance('B', bars)).toEqual([]);
  const reported = { label: 0, tradeReturn: -0.1, exitTs: null } as const;
  expect(live.report('s', reported)).toEqual({
    signalId: 's',
    instrumentId: 'A',
    modelVersion: 'm-1',
    confidence: 0.6,
    source: 'model',
    entryTs: bars.tsEvent[20],
    outcome: 'told',
    label: 0,
    tradeReturn: -0.1,
    exitTs: null,
    reason: null,
    resolvedMs: 7,
  });
  expect(live.report('s', reported), 'it is open no more').toBeNull();
  expect(live.advance('A', bars)).toEqual([]);
  expect(live.nOpen).toBe(0);
});
