import { describe, expect, test } from 'vitest';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { BarSeries } from '../../domain/index.ts';
import { averageTrueRange } from '../../math/index.ts';
import {
  BARRIER_KINDS,
  checkedLabeler,
  defineLabeler,
  EXIT_KINDS,
  type FillRule,
  givenLabeler,
  type Labeler,
  type LabelerDefinition,
  labelOneByOne,
  labelTrades,
  metaLabels,
  type TradeColumns,
  type TradeSide,
  tripleBarrier,
  tripleBarrierLabeler,
} from '../index.ts';

const OPTIONS = { ptMultiplier: 2, slMultiplier: 1, maxHoldingBars: 10, minReturn: 0.001 };
const ours = tripleBarrierLabeler(OPTIONS);

type Row = readonly [open: number, high: number, low: number, close: number];
const ENTRY: Row = [100, 100.5, 99.5, 100];

function series(...rows: readonly Row[]): BarSeries {
  return BarSeries.fromBars(
    rows.map(([open, high, low, close], i) => ({ open, high, low, close, volume: 1, tsEvent: BigInt(i) })),
  );
}

describe('rules of fills, by hand: entry at 100, target 1, so take-profit 102 and stop 99 for a buy', () => {
  const touched: readonly Row[] = [ENTRY, [100, 102.5, 98.5, 101], [101, 101, 97, 98], [98, 98, 98, 98]];
  const taken: readonly Row[] = [ENTRY, [100, 102.5, 99.5, 101], [101, 103, 100, 102.25]];
  const gapped: readonly Row[] = [ENTRY, [98, 103, 97, 102.5]];
  test.each<[FillRule, string, TradeSide, readonly Row[], object | null]>([
    ['barrier', 'fills at the stop', 1, touched, { bar: 1, price: 99, kind: 'stop_loss' }],
    ['worst', 'fills at the low of that bar', 1, touched, { bar: 1, price: 98.5, kind: 'stop_loss' }],
    ['close', 'waits for a close at or below it', 1, touched, { bar: 2, price: 98, kind: 'stop_loss' }],
    ['barrier', 'fills at the take-profit', 1, taken, { bar: 1, price: 102, kind: 'take_profit' }],
    ['worst', 'fills there too', 1, taken, { bar: 1, price: 102, kind: 'take_profit' }],
    ['close', 'waits for a close at or above it', 1, taken, { bar: 2, price: 102.25, kind: 'take_profit' }],
    ['barrier', 'fills at an open beyond the stop', 1, gapped, { bar: 1, price: 98, kind: 'stop_loss' }],
    ['worst', 'fills at the low also then', 1, gapped, { bar: 1, price: 97, kind: 'stop_loss' }],
    ['close', 'sees the close alone', 1, gapped, { bar: 1, price: 102.5, kind: 'take_profit' }],
    ['barrier', 'sells at 101', -1, taken, { bar: 1, price: 101, kind: 'stop_loss' }],
    ['worst', 'sells at the high', -1, taken, { bar: 1, price: 102.5, kind: 'stop_loss' }],
    ['close', 'stops a sell at a close of exactly its stop', -1, taken, { bar: 1, price: 101, kind: 'stop_loss' }],
    [
      'close',
      'takes a sell at a close of exactly its take-profit',
      -1,
      touched,
      { bar: 1, price: 101, kind: 'stop_loss' },
    ],
    ['close', 'is open while no close reaches a barrier', 1, touched.slice(0, 2), null],
  ])('%s: %s', (fill, _, side, rows, exit) => {
    expect(ours.resolve(series(...rows), 0, side, 1, fill)).toEqual(exit);
  });

  test('close takes a sell at a close of exactly its take-profit, and a buy at a close of exactly its stop', () => {
    const down = series(ENTRY, [100, 100, 97, 98]);
    expect(ours.resolve(down, 0, -1, 1, 'close')).toEqual({ bar: 1, price: 98, kind: 'take_profit' });
    const stop = series(ENTRY, [100, 100, 97, 99]);
    expect(ours.resolve(stop, 0, 1, 1, 'close')).toEqual({ bar: 1, price: 99, kind: 'stop_loss' });
    const take = series(ENTRY, [100, 102, 100, 102]);
    expect(ours.resolve(take, 0, 1, 1, 'close')).toEqual({ bar: 1, price: 102, kind: 'take_profit' });
  });

  test.each(['barrier', 'close', 'worst'] as const)('%s ends by time at the close of the last bar', (fill) => {
    const quiet = [100, 101, 99.5, 100.25] as const;
    const rows = [ENTRY, ...Array.from({ length: 10 }, () => quiet)];
    const end = { bar: 10, price: 100.25, kind: 'vertical' };
    expect(ours.resolve(series(...rows, quiet), 0, 1, 1, fill)).toEqual(end);
    expect(ours.resolve(series(...rows), 0, 1, 1, fill)).toEqual(end);
    expect(ours.resolve(series(...rows.slice(0, 10)), 0, 1, 1, fill)).toBeNull();
  });
});

