import { describe, expect, test } from 'vitest';
import { drawTrades } from '../../../test/support/judged-trades.ts';
import { Rng } from '../../core/index.ts';
import { afmlBet } from '../../decision/index.ts';
import { type JudgedTrades, meanOpenTrades, overlapLag, studentUpperTail, takeAt } from '../index.ts';
import { factorClaims, factorTest } from './factor-test.ts';

const NOTHING = new Float64Array(600);

/** (600,) a factor in [0.4, 1] that lasts for about twenty events and knows nothing. */
function useless(seed: number): Float64Array {
  const rng = new Rng(seed);
  let level = 0;
  return NOTHING.map(() => {
    level = 0.95 * level + 0.3 * rng.nextGaussian();
    return 1 - 0.6 / (1 + Math.exp(-level));
  });
}

/** A factor that is larger where the trade turns out well. */
function useful(trades: JudgedTrades, seed: number): Float64Array {
  const rng = new Rng(seed);
  return trades.ret.map((ret, k) => 0.7 + 0.1 * Math.tanh(ret / trades.risk[k]) + 0.2 * rng.nextFloat());
}

/** Statistic and p-value by the definition, with the double sum of Newey and West. */
function plainTest(trades: JudgedTrades, cost: Float64Array, factor: Float64Array) {
  const rows = [...takeAt(trades, cost).keys()].filter((k) => takeAt(trades, cost)[k] === 1);
  const excess = (k: number): number => (trades.ret[k] - trades.otherRet[k]) / 2 / trades.risk[k];
  const bets = rows.map((k) => {
    // p* at which alpha + beta (p w - (1 - p) l - m) is the cost, with the alpha that is behind expectedR.
    const { probability: p, win: w, loss: l, coin: m, beta: b } = trades;
    const alpha = trades.expectedR[k] - b[k] * (p[k] * w[k] - (1 - p[k]) * l[k] - m[k]);
    return afmlBet(p[k], (l[k] + m[k] + (cost[k] - alpha) / b[k]) / (w[k] + l[k]));
  });
  const net = rows.map((k) => excess(k) - cost[k]);
  const own = rows.map((k) => factor[k]);
  const exposure = bets.reduce((sum, bet) => sum + bet, 0);
  const meanOf = (values: number[]): number => values.reduce((sum, v, i) => sum + bets[i] * v, 0) / exposure;
  const d = rows.map((_, i) => bets[i] * (own[i] - meanOf(own)) * (net[i] - meanOf(net)));
  const n = d.length;
  const lag = overlapLag(
    Int32Array.from(rows, (k) => trades.t0[k]),
    Int32Array.from(rows, (k) => trades.end[k]),
  );
  const mean = d.reduce((a, b) => a + b, 0) / n;
  let variance = 0;
  for (let j = -lag; j <= lag; j++) {
    let sum = 0;
    for (let i = Math.max(0, -j); i < n && i + j < n; i++) sum += (d[i] - mean) * (d[i + j] - mean);
    variance += ((1 - Math.abs(j) / (lag + 1)) * sum) / n;
  }
  const h = lag + 1;
  const statistic = (mean / Math.sqrt(variance / n)) * Math.sqrt((n + 1 - 2 * h + (h * (h - 1)) / n) / n);
  // What the factor earns at the same mean exposure, as money: bets times factor, scaled back to the bets' own sum.
  const scaled = rows.map((_, i) => (bets[i] * own[i] * exposure) / own.reduce((sum, f, j) => sum + bets[j] * f, 0));
  const gain = rows.reduce((sum, _, i) => sum + (scaled[i] - bets[i]) * net[i], 0);
  return { statistic, pValue: studentUpperTail(statistic, n - 1), n, lag, gain, mean, meanFactor: meanOf(own) };
}

test('it is a HAC test of what the factor earns at the same mean exposure', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const trades = drawTrades(seed, { span: 6, knowledge: 0.1, primaryPays: 0.1, promise: 0.05 });
    const cost = trades.risk.map((risk) => 1e-4 / risk);
    const factor = seed % 2 === 0 ? useless(seed) : useful(trades, seed);
    const plain = plainTest(trades, cost, factor);
    const ours = factorTest(trades, cost, factor);
    expect(ours.statistic, `seed ${seed}`).toBeCloseTo(plain.statistic, 8);
    expect(ours.pValue, `seed ${seed}`).toBeCloseTo(plain.pValue, 8);
    expect([ours.n, ours.lag], `seed ${seed}`).toEqual([plain.n, plain.lag]);
    expect(plain.gain, `seed ${seed}`).toBeCloseTo((plain.n * plain.mean) / plain.meanFactor, 8);
  }
});

test('level and scale of a factor, and trades that are not taken, change nothing', () => {
  const trades = drawTrades(3, { span: 6, knowledge: 0.1 });
  const factor = useful(trades, 3);
  const { statistic, n } = factorTest(trades, NOTHING, factor);
  const floor = factorTest(
    trades,
    NOTHING,
    factor.map((f) => 1 - 0.6 * (1 - f)),
  );
  expect(floor.statistic, 'the floor of the regime weight is a setting of serving').toBeCloseTo(statistic, 10);
  const take = takeAt(trades, NOTHING);
  const elsewhere = factor.map((f, k) => (take[k] === 1 ? f : 9));
  expect(factorTest(trades, NOTHING, elsewhere)).toMatchObject({ statistic, n });
});

