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

describe('open trades', () => {
  const bars = randomWalk(80, 6, { gaps: 0 });
  const at = (bar: number): bigint => bars.tsEvent[bar];
  const far = 1e6; // barriers that no price reaches

  function openFour(): OutcomeTracker {
    const live = tracker();
    live.open(openAt('a', at(20), far));
    live.open(openAt('b', at(20), far));
    live.open(openAt('c', at(30), far));
    live.open({ ...openAt('d', at(20), far), instrumentId: 'B' });
    return live;
  }

  test('are counted by instrument and by time of entry, and forgotten with the last one', () => {
    const live = openFour();
    const { instrumentId, trade } = live.find('c') ?? openAt('none', 0n, 0);
    expect([instrumentId, trade.entryTs]).toEqual(['A', at(30)]);
    expect([live.nOpen, live.find('e')]).toEqual([4, null]);
    expect([live.entriesOf('A'), live.entriesOf('B'), live.entriesOf('C')]).toEqual([[at(20), at(30)], [at(20)], []]);
    const counts = (): number[] => [live.countAt('A', at(20)), live.countAt('A', at(30)), live.countAt('B', at(20))];
    expect(counts()).toEqual([2, 1, 1]);
    expect([live.countAt('A', at(21)), live.countAt('C', at(20))]).toEqual([0, 0]);
    const end = { label: 1, tradeReturn: 0.1, exitTs: at(25) } as const;
    live.report('a', end);
    expect([counts(), live.entriesOf('A')]).toEqual([
      [1, 1, 1],
      [at(20), at(30)],
    ]);
    live.report('b', end);
    expect([counts(), live.entriesOf('A')]).toEqual([[0, 1, 1], [at(30)]]);
    live.report('c', end);
    expect([live.entriesOf('A'), live.entriesOf('B'), live.nOpen]).toEqual([[], [at(20)], 1]);
    live.open(openAt('a', at(20), far));
    expect(counts(), 'the same again').toEqual([1, 0, 1]);
  });

  test('of other times of entry stay open, as do those that the bars do not decide', () => {
    const live = openFour();
    expect(live.advance('A', bars, [at(30)]).map(({ signalId }) => signalId)).toEqual(['c']);
    expect(live.advance('A', bars, [at(33)])).toEqual([]);
    expect(live.advance('A', bars.slice(0, 25)), 'the vertical barrier is not reached').toEqual([]);
    expect(live.advance('A', bars).map(({ signalId }) => signalId)).toEqual(['a', 'b']);
    expect(live.nOpen).toBe(1);
  });

  test('one alone is advanced as all would be', () => {
    const live = openFour();
    expect(live.advanceOne('e', bars), 'unknown').toEqual([]);
    expect(live.advanceOne('b', bars.slice(0, 25)), 'not decided').toEqual([]);
    const [outcome, ...others] = live.advanceOne('b', bars);
    expect(others).toEqual([]);
    expect([live.find('b'), live.nOpen, live.countAt('A', at(20))]).toEqual([null, 3, 1]);
    const [first] = live.advance('A', bars, [at(20)]);
    expect(outcome).toEqual({ ...first, signalId: 'b' });
    expect(outcome).toMatchObject({ outcome: 'vertical', entryTs: at(20), exitTs: at(20 + labels.maxHoldingBars) });
  });

  test('of an instrument whose bars are let go end without a label', () => {
    const live = openFour();
    expect(live.abandon('C')).toEqual([]);
    const ended = live.abandon('A');
    expect(ended.map(({ signalId }) => signalId)).toEqual(['a', 'b', 'c']);
    expect(ended[0]).toEqual({
      signalId: 'a',
      instrumentId: 'A',
      modelVersion: 'm-1',
      confidence: 0.6,
      source: 'model',
      entryTs: at(20),
      outcome: 'unresolvable',
      label: null,
      tradeReturn: null,
      exitTs: null,
      reason: 'the bar of its entry is no longer held',
      resolvedMs: 7,
    });
    expect([live.nOpen, live.entriesOf('B')]).toEqual([1, [at(20)]]);
  });

  test('more than may be followed: the oldest are given up, as many as there are too many', () => {
    const live = tracker(2);
    expect([live.open(openAt('a', at(20), far)), live.open(openAt('b', at(10), far))]).toEqual([[], []]);
    const [oldest, ...others] = live.open(openAt('c', at(5), far));
    expect([oldest.signalId, oldest.reason, others]).toEqual(['a', 'more trades are open than may be followed', []]);
    expect(['a', 'b', 'c'].map((id) => live.find(id)?.signalId ?? null)).toEqual([null, 'b', 'c']);
  });
});

test('every hole before the exit counts, the first bar after the entry included, and those before the entry do not', () => {
  const bars = randomWalk(60, 5, { gaps: 0 });
  const holedAt = (hole: number): BarSeries =>
    BarSeries.fromBars(
      Array.from(bars.close, (_, i) => ({ ...bars.bar(i), tsEvent: bars.tsEvent[i] + (i >= hole ? MINUTE : 0n) })),
    );
  const endOf = (hole: number): string => {
    const series = holedAt(hole);
    const live = tracker();
    live.open(openAt('s', series.tsEvent[20], 1e6));
    return live.advance('A', series)[0].outcome;
  };
  const vertical = 20 + labels.maxHoldingBars;
  expect([20, 21, vertical, vertical + 1].map(endOf)).toEqual(['vertical', 'unresolvable', 'unresolvable', 'vertical']);
});

test('a hole before the entry hides no exit that came before a hole after it', () => {
  const bars = randomWalk(60, 5, { gaps: 0 });
  const shift = (i: number): bigint => (i >= 25 ? 2n : i >= 20 ? 1n : 0n) * MINUTE;
  const holed = BarSeries.fromBars(
    Array.from(bars.close, (_, i) => ({ ...bars.bar(i), tsEvent: bars.tsEvent[i] + shift(i) })),
  );
  const live = tracker();
  live.open(openAt('s', holed.tsEvent[20], 1e-9));
  expect(live.advance('A', holed)[0]).toMatchObject({ exitTs: holed.tsEvent[21], reason: null });
});