describe('the triple barrier', () => {
  test('its prices, return and label are those of the definition, on either side', () => {
    const bars = series(ENTRY, [100, 102, 99.5, 101]);
    expect(ours.barriers(bars, 0, 1, 1)).toEqual({ takeProfit: 102, stopLoss: 99 });
    expect(ours.barriers(bars, 0, -1, 1)).toEqual({ takeProfit: 98, stopLoss: 101 });
    const paid = ours.outcome(bars, 0, 1, { bar: 1, price: 102, kind: 'take_profit' });
    expect(paid.ret, 'gross').toBeCloseTo(0.02, 15);
    expect(paid.label).toBe(1);
    expect(ours.outcome(bars, 0, -1, { bar: 1, price: 102, kind: 'stop_loss' }).label).toBe(0);
    expect([ours.labelOf(0.001), ours.labelOf(0.0010001)], 'equal is not above').toEqual([0, 1]);
  });

  test('the target is ATR(14) of the entry bar, the same for either side, and unknown before the 15th bar', () => {
    const bars = randomWalk(60, 4);
    const atr = averageTrueRange(bars);
    for (let i = 0; i < 60; i++) {
      expect(ours.open(bars, i, 1), `bar ${i}`).toBe(atr[i]);
      expect(ours.open(bars, i, -1)).toBe(atr[i]);
    }
    expect(ours.open(bars, 13, 1)).toBeNaN();
    expect(ours.open(bars, 14, 1)).toBeGreaterThan(0);
  });

  test('many events at once are the kernel over ATR, and one by one they are the same', () => {
    const bars = randomWalk(500, 7, { tick: 0.1 });
    const index = Int32Array.from({ length: 490 }, (_, k) => k + 10);
    const events = { index, side: Int8Array.from(index, (i) => (i % 3 === 0 ? -1 : 1)) };
    const barriers = tripleBarrier(bars, events, averageTrueRange(bars), OPTIONS);
    const many = labelTrades(ours, bars, events);
    expect(many).toEqual({ target: many.target, ...barriers, ...metaLabels(bars, events, barriers, OPTIONS) });
    for (const fill of ['barrier', 'close', 'worst'] as const) {
      expect(labelTrades(ours, bars, events, fill), fill).toEqual(labelOneByOne(ours, bars, events, fill));
    }
    expect(labelTrades(ours, bars, events, 'worst').exitPrice, 'fills differ').not.toEqual(many.exitPrice);
    expect(new Set(many.kind).size, 'every kind, open ones too').toBe(EXIT_KINDS.length + 1);
  });

  test('describes itself, and refuses what no barrier can be', () => {
    expect(ours).toMatchObject({ name: 'triple_barrier', isGiven: false, maxHoldingBars: 10 });
    expect(tripleBarrierLabeler({ ...OPTIONS, minReturn: -0.01 }).rule).toBe(
      'A trade takes profit at 2 and stops at 1 times the mean true range, and ends after 10 bars\n' +
        'at the latest. It paid when its return exceeded −1.00 %.',
    );
    expect(ours.noTargetReason).toBe('the window has no range, so no barrier can be set');
    expect(() => tripleBarrierLabeler({ ...OPTIONS, ptMultiplier: 0 })).toThrow(
      'ptMultiplier must be a finite number > 0',
    );
  });
});

