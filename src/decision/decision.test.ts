import { describe, expect, test } from 'vitest';
import { expected } from '../../test/golden/claims/expected.ts';
import { Rng } from '../core/index.ts';
import { pick } from '../math/index.ts';
import {
  breakEven,
  type EventPayoff,
  expectedReturn,
  fitKeeping,
  fitPayoffs,
  type Keeping,
  type PayoffRows,
  payoffAt,
  promisedReturn,
} from './index.ts';

const { decision: golden } = expected;
const GOLDEN_ROWS: PayoffRows = {
  instrument: Int32Array.from(golden.instrument),
  volatility: Float64Array.from(golden.volatility),
  label: Uint8Array.from(golden.label),
  ret: Float64Array.from(golden.ret),
  otherRet: Float64Array.from(golden.other_ret),
  risk: Float64Array.from(golden.risk),
};
const KEPT: Keeping = { alpha: 0, beta: 1, n: 1000 };

/** Trades of one volatility: `n` of them, the first `nWins` won. */
function rowsOf(n: number, nWins: number, change: Partial<PayoffRows> = {}): PayoffRows {
  const label = Uint8Array.from({ length: n }, (_, k) => (k < nWins ? 1 : 0));
  return {
    instrument: new Int32Array(n),
    volatility: new Float64Array(n).fill(0.01),
    label,
    ret: Float64Array.from(label, (bin) => (bin === 1 ? 0.04 : -0.02)),
    otherRet: Float64Array.from(label, (bin) => (bin === 1 ? -0.03 : 0.03)),
    risk: new Float64Array(n).fill(0.02),
    ...change,
  };
}

describe('payoffs', () => {
  const { low, high, win, win_mean, loss, loss_mean, coin } = golden.all;
  const payoffs = fitPayoffs(GOLDEN_ROWS, ['A', 'B']);

  test('lines are those of numpy, of all and of the instrument with 500 labels', () => {
    const compare = (of: typeof payoffs.all | undefined, wanted: typeof golden.all): void => {
      expect(of?.logVolatility[0]).toBeCloseTo(wanted.low, 12);
      expect(of?.logVolatility[1]).toBeCloseTo(wanted.high, 12);
      for (const name of ['win', 'loss', 'coin'] as const) {
        expect(of?.[name]?.intercept, name).toBeCloseTo(wanted[name][0], 9);
        expect(of?.[name]?.slope, name).toBeCloseTo(wanted[name][1], 9);
      }
      expect(of?.win?.floor).toBeCloseTo(wanted.win_mean / 10, 12);
      expect(of?.loss?.floor).toBeCloseTo(wanted.loss_mean / 10, 12);
      expect(of?.win?.mean).toBeCloseTo(wanted.win_mean, 12);
      expect(of?.loss?.mean).toBeCloseTo(wanted.loss_mean, 12);
      expect(of?.coin?.floor).toBe(0);
    };
    compare(payoffs.all, golden.all);
    compare(payoffs.byInstrument.A, golden.first);
    expect(Object.keys(payoffs.byInstrument), 'B has too few').toEqual(['A']);
    expect(fitPayoffs(GOLDEN_ROWS, ['A']).byInstrument, 'a single instrument needs none').toEqual({});
  });

  test('the line is read at the logarithm, clipped to the range and to the floors', () => {
    const at = (volatility: number): EventPayoff | null => payoffAt(payoffs, 'B', volatility);
    const value = ([intercept, slope]: readonly [number, number], x: number): number => intercept + slope * x;
    const plain = (x: number): EventPayoff => ({
      win: Math.max(win_mean / 10, value(win, x)),
      loss: Math.max(loss_mean / 10, value(loss, x)),
      coin: Math.max(0, value(coin, x)),
    });
    const expectAt = (volatility: number, x: number): void => {
      const [got, wanted] = [at(volatility), plain(x)];
      for (const name of ['win', 'loss', 'coin'] as const) {
        expect(got?.[name], `${name} at volatility ${volatility}`).toBeCloseTo(wanted[name], 9);
      }
    };
    expectAt(0.002, Math.log(0.002));
    expectAt(1e9, high);
    expectAt(1e-9, low);
    expectAt(0, low);
    expectAt(Number.NaN, low);
  });

  test('an instrument of its own is read by its name, an unknown one by all', () => {
    expect(payoffAt(payoffs, 'A', 0.002)).not.toEqual(payoffAt(payoffs, 'B', 0.002));
    expect(payoffAt(payoffs, 'toString', 0.002)).toEqual(payoffAt(payoffs, 'B', 0.002));
  });

  test('by hand: wins of 2 R, losses of 1 R, a coin that earns a quarter', () => {
    const payoff = payoffAt(fitPayoffs(rowsOf(60, 30), ['']), '', 0.5);
    expect(payoff?.win).toBeCloseTo(2, 12);
    expect(payoff?.loss).toBeCloseTo(1, 12);
    expect(payoff?.coin).toBeCloseTo(0.25, 12);
    expect(fitPayoffs(rowsOf(60, 30), ['']).all.coin?.mean, 'the mean of the coin').toBeCloseTo(0.25, 12);
  });

  test('a fit among some rows is that of a table of them alone', () => {
    const even = Int32Array.from({ length: GOLDEN_ROWS.label.length >> 1 }, (_, k) => 2 * k);
    const alone = Object.fromEntries(
      Object.entries(GOLDEN_ROWS).map(([name, column]) => [name, column && pick(column, even)]),
    ) as unknown as PayoffRows;
    for (const names of [['A'], ['A', 'B']]) {
      expect(fitPayoffs(GOLDEN_ROWS, names, even)).toEqual(fitPayoffs(alone, names));
    }
  });

  test('a coin that loses is 0, and a magnitude does not fall under a tenth of its mean', () => {
    const volatility = Float64Array.from({ length: 80 }, (_, k) => Math.exp(k % 2 === 0 ? -1 : -5));
    const ret = Float64Array.from(volatility, (v, k) => (k < 40 ? (v > 0.1 ? 0.2 : -0.05) : -0.02));
    const payoffs = fitPayoffs(rowsOf(80, 40, { volatility, ret, otherRet: ret.map((r) => -r - 0.01) }), ['']);
    expect(payoffs.all.coin?.intercept).toBeLessThan(0);
    expect(payoffAt(payoffs, '', Math.exp(-1))?.coin).toBe(0);
    expect(payoffAt(payoffs, '', Math.exp(-5))?.win, 'a tenth of the mean of 10 R and -2.5 R').toBeCloseTo(0.375, 9);
  });

  test.each<[string, PayoffRows]>([
    ['29 wins', rowsOf(100, 29)],
    ['29 losses', rowsOf(100, 71)],
    ['no trades', rowsOf(0, 0)],
    ['wins that lose', rowsOf(100, 50, { ret: new Float64Array(100).fill(-0.01) })],
    ['losses that win', rowsOf(100, 50, { ret: new Float64Array(100).fill(0.01) })],
    ['no other side', rowsOf(100, 50, { otherRet: new Float64Array(100).fill(Number.NaN) })],
    ['no risk', rowsOf(100, 50, { risk: new Float64Array(100) })],
  ])('%s: no statistics', (_, rows) => {
    const payoffs = fitPayoffs(rows, ['']);
    expect(payoffAt(payoffs, '', 0.01)).toBeNull();
    expect(JSON.stringify(payoffs), 'finite or null').not.toContain('NaN');
  });

  test('a market that never moved has the lowest volatility', () => {
    const payoffs = fitPayoffs(rowsOf(80, 40, { volatility: new Float64Array(80) }), ['']);
    expect(payoffAt(payoffs, '', 0.3)?.win).toBeCloseTo(2, 12);
    expect(payoffAt(payoffs, '', 0)?.win).toBeCloseTo(2, 12);
  });

  test('columns of different length are refused', () => {
    expect(() => fitPayoffs(rowsOf(80, 40, { risk: new Float64Array(3) }), [''])).toThrow('risk must be as long as');
  });
});