test('a factor that does not vary, is unknown, or few trades earn nothing', () => {
  const trades = drawTrades(4, { knowledge: 0.1 });
  const nothing = { statistic: 0, pValue: 1 };
  expect(
    factorTest(
      trades,
      NOTHING,
      NOTHING.map(() => 0.8),
    ),
  ).toMatchObject(nothing);
  expect(
    factorTest(
      trades,
      NOTHING,
      NOTHING.map(() => Number.NaN),
    ),
  ).toMatchObject({ ...nothing, n: 0 });
  const few = { ...trades, isAnswered: trades.isAnswered.map((_, k) => (k < 60 ? 1 : 0)) };
  expect(factorTest(few, NOTHING, useful(trades, 4))).toMatchObject(nothing);
});

describe('a useless factor', () => {
  const SEEDS = 300;
  const earnedAt = (draw: Parameters<typeof drawTrades>[1]): { regime: number; toxicity: number; any: number } => {
    const earned = { regime: 0, toxicity: 0, any: 0 };
    for (let seed = 0; seed < SEEDS; seed++) {
      const trades = drawTrades(30_000 + seed, draw);
      const factors = { regime: useless(50_000 + seed), toxicity: useless(70_000 + seed) };
      const { regime, toxicity } = factorClaims(trades, NOTHING, factors);
      if (regime.isEarned) earned.regime++;
      if (toxicity.isEarned) earned.toxicity++;
      if (regime.isEarned || toxicity.isEarned) earned.any++;
    }
    return earned;
  };

  // Of 300 tests at 5 %, 15 ± 3.8 find something; 27 or more do so in one of 500 runs. Newey–West is a little liberal under overlap.
  test.each([
    [27, 'when trades do not overlap', { span: 1, knowledge: 0.1 }],
    [33, 'when ten overlap and everything lasts', { span: 10, knowledge: 0.1, isSlow: true }],
    [27, 'on bets that know nothing', { span: 4, promise: 0.1 }],
  ])('earns its place in fewer than %d of 300 seeds, both together, %s', (most, _, draw) => {
    const { regime, toxicity, any } = earnedAt(draw);
    expect(any, `${regime} and ${toxicity} of ${SEEDS}`).toBeLessThan(most);
    expect(any, 'and it can earn it').toBeGreaterThan(3);
  });
});

test('a factor that knows the outcome earns its place, beside one that does not', () => {
  let earned = 0;
  for (let seed = 0; seed < 50; seed++) {
    const trades = drawTrades(40_000 + seed, { span: 4, knowledge: 0.1 });
    const factors = { regime: useless(seed), toxicity: useful(trades, seed) };
    if (factorClaims(trades, NOTHING, factors).toxicity.isEarned) earned++;
  }
  expect(earned).toBe(50);
});

test('Holm: of two factors at p = 0.04 neither earns its place, and one at 0.02 does', () => {
  const trades = drawTrades(5, { knowledge: 0.1 });
  const claims = Array.from({ length: 3000 }, (_, seed) => factorTest(trades, NOTHING, useless(90_000 + seed)));
  const nearest = (p: number): Float64Array =>
    useless(
      90_000 +
        claims.reduce(
          (best, { pValue }, i) => (Math.abs(pValue - p) < Math.abs(claims[best].pValue - p) ? i : best),
          0,
        ),
    );
  const both = factorClaims(trades, NOTHING, { regime: nearest(0.04), toxicity: nearest(0.045) });
  expect([both.regime.isEarned, both.toxicity.isEarned]).toEqual([false, false]);
  expect(both.regime.pValue, 'the p-value that is shown is its own').toBeCloseTo(0.04, 2);
  const one = factorClaims(trades, NOTHING, { regime: nearest(0.02), toxicity: nearest(0.5) });
  expect([one.regime.isEarned, one.toxicity.isEarned]).toEqual([true, false]);
});

test('open trades are counted at every entry, closed at both ends, itself included', () => {
  expect(meanOpenTrades({ t0: Int32Array.of(0, 2, 2, 9), t1: Int32Array.of(2, 3, 8, 9) })).toBe((1 + 3 + 3 + 1) / 4);
  expect(meanOpenTrades({ t0: Int32Array.of(5), t1: Int32Array.of(6) })).toBe(1);
  expect(meanOpenTrades({ t0: new Int32Array(0), t1: new Int32Array(0) })).toBe(1);
  const rng = new Rng(6);
  const t0 = Int32Array.from({ length: 300 }, () => 100 + rng.nextInt(400)).sort();
  const t1 = t0.map((bar) => bar + 1 + rng.nextInt(30));
  const open = Array.from(t0, (bar) => [...t0.keys()].filter((j) => t0[j] <= bar && bar <= t1[j]).length);
  expect(meanOpenTrades({ t0, t1 })).toBeCloseTo(open.reduce((a, b) => a + b, 0) / 300, 10);
});
