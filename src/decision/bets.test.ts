import { describe, expect, test } from 'vitest';
import { expectedBets } from '../../test/golden/bets/expected.ts';
import { Rng } from '../core/index.ts';
import { SIZING_METHODS } from '../domain/index.ts';
import {
  afmlBet,
  type BetBasis,
  betBy,
  breakEven,
  expectedReturn,
  type Keeping,
  kellyBet,
  linearBet,
} from './index.ts';

const KEPT: Keeping = { alpha: 0, beta: 1, n: 1000 };

/** What a probability is worth, with promises kept as they were made. */
function basisAt(probability: number, change: Partial<BetBasis> = {}, keeping = KEPT): BetBasis {
  const { payoff = { win: 2, loss: 1, coin: 0.1 }, cost = 0.05 } = change;
  const at = breakEven(payoff, keeping, cost) ?? Number.NaN;
  const expectedR = expectedReturn(probability, payoff, keeping) - cost;
  return { probability, breakEven: at, expectedR, payoff, cost, meanOpen: 1, ...change };
}

describe("AFML's bet", () => {
  test('.161744 at p = .6 and one half, the figure of the literature', () =>
    expect(afmlBet(0.6, 0.5)).toBeCloseTo(0.161744, 6));

  test('is that of RiskLabAI, with the break-even for 1/n_classes', () => {
    for (const { break_even, probability, bet } of expectedBets.afml) {
      probability.forEach((p, k) => {
        if (p > break_even) expect(afmlBet(p, break_even), `p ${p}, p* ${break_even}`).toBeCloseTo(bet[k], 12);
        else expect(afmlBet(p, break_even), `p ${p}, p* ${break_even}`).toBe(0);
      });
    }
  });

  test.each<[p: number, at: number, bet: number]>([
    [0.6, 0.6, 0],
    [0.6, 0.7, 0],
    [0, 0, 0],
    [1, 0.5, 1],
    [1, 1, 0],
    [0.6, Number.NaN, 0],
    [Number.NaN, 0.5, 0],
    [0.5, Number.POSITIVE_INFINITY, 0],
  ])('at p = %d and p* = %d it is %d', (p, at, bet) => expect(afmlBet(p, at)).toBe(bet));

  test('a break-even below 0 counts as 0: a more probable loss is not bet on more', () => {
    expect(afmlBet(0.2, -0.3)).toBe(afmlBet(0.2, 0));
    expect(afmlBet(0, -0.3)).toBe(0);
  });
});

describe('the linear bet', () => {
  test.each<[p: number, at: number, bet: number]>([
    [0.7, 0.4, 0.5],
    [0.4, 0.4, 0],
    [0.3, 0.4, 0],
    [1, 0.4, 1],
    [1, 1, 0],
    [0.5, 1.2, 0],
    [0.5, -1, 0.75],
    [1, -1, 1],
    [0.6, Number.NaN, 0],
  ])('at p = %d and p* = %d it is %d', (p, at, bet) => expect(linearBet(p, at)).toBeCloseTo(bet, 14));
});