describe('kept promises', () => {
  test('alpha and beta are those of numpy, the slope within [0, 1]', () => {
    for (const { promised, realised, alpha, beta } of golden.keeping) {
      const kept = fitKeeping(Float64Array.from(promised), Float64Array.from(realised));
      expect(kept.n).toBe(600);
      expect(kept.beta).toBeCloseTo(beta, 10);
      expect(kept.alpha).toBeCloseTo(alpha, 10);
    }
    expect(golden.keeping.map(({ beta }) => beta).slice(1), 'both ends occur').toEqual([0, 1]);
  });

  test('under 500 rows nothing is corrected; rows that are not finite do not count', () => {
    const promised = Float64Array.from({ length: 500 }, (_, k) => k / 500);
    const realised = promised.map((p) => 0.3 * p);
    expect(fitKeeping(promised, realised).beta).toBeCloseTo(0.3, 12);
    expect(fitKeeping(promised.subarray(1), realised.subarray(1))).toEqual({ alpha: 0, beta: 1, n: 499 });
    realised[7] = Number.NaN;
    expect(fitKeeping(promised, realised)).toEqual({ alpha: 0, beta: 1, n: 499 });
  });

  test('promises that do not vary say nothing', () => {
    const constant = new Float64Array(600).fill(0.2);
    const realised = constant.map((_, k) => (k % 2) / 10);
    expect(fitKeeping(constant, realised)).toEqual({ alpha: expect.closeTo(0.05, 12), beta: 0, n: 600 });
  });
});

describe('the decision', () => {
  const PAYOFF: EventPayoff = { win: 2, loss: 1, coin: 0.1 };

  test('by hand: 0.5 · 2 − 0.5 · 1 − 0.1 = 0.4, of which half is kept', () => {
    expect(promisedReturn(0.5, PAYOFF)).toBeCloseTo(0.4, 12);
    expect(expectedReturn(0.5, PAYOFF, KEPT)).toBeCloseTo(0.4, 12);
    expect(expectedReturn(0.5, PAYOFF, { alpha: -0.05, beta: 0.5, n: 900 })).toBeCloseTo(0.15, 12);
    expect(breakEven(PAYOFF, KEPT, 0.1)).toBeCloseTo(1.2 / 3, 12);
  });

  test('at the break-even the expected return is the cost, above it more', () => {
    const rng = new Rng(3);
    for (let k = 0; k < 200; k++) {
      const payoff = { win: 0.1 + 3 * rng.nextFloat(), loss: 0.1 + 2 * rng.nextFloat(), coin: rng.nextFloat() / 5 };
      const keeping = { alpha: rng.nextFloat() / 5 - 0.1, beta: 0.05 + 0.95 * rng.nextFloat(), n: 800 };
      const cost = rng.nextFloat();
      const at = breakEven(payoff, keeping, cost) ?? Number.NaN;
      expect(expectedReturn(at, payoff, keeping), `draw ${k}`).toBeCloseTo(cost, 10);
      expect(expectedReturn(at + 0.01, payoff, keeping), `draw ${k}`).toBeGreaterThan(cost);
    }
  });

  test('a slope of 0 justifies no trade', () => {
    const nothing = { alpha: 1, beta: 0, n: 900 };
    expect(breakEven(PAYOFF, nothing, 0)).toBeNull();
    expect(expectedReturn(0.99, PAYOFF, nothing)).toBeNaN();
  });
});
