import { describe, expect, test } from 'vitest';
import { randomWalk } from '../../test/support/random-walk.ts';
import { OrchestratorConfig } from '../config/index.ts';
import { BarSeries, type FillRule, type Outcome, type Side } from '../domain/index.ts';
import { averageTrueRange } from '../features/index.ts';
import { type Labeler, metaLabels, tripleBarrier, tripleBarrierLabeler } from '../labeling/index.ts';
import type { OpenSignal } from '../ports/index.ts';
import { OutcomeTracker } from './outcome-tracker.ts';

const { labels } = OrchestratorConfig();
const labeler = tripleBarrierLabeler(labels);
const MINUTE = 60_000_000_000n;
const COST_BPS = 3;

function openAt(signalId: string, entryTs: bigint, target: number, signal: Side = 1, maxStepNs = MINUTE): OpenSignal {
  const said = { modelVersion: 'm-1', confidence: 0.6, source: 'model' } as const;
  const trade = { entryTs, target, maxStepNs, tickSize: null, costBps: COST_BPS };
  return { signalId, instrumentId: 'A', barType: null, signal, ...said, trade };
}

function tracker(maxOpen = 1000, fill: FillRule = 'barrier'): OutcomeTracker {
  return new OutcomeTracker({ labeler, fill, maxOpen, nowMs: () => 7 });
}

