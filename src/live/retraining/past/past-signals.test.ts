import { describe, expect, test } from 'vitest';
import { randomWalk } from '../../../../test/support/random-walk.ts';
import type { Outcome, Side } from '../../../domain/index.ts';
import { type PastTrade, type ToldEnd, toldEnd } from '../../../ports/index.ts';
import { firstBars, pastSignals } from './past-signals.ts';
import { checkEnoughTold, toldText } from './told-outcomes.ts';

const bars = randomWalk(300, 5, { gaps: 0 });
const at = (bar: number): bigint => bars.tsEvent[bar];

function trade(bar: number, told: Partial<ToldEnd> | null = null, signal: Side = 1, strength = 1): PastTrade {
  const end = told && { label: 1 as const, tradeReturn: 0.01, exitTs: at(bar + 5), toldMs: 0, ...told };
  return { entryTs: at(bar), signal, strength, columnValues: null, told: end };
}

const of = (signals: readonly PastTrade[], isGiven: boolean) => pastSignals({ bars, signals }, [], isGiven);

describe('a reported outcome', () => {
  test('is a trade from its entry to the first bar at or after its exit', () => {
    const between = at(127) - 1n;
    const { told } = of(
      [trade(120, { exitTs: at(125) }), trade(110, { exitTs: between, label: 0, tradeReturn: -2 }, -1)],
      true,
    );
    expect(told).toEqual({
      index: Int32Array.of(110, 120),
      exit: Int32Array.of(127, 125),
      side: Int8Array.of(-1, 1),
      label: Uint8Array.of(0, 1),
      ret: Float64Array.of(-2, 0.01),
    });
  });

  test('without an exit ends when it was reported, which is when it was known', () => {
    const toldMs = Number(at(140) / 1_000_000n);
    expect([...(of([trade(120, { exitTs: null, toldMs })], true).told?.exit ?? [])]).toEqual([140]);
    expect([...(of([trade(120, { exitTs: null, toldMs: toldMs + 1 })], true).told?.exit ?? [])]).toEqual([141]);
  });

  test('ends after its entry, whatever was reported', () => {
    expect([...(of([trade(120, { exitTs: at(100) })], true).told?.exit ?? [])]).toEqual([121]);
  });

  test.each([true, false])(
    'without a return, or an end that a bar has reached, teaches nothing and is counted (given: %s)',
    (isGiven) => {
      const late = at(299) + 1n;
      const { told, side, unused } = of(
        [trade(120, { tradeReturn: null }), trade(130, { exitTs: late }), trade(140, {}), trade(50, {})],
        isGiven,
      );
      expect(unused).toEqual({ nWithoutReturn: 1, nAfterBars: 1 });
      expect([...(told?.index ?? [])]).toEqual([140]);
      expect(
        [120, 130, 140, 50].map((bar) => side[bar]),
        'nor does a labeler judge them',
      ).toEqual([0, 0, 1, 0]);
    },
  );
});

test('of several signals of a bar the last one counts; where outcomes are given, the last with one', () => {
  const signals = [trade(120, { label: 0 }, -1, 0.5), trade(120, null, 1), trade(130, null, -1)];
  const resolved = of(signals, false);
  expect([resolved.side[120], resolved.side[130], resolved.told]).toEqual([1, -1, null]);
  const given = pastSignals({ bars, signals }, ['signal_strength'], true);
  expect([given.side[120], given.side[130]]).toEqual([-1, 0]);
  expect(given.told).toMatchObject({ side: Int8Array.of(-1), label: Uint8Array.of(0) });
  expect(given.sent.get('signal_strength')?.[120], 'its columns are those of the same signal').toBe(0.5);
});

test('the first bars have no trade that ends after them, and no signal of one', () => {
  const whole = of([trade(120, {}), trade(128, {}), trade(129), trade(140, {})], false);
  const first = firstBars(whole, 131);
  expect([first.bars.length, first.side.length]).toEqual([131, 131]);
  expect([...(first.told?.index ?? [])]).toEqual([120]);
  expect([120, 128, 129].map((bar) => first.side[bar])).toEqual([1, 0, 1]);
  expect(firstBars(of([trade(129)], false), 131).side[129]).toBe(1);
  expect([...(whole.told?.index ?? [])], 'the whole stays').toEqual([120, 128, 140]);
});

test('what a record says of an outcome', () => {
  const outcome = {
    outcome: 'told',
    label: 1,
    tradeReturn: 0.002,
    isNet: false,
    costBps: 5,
    exitTs: 3n,
    resolvedMs: 9,
  } as const;
  const told = { label: 1, tradeReturn: 0.002, exitTs: 3n, toldMs: 9 };
  expect(toldEnd(outcome)).toEqual(told);
  expect(toldEnd({ ...outcome, isNet: true })?.tradeReturn, 'of 0.1: the cost is put back').toBeCloseTo(0.0025, 15);
  const others: Parameters<typeof toldEnd>[0][] = [
    null,
    { ...outcome, outcome: 'vertical' },
    { ...outcome, label: null },
  ];
  expect(others.map((other) => toldEnd(other as Outcome))).toEqual([null, null, null]);
});

describe('what is said', () => {
  const config = { training: { minTrainingSamples: 3 } };
  const unused = { nWithoutReturn: 0, nAfterBars: 0 };
  const kinds = (...kind: number[]) => ({ kind: Uint8Array.from(kind) });

  test('of a training of reported outcomes: the coin is unknown, and timing not judged', () => {
    expect(toldText(kinds(4, 4, 4), { isGiven: true, unused: { nWithoutReturn: 1200, nAfterBars: 1 }, config })).toBe(
      ' (with reported outcomes: what the other side would have earned is unknown (coin: unknown), so their timing is not judged; 1,201 reported outcomes left out: 1,200 without a return, 1 whose exit no bar has reached (without ts_exit, the report counts))',
    );
  });

  test('of some among others; and the remedy where too few others are left', () => {
    const few = toldText(kinds(4, 1, 2), { isGiven: false, unused, config });
    expect(few).toContain('1 reported outcome among them teach and are not judged');
    expect(few).toContain('set labels.kind to given');
    expect(toldText(kinds(4, 1, 2, 3), { isGiven: false, unused, config })).not.toContain('labels.kind');
    expect(toldText(kinds(1, 2, 3), { isGiven: false, unused, config })).toBe('');
  });

  test('where there are too few to learn from', () => {
    const past = of([trade(120, {}), trade(130, { tradeReturn: null })], true);
    expect(() => checkEnoughTold(past, past.unused, 2)).toThrow(
      'labels.kind is given: a retraining needs at least 2 reported outcomes, the journal has 1, with 1 reported outcome left out: 1 without a return; report more of them, with return and ts_exit (POST /v1/outcomes)',
    );
    expect(() => checkEnoughTold(past, past.unused, 1)).not.toThrow();
    expect(() => checkEnoughTold(of([], true), unused, 100)).toThrow(
      'at least 100 reported outcomes, the journal has 0; report',
    );
  });
});