describe("Kelly's bet", () => {
  test('is the share of capital at which the mean logarithm of growth is largest', () => {
    for (const { win, loss, coin, cost, probability, share } of expectedBets.kelly) {
      const basis = basisAt(probability, { payoff: { win, loss, coin }, cost });
      expect(kellyBet(basis), JSON.stringify({ win, loss, coin, cost, probability })).toBeCloseTo(share, 12);
    }
    expect(expectedBets.kelly.filter(({ share }) => share > 0.01 && share < 0.99).length).toBeGreaterThan(20);
  });

  test('both forms: E/(l′ · w′) is p/l′ − (1 − p)/w′', () => {
    const rng = new Rng(5);
    for (let k = 0; k < 500; k++) {
      const payoff = { win: 0.5 + 2 * rng.nextFloat(), loss: 0.5 + 2 * rng.nextFloat(), coin: rng.nextFloat() / 10 };
      const basis = basisAt(rng.nextFloat(), { payoff, cost: rng.nextFloat() / 10 });
      const lost = payoff.loss + payoff.coin + basis.cost;
      const won = payoff.win - payoff.coin - basis.cost;
      const wanted = basis.probability / lost - (1 - basis.probability) / won;
      expect(kellyBet(basis), `draw ${k}`).toBeCloseTo(Math.min(1, Math.max(0, wanted)), 12);
    }
  });

  test('by hand: at even odds twice the edge, divided by the trades that are open at once', () => {
    const payoff = { win: 1, loss: 1, coin: 0 };
    expect(kellyBet(basisAt(0.6, { payoff, cost: 0 }))).toBeCloseTo(0.2, 14);
    expect(kellyBet(basisAt(0.6, { payoff, cost: 0, meanOpen: 4 }))).toBeCloseTo(0.05, 14);
  });

  test('is 0 where a win does not pay its cost, whatever is expected', () => {
    expect(kellyBet({ expectedR: 0.3, payoff: { win: 0.1, loss: 1, coin: 0 }, cost: 0.1, meanOpen: 1 })).toBe(0);
    expect(kellyBet({ expectedR: 0, payoff: { win: 2, loss: 1, coin: 0 }, cost: 0.1, meanOpen: 1 })).toBe(0);
    expect(kellyBet({ expectedR: Number.NaN, payoff: { win: 2, loss: 1, coin: 0 }, cost: 0, meanOpen: 1 })).toBe(0);
  });

  test('one loss is never more than the capital, though promises were kept better than made', () => {
    const bet = kellyBet({ expectedR: 0.5, payoff: { win: 0.2, loss: 1.6, coin: 0 }, cost: 0.1, meanOpen: 1 });
    expect(bet).toBeCloseTo(1 / 1.7, 14);
  });
});

describe('every method', () => {
  const draw = (rng: Rng): { readonly change: Partial<BetBasis>; readonly keeping: Keeping } => ({
    change: {
      payoff: { win: 0.1 + 3 * rng.nextFloat(), loss: 0.1 + 2 * rng.nextFloat(), coin: rng.nextFloat() / 5 },
      cost: rng.nextFloat() / 2,
      meanOpen: 1 + 5 * rng.nextFloat(),
    },
    keeping: { alpha: rng.nextFloat() / 2 - 0.25, beta: 0.02 + 0.98 * rng.nextFloat(), n: 900 },
  });

  test.each(SIZING_METHODS)('%s: in [0, 1], 0 at the break-even, and never less for a larger probability', (method) => {
    const rng = new Rng(11);
    for (let k = 0; k < 400; k++) {
      const { change, keeping } = draw(rng);
      const bet = (p: number): number => betBy(method, basisAt(p, change, keeping));
      const at = basisAt(0.5, change, keeping).breakEven;
      expect(bet(at), `draw ${k}: at the break-even`).toBe(0);
      let before = 0;
      for (let step = 0; step <= 20; step++) {
        const now = bet(step / 20);
        const where = `draw ${k}, p ${step / 20}, p* ${at}`;
        if (step / 20 <= at) expect(now, where).toBe(0);
        else expect(now, where).toBeLessThanOrEqual(1);
        expect(now - before, where).toBeGreaterThanOrEqual(0);
        before = now;
      }
    }
  });

  test.each(SIZING_METHODS.filter((method) => method !== 'integrated'))(
    '%s: goes to 0 with the distance, and never grows with the cost',
    (method) => {
      const rng = new Rng(12);
      for (let k = 0; k < 400; k++) {
        const { change, keeping } = draw(rng);
        const at = basisAt(0.5, change, keeping).breakEven;
        if (at > 0.01 && at < 0.99) {
          expect(betBy(method, basisAt(at + 1e-9, change, keeping)), `draw ${k}, p* ${at}`).toBeLessThan(1e-6);
        }
        const p = rng.nextFloat();
        const { cost = 0 } = change;
        const dearer = betBy(method, basisAt(p, { ...change, cost: cost + 0.01 }, keeping));
        expect(dearer, `draw ${k}, p ${p}`).toBeLessThanOrEqual(betBy(method, basisAt(p, change, keeping)));
      }
    },
  );
});