describe('given outcomes', () => {
  const given = givenLabeler({ minReturn: 0.01 });
  const bars = randomWalk(60, 4);

  test('are measured in ATR, resolved by no bar, and labelled where only a return is reported', () => {
    expect(given).toMatchObject({ name: 'given', isGiven: true, maxHoldingBars: 0 });
    expect(given.rule).toBe('The outcomes of trades are reported from outside.');
    expect(given.noTargetReason).toBe('the window has no range, so its trade has no unit');
    expect(given.open(bars, 20, 1)).toBe(averageTrueRange(bars)[20]);
    expect(given.resolve(bars, 20, 1, 1)).toBeNull();
    expect(given.barriers(bars, 20, 1, 1)).toEqual({ takeProfit: null, stopLoss: null });
    expect([given.labelOf(0.01), given.labelOf(0.011), givenLabeler().labelOf(0.001)]).toEqual([0, 1, 1]);
    expect(given.outcome(bars, 20, 1, { bar: 21, price: 1, kind: 'vertical' })).toEqual({ ret: Number.NaN, label: 0 });
  });
});

const HORIZON: LabelerDefinition = {
  name: 'fixed_horizon_5',
  maxHoldingBars: 5,
  resolve: ({ close }, entry) =>
    entry + 5 < close.length ? { bar: entry + 5, price: close[entry + 5], kind: 'vertical' } : null,
};