describe('outcomes are those of training, as soon as both sides have ended and not before', () => {
  test.each([
    [1, 'barrier'],
    [2, 'close'],
    [3, 'worst'],
  ] as const)('bar by bar on a random walk with gaps, seed %i, fill %s', (seed, fill) => {
    const bars = randomWalk(600, seed, { gaps: 0.1, tick: 0.1 });
    const atr = averageTrueRange(bars);
    const index = Int32Array.from({ length: 200 }, (_, k) => 20 + 2 * k);
    const side = Int8Array.from({ length: 200 }, (_, k) => (k % 3 === 0 ? -1 : 1));
    const other = { index, side: side.map((each) => -each) };
    const ends = tripleBarrier(bars, { index, side }, atr, labels, fill);
    const otherEnds = tripleBarrier(bars, other, atr, labels, fill);
    const expected = metaLabels(bars, { index, side }, ends, labels);
    const live = tracker(1000, fill);
    const seen = new Map<string, { at: number; outcome: Outcome }>();
    for (let i = 0; i < bars.length; i++) {
      for (const outcome of live.advance('A', bars.slice(Math.max(0, i - 100), i + 1))) {
        seen.set(outcome.signalId, { at: i, outcome });
      }
      const k = index.indexOf(i);
      if (k >= 0) live.open(openAt(`s${k}`, bars.tsEvent[i], atr[i], side[k] as Side));
    }
    expect(seen.size, 'every event ends in this much data').toBe(200);
    let nLater = 0;
    for (let k = 0; k < 200; k++) {
      const { at, outcome } = seen.get(`s${k}`) as { at: number; outcome: Outcome };
      const entry = bars.close[index[k]];
      const own = side[k] * (ends.exitPrice[k] / entry - 1);
      const reversed = -side[k] * (otherEnds.exitPrice[k] / entry - 1);
      expect(at, `event ${k} is known with the bar that ends the later side`).toBe(
        Math.max(ends.exit[k], otherEnds.exit[k]),
      );
      expect(outcome, `event ${k}`).toMatchObject({
        label: expected.label[k],
        tradeReturn: own,
        isNet: false,
        costBps: COST_BPS,
        coin: (own + reversed) / 2,
        excess: (own - reversed) / 2,
        exitTs: bars.tsEvent[ends.exit[k]],
      });
      if (otherEnds.exit[k] > ends.exit[k]) nLater++;
    }
    expect(nLater, 'some wait for the other side').toBeGreaterThan(30);
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
    barType: null,
    modelVersion: 'm-1',
    confidence: 0.6,
    source: 'model',
    entryTs: bars.tsEvent[20],
    outcome: 'told',
    label: 0,
    tradeReturn: -0.1,
    isNet: false,
    costBps: COST_BPS,
    coin: null,
    excess: null,
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
      barType: null,
      modelVersion: 'm-1',
      confidence: 0.6,
      source: 'model',
      entryTs: at(20),
      outcome: 'unresolvable',
      label: null,
      tradeReturn: null,
      isNet: false,
      costBps: COST_BPS,
      coin: null,
      excess: null,
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

describe('the other side', () => {
  /** Bars that close at these prices, a minute apart, the first for as long as ATR(14) needs. */
  function closing(...prices: readonly number[]): BarSeries {
    const closes = [...Array.from({ length: 20 }, () => 100), ...prices];
    return BarSeries.fromBars(
      closes.map((close, i) => {
        const open = closes[Math.max(0, i - 1)];
        const [high, low] = [Math.max(open, close) + 0.5, Math.min(open, close) - 0.5];
        return { open, high, low, close, volume: 1, tsEvent: BigInt(i) * MINUTE };
      }),
    );
  }

  // ATR is 1 at the entry: a buy takes profit at 102, a sell stops at 101 and would take profit at 98.
  const ENTRY = 19n * MINUTE;
  const rising = closing(100.2, 101.2, 102.2, 103, 103.4, 103, 103, 103, 103, 103, 103);

  test('ends first: the outcome waits for the own side', () => {
    const live = tracker();
    live.open(openAt('s', ENTRY, 1));
    expect(live.advance('A', rising.slice(0, 22)), 'the sell was stopped in bar 21').toEqual([]);
    const [outcome] = live.advance('A', rising.slice(0, 23));
    expect(outcome).toMatchObject({ outcome: 'take_profit', label: 1, exitTs: 22n * MINUTE });
    expect(outcome.tradeReturn).toBeCloseTo(0.02, 12);
    expect(outcome.coin, '(0.02 − 0.01) / 2').toBeCloseTo(0.005, 12);
    expect(outcome.excess, '(0.02 + 0.01) / 2').toBeCloseTo(0.015, 12);
  });

  test('ends last: the outcome waits for it, and says when its own side ended', () => {
    const live = tracker();
    live.open(openAt('s', ENTRY, 1, -1));
    expect(live.advance('A', rising.slice(0, 22))).toEqual([]);
    expect([live.nOpen, live.isTrading('s')], 'it is followed, and trades no more').toEqual([1, false]);
    const [outcome] = live.advance('A', rising.slice(0, 23));
    expect(outcome).toMatchObject({ outcome: 'stop_loss', label: 0, exitTs: 21n * MINUTE });
    expect(outcome.tradeReturn).toBeCloseTo(-0.01, 12);
    expect(outcome.coin).toBeCloseTo(0.005, 12);
    expect(outcome.excess).toBeCloseTo(-0.015, 12);
  });

  const WAITING = { outcome: 'stop_loss', label: 0, exitTs: 21n * MINUTE, reason: null, coin: null, excess: null };
  /** A sell that was stopped, its buy still open. */
  function waiting(maxOpen = 1000, options: Partial<Labeler> = {}): OutcomeTracker {
    const { fill, nowMs } = { fill: 'barrier', nowMs: () => 7 } as const;
    const live = new OutcomeTracker({ labeler: { ...labeler, ...options }, fill, maxOpen, nowMs });
    live.open(openAt('s', ENTRY, 1, -1));
    expect(live.advance('A', rising.slice(0, 22))).toEqual([]);
    return live;
  }

  test.each<[string, () => Outcome[]]>([
    [
      'bars are missing after the own end',
      () => {
        const holed = Array.from({ length: 23 }, (_, i) => ({
          ...rising.bar(i),
          tsEvent: BigInt(i < 22 ? i : i + 5) * MINUTE,
        }));
        return waiting().advance('A', BarSeries.fromBars(holed));
      },
    ],
    ['the bars are let go', () => waiting().abandon('A')],
    ['the bar of entry is held no more', () => waiting().advance('A', rising.slice(20, 22))],
    ['it is given up', () => waiting(1).open(openAt('t', ENTRY, 1))],
    [
      'the labeler fails for it',
      () => {
        const resolve: Labeler['resolve'] = (bars, entry, side, ...rest) => {
          if (side === 1 && bars.length > 22) throw new Error('not today');
          return labeler.resolve(bars, entry, side, ...rest);
        };
        return waiting(10, { resolve }).advance('A', rising.slice(0, 23));
      },
    ],
    [
      'it can open no trade',
      () => {
        const open: Labeler['open'] = (bars, entry, side) =>
          side === 1 ? Number.NaN : labeler.open(bars, entry, side);
        const live = new OutcomeTracker({ labeler: { ...labeler, open }, fill: 'barrier', maxOpen: 9, nowMs: () => 7 });
        live.open(openAt('s', ENTRY, 1, -1));
        return live.advance('A', rising.slice(0, 22));
      },
    ],
  ])('never ends, for %s: the result of the own side stands, without a coin', (_, end) => {
    const [outcome, ...others] = end();
    expect(others).toEqual([]);
    expect(outcome).toMatchObject(WAITING);
    expect(outcome.tradeReturn).toBeCloseTo(-0.01, 12);
  });

  test('is followed from the bars alone: a process that begins between the two ends comes to the same', () => {
    const [expected] = waiting().advance('A', rising.slice(0, 23));
    const again = tracker();
    again.open(openAt('s', ENTRY, 1, -1));
    expect(again.advance('A', rising.slice(0, 22))).toEqual([]);
    expect(again.advance('A', rising.slice(0, 23))).toEqual([expected]);
  });

  test('may be ended by a report, which has no coin', () => {
    const told = { label: 1, tradeReturn: 0.5, exitTs: null } as const;
    expect(waiting().report('s', told)).toMatchObject({ outcome: 'told', ...told, coin: null, excess: null });
  });
});

test('a trade keeps the barriers of the terms it was opened with', () => {
  const bars = randomWalk(60, 5, { gaps: 0 });
  const asked: unknown[] = [];
  const live = new OutcomeTracker({
    labeler,
    labelerFor: ({ tickSize, costBps }) => {
      asked.push([tickSize, costBps]);
      return tripleBarrierLabeler({ ...labels, tickSize });
    },
    fill: 'barrier',
    maxOpen: 10,
    nowMs: () => 7,
  });
  const signal = openAt('s', bars.tsEvent[20], averageTrueRange(bars)[20]);
  live.open({ ...signal, trade: { ...signal.trade, tickSize: 25 } });
  const [outcome] = live.advance('A', bars);
  expect(outcome.outcome, 'no price goes 25 away').toBe('vertical');
  expect(new Set(asked.map(String))).toEqual(new Set([`25,${COST_BPS}`]));
});
