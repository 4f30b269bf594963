import { describe, expect, test } from 'vitest';
import { randomWalk } from '../../test/support/random-walk.ts';
import type { Side } from '../domain/index.ts';
import { defineLabeler, givenLabeler, type Labeler } from '../labeling/index.ts';
import type { OpenSignal } from '../ports/index.ts';
import { OutcomeTracker } from './outcome-tracker.ts';

const bars = randomWalk(200, 5, { gaps: 0 });
const ENTRY = 120;

function tracker(labeler: Labeler): OutcomeTracker {
  return new OutcomeTracker({ labeler, fill: 'barrier', maxOpen: 10, nowMs: () => 7 });
}

function signal(signalId: string, change: Partial<OpenSignal['trade']> = {}, side: Side = 1): OpenSignal {
  const answer = { modelVersion: 'm-1', confidence: 0.6, source: 'model' } as const;
  const trade = {
    entryTs: bars.tsEvent[ENTRY],
    target: 1,
    maxStepNs: 60_000_000_000n,
    tickSize: null,
    costBps: 2,
    ...change,
  };
  return { signalId, instrumentId: 'A', barType: null, signal: side, ...answer, trade };
}

const horizon = defineLabeler({
  name: 'fixed_horizon_5',
  maxHoldingBars: 5,
  resolve: ({ close }, entry) =>
    entry + 5 < close.length ? { bar: entry + 5, price: close[entry + 5], kind: 'vertical' } : null,
});

describe('a labeler of a caller', () => {
  test.each([1, -1] as const)('ends a trade of side %i with the bar that decides it', (side) => {
    const live = tracker(horizon);
    live.open(signal('s', {}, side));
    expect(live.advance('A', bars.slice(40, ENTRY + 5))).toEqual([]);
    const [outcome] = live.advance('A', bars.slice(40, ENTRY + 6));
    const ret = side * (bars.close[ENTRY + 5] / bars.close[ENTRY] - 1);
    expect(outcome).toMatchObject({ outcome: 'vertical', tradeReturn: ret, label: ret > 0 ? 1 : 0, reason: null });
    expect(outcome.exitTs).toBe(bars.tsEvent[ENTRY + 5]);
  });

  test('that opens no trade says why', () => {
    const live = tracker(horizon);
    live.open(signal('s', { target: 0 }));
    expect(live.advance('A', bars)[0]).toMatchObject({
      outcome: 'unresolvable',
      label: null,
      reason: 'fixed_horizon_5 opens no trade there',
    });
  });

  test.each(['resolve', 'outcome'] as const)('that throws in %s ends the trade without an outcome', (method) => {
    const fault = (): never => {
      throw new Error('not today');
    };
    const live = tracker({ ...horizon, [method]: fault });
    live.open(signal('s'));
    const found = live.advance('A', bars);
    expect(found.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['unresolvable', 'the labeler failed: not today'],
    ]);
    expect(live.nOpen).toBe(0);
  });

  test('that has not ended a trade before a hole leaves it without an outcome', () => {
    const live = tracker(horizon);
    live.open(signal('s', { maxStepNs: 1n }));
    expect(live.advance('A', bars)[0].reason).toMatch(/bars are missing/);
  });
});

describe('given outcomes', () => {
  test('no bar, no hole and no bar let go ends a trade; a report does', () => {
    const live = tracker(givenLabeler());
    live.open(signal('s', { maxStepNs: 1n }));
    live.open(signal('without range', { target: 0 }));
    live.open(signal('long ago', { entryTs: 1n }));
    expect(live.advance('A', bars)).toEqual([]);
    expect(live.advanceOne('s', bars)).toEqual([]);
    expect(live.abandon('A')).toEqual([]);
    expect(live.nOpen).toBe(3);
    const told = { label: 1, tradeReturn: 0.02, exitTs: null } as const;
    expect(live.report('s', told)).toMatchObject({ outcome: 'told', ...told });
    expect(live.nOpen).toBe(2);
  });

  test('the oldest is given up when too many are open', () => {
    const live = new OutcomeTracker({ labeler: givenLabeler(), fill: 'barrier', maxOpen: 1, nowMs: () => 7 });
    live.open(signal('first'));
    expect(live.open(signal('second')).map(({ signalId }) => signalId)).toEqual(['first']);
  });
});