describe('a labeler of your own', () => {
  const bars = randomWalk(60, 4);

  test('has defaults for all but its name, its length and its rule', () => {
    const labeler = defineLabeler({ ...HORIZON, minReturn: 0.002 });
    expect(labeler).toMatchObject({ name: 'fixed_horizon_5', isGiven: false, maxHoldingBars: 5 });
    expect(labeler.rule).toBe('Trades are labelled by fixed_horizon_5 and end after 5 bars at the latest.');
    expect(labeler.noTargetReason).toBe('fixed_horizon_5 opens no trade there');
    expect(labeler.open(bars, 3, 1)).toBe(1);
    expect(labeler.barriers(bars, 3, 1, 1)).toEqual({ takeProfit: null, stopLoss: null });
    const exit = labeler.resolve(bars, 3, 1, 1);
    expect(exit).toEqual({ bar: 8, price: bars.close[8], kind: 'vertical' });
    const { ret } = labeler.outcome(bars, 3, -1, { bar: 8, price: bars.close[8], kind: 'vertical' });
    expect(ret).toBeCloseTo(1 - bars.close[8] / bars.close[3], 15);
    expect([labeler.labelOf(0.002), labeler.labelOf(0.0021), defineLabeler(HORIZON).labelOf(0.001)]).toEqual([0, 1, 1]);
    expect(defineLabeler({ ...HORIZON, rule: 'Mine.' }).rule).toBe('Mine.');
  });

  test('is checked once', () => {
    const labeler = defineLabeler(HORIZON);
    expect(checkedLabeler(labeler)).toBe(labeler);
  });

  test('labels events one by one, and those it does not open have no label', () => {
    const labeler = defineLabeler({ ...HORIZON, open: (_, entry) => (entry === 10 ? Number.NaN : 2) });
    const events = { index: Int32Array.of(8, 10, 58), side: Int8Array.of(1, 1, -1) };
    const trades = labelTrades(labeler, bars, events);
    expect([...trades.target]).toEqual([2, Number.NaN, 2]);
    expect([...trades.exit], 'not opened, and open at the end').toEqual([13, -1, -1]);
    expect([...trades.exitPrice]).toEqual([bars.close[13], Number.NaN, Number.NaN]);
    expect([...trades.kind].map((kind) => BARRIER_KINDS[kind])).toEqual(['vertical', 'unresolved', 'unresolved']);
    expect([...trades.ret]).toEqual([bars.close[13] / bars.close[8] - 1, Number.NaN, Number.NaN]);
    expect([...trades.label]).toEqual([bars.close[13] > bars.close[8] ? 1 : 0, 0, 0]);
  });

  test.each<[string, Partial<LabelerDefinition>, string]>([
    ['a name with a space', { name: 'my labeler' }, 'the name of a labeler must be a letter and up to 63 letters'],
    ['a name of 65 characters', { name: 'a'.repeat(65) }, 'the name of a labeler must be'],
    ['a name that begins with a digit', { name: '5bars' }, 'the name of a labeler must be'],
    [
      'no bars',
      { maxHoldingBars: 0 },
      'maxHoldingBars of labeler fixed_horizon_5 must be an integer in [1, 10000], was 0',
    ],
    ['too many bars', { maxHoldingBars: 10_001 }, 'must be an integer in [1, 10000], was 10001'],
    ['half a bar', { maxHoldingBars: 1.5 }, 'must be an integer in [1, 10000], was 1.5'],
    ['no least return', { minReturn: Number.NaN }, 'minReturn must be a finite number, was NaN'],
    [
      'no rule',
      { resolve: undefined as unknown as Labeler['resolve'] },
      'resolve of labeler fixed_horizon_5 must be a function',
    ],
  ])('with %s is refused', (_, change, sentence) => {
    expect(() => defineLabeler({ ...HORIZON, ...change })).toThrow(sentence);
  });

  test('with a field that nobody reads is refused, with the nearest one; those of a labeler may come along', () => {
    const misspelt = { ...HORIZON, maxHolding: 3 };
    const sentence = 'maxHolding must be a field of a labeler (did you mean maxHoldingBars?); its value is not shown';
    expect(() => defineLabeler(misspelt)).toThrow(sentence);
    expect(defineLabeler({ ...ours, name: 'renamed' }).labelOf(1)).toBe(1);
  });

  test('that takes costs off its returns is refused, with what to do', () => {
    const sentence =
      'costBps of a labeler must be left out: returns are gross, and labels.cost_bps in the settings says what a round trip costs, was 2';
    const old = { ...HORIZON, costBps: 2 };
    expect(() => defineLabeler(old)).toThrow(sentence);
    const whole: Labeler & { readonly costBps: number } = { ...ours, name: 'mine', costBps: 2 };
    expect(() => checkedLabeler(whole)).toThrow(sentence);
  });

  test('live, with no bar after the entry, can end no trade', () => {
    const early = defineLabeler({ ...HORIZON, resolve: () => ({ bar: 58, price: 100, kind: 'vertical' }) });
    expect(() => early.resolve(bars, 59, 1, 1)).toThrow(
      'the exit bar of labeler fixed_horizon_5 must be after the entry (bar 59), or the exit null while no later bar is there, was 58',
    );
  });

  test('has its loop over many events checked as every trade', () => {
    const { labelEvents = () => expect.unreachable() } = ours;
    const events = { index: Int32Array.of(20, 30), side: Int8Array.of(1, -1) };
    const broken = (change: Partial<TradeColumns>): (() => unknown) => {
      const labeler: Labeler = {
        ...ours,
        name: 'mine',
        labelEvents: (...given) => ({ ...labelEvents(...given), ...change }),
      };
      return () => labelTrades(checkedLabeler(labeler), bars, events);
    };
    expect(broken({})()).toEqual(labelTrades(ours, bars, events));
    const open = {
      exit: Int32Array.of(25, -1),
      exitPrice: Float64Array.of(100, Number.NaN),
      kind: Uint8Array.of(1, 0),
    };
    const unended = { ...open, ret: Float64Array.of(0.01, Number.NaN) };
    expect(broken(unended)(), 'a trade may still be open').toMatchObject(unended);
    const exit = (...values: number[]) => broken({ exit: Int32Array.from(values) });
    expect(exit(25, 61), 'beyond the bars').toThrow(
      'the exit bar of labeler mine must be an integer in [31, 40], was 61',
    );
    expect(exit(25, 30), 'at its entry').toThrow('must be an integer in [31, 40], was 30');
    expect(exit(25, -2), 'nowhere').toThrow('must be an integer in [31, 40], was -2');
    expect(exit(25)).toThrow('exit of labelEvents of labeler mine must be 2 numbers');
    expect(broken({ exitPrice: Float64Array.of(0, 1) })).toThrow('the exit price of labeler mine');
    expect(broken({ kind: Uint8Array.of(0, 1) })).toThrow('the exit kind of labeler mine');
    expect(broken({ ret: Float64Array.of(Number.NaN, 1) })).toThrow('the return of labeler mine');
    expect(broken({ label: Uint8Array.of(2, 0) })).toThrow('the label of labeler mine must be 0 or 1, was 2');
  });

  test.each([1, 10_000])('may hold for %i bars', (maxHoldingBars) => {
    expect(defineLabeler({ ...HORIZON, name: 'a'.repeat(64), maxHoldingBars }).maxHoldingBars).toBe(maxHoldingBars);
  });

  const exit = { bar: 8, price: 100, kind: 'vertical' } as const;
  test.each<[string, object, string]>([
    [
      'at its entry',
      { ...exit, bar: 3 },
      'the exit bar of labeler fixed_horizon_5 must be an integer in [4, 8], was 3',
    ],
    ['beyond its length', { ...exit, bar: 9 }, 'must be an integer in [4, 8], was 9'],
    ['at half a bar', { ...exit, bar: 4.5 }, 'must be an integer in [4, 8], was 4.5'],
    [
      'at no price',
      { ...exit, price: 0 },
      'the exit price of labeler fixed_horizon_5 must be a finite number > 0, was 0',
    ],
    ['at an endless price', { ...exit, price: Infinity }, 'must be a finite number > 0, was Infinity'],
    [
      'of no kind',
      { ...exit, kind: 'told' },
      'the exit kind of labeler fixed_horizon_5 must be one of take_profit, stop_loss, vertical',
    ],
  ])('that ends a trade %s is refused', (_, wrong, sentence) => {
    const labeler = defineLabeler({ ...HORIZON, resolve: () => wrong as ReturnType<Labeler['resolve']> });
    expect(() => labeler.resolve(bars, 3, 1, 1)).toThrow(sentence);
  });

  test('may not end a trade after the last bar; at its first and last bar it may', () => {
    const at = (bar: number): Labeler => defineLabeler({ ...HORIZON, resolve: () => ({ ...exit, bar }) });
    expect(() => at(60).resolve(bars, 58, 1, 1)).toThrow('must be an integer in [59, 59], was 60');
    expect(at(59).resolve(bars, 58, 1, 1)?.bar).toBe(59);
    expect(at(8).resolve(bars, 3, 1, 1)?.bar).toBe(8);
  });

  test.each([-1, Infinity, '1'])('with the target %s is refused', (target) => {
    const labeler = defineLabeler({ ...HORIZON, open: () => target as number });
    expect(() => labeler.open(bars, 3, 1)).toThrow(
      'the target of labeler fixed_horizon_5 must be a finite number > 0, or NaN',
    );
  });

  test('with a return or a label that is none is refused', () => {
    const checked = (change: Partial<Labeler>): Labeler => checkedLabeler({ ...ours, name: 'mine', ...change });
    const none = checked({ outcome: () => ({ ret: Number.NaN, label: 0 }) });
    expect(() => none.outcome(bars, 3, 1, exit)).toThrow('the return of labeler mine must be a finite number, was NaN');
    const half = checked({ outcome: () => ({ ret: 0, label: 0.5 as 0 }), labelOf: () => 2 as 0 });
    expect(() => half.outcome(bars, 3, 1, exit)).toThrow('the label of labeler mine must be 0 or 1, was 0.5');
    expect(() => half.labelOf(0)).toThrow('the label of labeler mine must be 0 or 1, was 2');
  });

  test('with a barrier at no price is refused; without one it is not', () => {
    const at = (takeProfit: number | null, stopLoss: number | null): Labeler =>
      defineLabeler({ ...HORIZON, barriers: () => ({ takeProfit, stopLoss }) });
    const sentence = 'a barrier of labeler fixed_horizon_5 must be a finite number, or null for none, was NaN';
    expect(() => at(Number.NaN, 1).barriers(bars, 3, 1, 1)).toThrow(sentence);
    expect(() => at(1, Number.NaN).barriers(bars, 3, 1, 1)).toThrow(sentence);
    expect(at(null, 1).barriers(bars, 3, 1, 1)).toEqual({ takeProfit: null, stopLoss: 1 });
  });

  test('keeps its own loop over events, bound to itself', () => {
    const mine: Labeler = {
      ...ours,
      name: 'mine',
      labelEvents(...input) {
        expect(this.name).toBe('mine');
        return labelOneByOne(this, ...input);
      },
    };
    const checked = checkedLabeler(mine);
    const events = { index: Int32Array.of(20), side: Int8Array.of(1) };
    expect(labelTrades(checked, bars, events)).toEqual(labelTrades(ours, bars, events));
  });
});

test('a target of 0 opens no trade, and is no fault of the labeler', () => {
  const none = defineLabeler({ name: 'none', maxHoldingBars: 1, open: () => 0, resolve: () => null });
  expect(none.open(randomWalk(3, 1), 1, 1)).toBe(0);
});
