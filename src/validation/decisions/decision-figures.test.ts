import { describe, expect, test } from 'vitest';
import { drawTrades, evidenceOf } from '../../../test/support/judged-trades.ts';
import { Rng } from '../../core/index.ts';
import {
  ATTRIBUTED_SIZES,
  type DecisionFigures,
  decisionFigures,
  type FactoredTrades,
  judgeClaims,
  meanTest,
  overlapLag,
} from '../index.ts';

const SEEDS = [1, 2, 3, 4, 5, 6];

function factored(seed: number, draw: Parameters<typeof drawTrades>[1] = {}): FactoredTrades {
  const trades = drawTrades(seed, { knowledge: 0.1, nInstruments: 2, coinPays: 0.05, ...draw });
  const rng = new Rng(seed + 100);
  const column = (): Float64Array => Float64Array.from(trades.t0, () => rng.nextFloat());
  return { ...trades, regimeWeight: column(), toxicity: column() };
}

/** Φ by numerical integration of the density, which shares nothing with the library's. */
function plainNormal(z: number): number {
  const steps = 4000;
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += Math.exp(-((((i + 0.5) * z) / steps) ** 2) / 2);
  return 0.5 + ((sum * z) / steps) * Math.sqrt(1 / (2 * Math.PI));
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** One event as the contract decides it, in plain arithmetic. */
function plainEvent(t: FactoredTrades, k: number, costBps: number) {
  const cost = costBps / 10_000 / t.risk[k];
  const promised = t.probability[k] * t.win[k] - (1 - t.probability[k]) * t.loss[k] - t.coin[k];
  const alpha = t.expectedR[k] - t.beta[k] * promised;
  const breakEven = (t.loss[k] + t.coin[k] + (cost - alpha) / t.beta[k]) / (t.win[k] + t.loss[k]);
  const isTaken = t.isAnswered[k] === 1 && t.expectedR[k] - cost > 0;
  const p = t.probability[k];
  const z = (p - Math.max(0, breakEven)) / Math.sqrt(p * (1 - p));
  return {
    k,
    cost,
    breakEven,
    isTaken,
    bet: isTaken ? 2 * plainNormal(z) - 1 : 0,
    expected: t.expectedR[k] - cost,
    kept: t.ret[k] / t.risk[k] - t.coin[k] - cost,
    booked: t.ret[k] / t.risk[k] - cost,
    excess: (t.ret[k] - t.otherRet[k]) / 2 / t.risk[k] - cost,
    coinThere: (t.ret[k] + t.otherRet[k]) / 2 / t.risk[k] - cost,
  };
}

describe('plain arithmetic from the contract counts alike', () => {
  const costs = [0.4, 2];
  test.each(SEEDS)('seed %i', (seed) => {
    const t = factored(seed);
    const figures = decisionFigures(t, costs);
    const events = [...t.t0.keys()].map((k) => plainEvent(t, k, costs[t.instrument[k]]));
    const taken = events.filter(({ isTaken }) => isTaken);
    const near = (actual: number | null | undefined, wanted: number, name: string): void => {
      expect(Math.abs((actual ?? Number.NaN) - wanted), `${name}, seed ${seed}: ${actual}, not ${wanted}`).toBeLessThan(
        1e-7,
      );
    };
    const hitsOf = (chosen: readonly { k: number }[], among: readonly { k: number }[] = events) => ({
      precision: mean(chosen.map(({ k }) => t.label[k])),
      recall: chosen.filter(({ k }) => t.label[k] === 1).length / among.filter(({ k }) => t.label[k] === 1).length,
    });

    const { decided, rows, breakEven, baseRate } = figures.thresholds;
    expect(decided.nTaken).toBe(taken.length);
    expect(decided.nSkipped).toBe(events.length - taken.length);
    near(decided.precision, hitsOf(taken).precision, 'precision');
    near(decided.recall, hitsOf(taken).recall, 'recall');
    near(decided.excessR, mean(taken.map(({ excess }) => excess)), 'excess');
    near(baseRate, mean([...t.label]), 'base rate');
    const answered = events.filter(({ k }) => t.isAnswered[k] === 1);
    const sorted = answered.map((one) => one.breakEven).sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle] + sorted[middle - 1]) / 2;
    near(breakEven?.median, median, 'median break-even');
    expect(sorted.filter((own) => own < (breakEven?.low ?? 0)).length / sorted.length).toBeCloseTo(0.05, 2);
    expect(sorted.filter((own) => own < (breakEven?.high ?? 0)).length / sorted.length).toBeCloseTo(0.95, 2);
    expect(breakEven).toMatchObject({ n: sorted.length, nOutOfReach: sorted.filter((own) => own >= 1).length });
    expect(rows.filter(({ isBreakEven }) => isBreakEven).length).toBe(1);
    expect(rows.map(({ threshold }) => threshold)).toEqual(rows.map(({ threshold }) => threshold).sort());
    for (const row of rows) {
      const above = answered.filter(({ k }) => t.probability[k] > (row.threshold ?? 0));
      expect(row.nTaken, `above ${row.threshold}`).toBe(above.length);
      if (above.length === 0) continue;
      near(row.precision, hitsOf(above).precision, 'precision above a threshold');
      near(row.recall, hitsOf(above).recall, 'recall above a threshold');
      near(row.excessR, mean(above.map(({ excess }) => excess)), 'excess above a threshold');
    }

    near(figures.promises.taken.promisedR, mean(taken.map(({ expected }) => expected)), 'promised');
    near(figures.promises.taken.realisedR?.mean, mean(taken.map(({ kept }) => kept)), 'realised');
    near(figures.promises.taken.costR, mean(taken.map(({ cost }) => cost)), 'cost');
    const ranked = answered.toSorted((a, b) => a.expected - b.expected);
    expect(figures.promises.deciles.reduce((n, group) => n + group.n, 0)).toBe(answered.length);
    figures.promises.deciles.forEach((group, g) => {
      const [from, to] = [g, g + 1].map((edge) => Math.floor((edge * ranked.length) / 10));
      const own = ranked.slice(from, to);
      near(group.promisedR, mean(own.map(({ expected }) => expected)), 'promised of a tenth');
      near(group.realisedR?.mean, mean(own.map(({ kept }) => kept)), 'realised of a tenth');
      near(group.low, own[0].expected, 'least promise');
      near(group.high, own[own.length - 1].expected, 'greatest promise');
    });

    for (const [name, sign] of [
      ['long', 1],
      ['short', -1],
    ] as const) {
      const own = events.filter(({ k }) => t.side[k] === sign);
      const ownTaken = own.filter(({ isTaken }) => isTaken);
      const side = figures.sides[name];
      expect([side.nJudged, side.nTaken, side.nSkipped]).toEqual([
        own.length,
        ownTaken.length,
        own.length - ownTaken.length,
      ]);
      near(side.baseRate, mean(own.map(({ k }) => t.label[k])), `base rate ${name}`);
      near(side.precision, hitsOf(ownTaken).precision, `precision ${name}`);
      near(side.recall, hitsOf(ownTaken, own).recall, `recall ${name}`);
      near(side.promises.realisedR?.mean, mean(ownTaken.map(({ kept }) => kept)), `realised ${name}`);
    }

    const { attribution } = figures;
    near(attribution.everyTrade?.bookedR, mean(answered.map(({ booked }) => booked)), 'every trade');
    near(attribution.constant?.coinR, mean(taken.map(({ coinThere }) => coinThere)), 'the coin of a constant stake');
    near(attribution.constant?.bookedR, mean(taken.map(({ booked }) => booked)), 'constant stake');
    const sizes = {
      bet: taken.map(({ bet }) => bet),
      regime: taken.map(({ k }) => t.regimeWeight[k]),
      toxicity: taken.map(({ k }) => 1 - t.toxicity[k]),
      bet_regime: taken.map(({ bet, k }) => bet * t.regimeWeight[k]),
      bet_toxicity: taken.map(({ bet, k }) => bet * (1 - t.toxicity[k])),
      all: taken.map(({ bet, k }) => bet * t.regimeWeight[k] * (1 - t.toxicity[k])),
    };
    for (const name of ATTRIBUTED_SIZES) {
      const size = sizes[name];
      const total = size.reduce((a, b) => a + b, 0);
      const earned = (of: 'booked' | 'excess' | 'coinThere'): number =>
        taken.reduce((sum, one, at) => sum + size[at] * one[of], 0) / total;
      const own = attribution.sizes[name];
      near(own?.meanExposure, total / size.length, `exposure of ${name}`);
      near(own?.bookedR, earned('booked'), `booked of ${name}`);
      near(own?.excessR, earned('excess'), `excess of ${name}`);
      near(own?.coinR, earned('coinThere'), `coin of ${name}`);
      near(
        own?.overConstantR.mean,
        earned('excess') - mean(taken.map(({ excess }) => excess)),
        `${name} over a constant stake`,
      );
    }

    for (const row of figures.moneyByCost) {
      const at = events.map(({ k }) => plainEvent(t, k, row.costBps)).filter(({ isTaken }) => isTaken);
      const bps = (of: (k: number) => number): number => mean(at.map(({ k }) => of(k))) * 1e4 - row.costBps;
      expect(row.nTaken, `taken at ${row.costBps} bp`).toBe(at.length);
      if (at.length === 0) continue;
      near(
        row.booked?.meanBps,
        bps((k) => t.ret[k]),
        'booked at a cost',
      );
      near(
        row.excess?.meanBps,
        bps((k) => (t.ret[k] - t.otherRet[k]) / 2),
        'excess at a cost',
      );
      near(
        row.coinBps,
        bps((k) => (t.ret[k] + t.otherRet[k]) / 2),
        'coin at a cost',
      );
      near(row.excessR, mean(at.map(({ excess }) => excess)), 'excess in R at a cost');
      near(row.everyBookedBps, mean([...t.ret]) * 1e4 - row.costBps, 'every signal at a cost');
    }
    expect(figures.moneyByCost.map(({ costBps }) => costBps)).toEqual([0, 1, 2, 5, 10]);
  });
});

describe('by hand', () => {
  /** Four trades that win and lose 1 R at a stop of 100 bp, without a coin: each needs more than one half. */
  const four = (probability: readonly number[]): FactoredTrades => ({
    t0: Int32Array.of(0, 10, 20, 30),
    end: Int32Array.of(5, 15, 25, 35),
    instrument: new Int32Array(4),
    side: Int8Array.of(1, -1, 1, -1),
    label: Uint8Array.of(1, 1, 0, 0),
    otherLabel: Uint8Array.of(0, 0, 1, 1),
    ret: Float64Array.of(0.01, 0.01, -0.01, -0.01),
    otherRet: Float64Array.of(-0.01, -0.01, 0.01, 0.01),
    risk: new Float64Array(4).fill(0.01),
    probability: Float64Array.from(probability),
    baseRate: new Float64Array(4).fill(0.5),
    expectedR: Float64Array.from(probability, (p) => 2 * p - 1),
    win: new Float64Array(4).fill(1),
    loss: new Float64Array(4).fill(1),
    coin: new Float64Array(4),
    beta: new Float64Array(4).fill(1),
    isAnswered: new Uint8Array(4).fill(1),
    regimeWeight: Float64Array.of(1, 1, 0.5, 1),
    toxicity: Float64Array.of(0, 0.5, 0, 0),
  });

  test('three of four are taken, two of them win', () => {
    const { thresholds, promises, sides, attribution, moneyByCost } = decisionFigures(
      four([0.75, 0.6, 0.6, 0.25]),
      [0],
    );
    expect(thresholds.decided).toMatchObject({ nTaken: 3, nSkipped: 1, precision: 2 / 3, recall: 1 });
    expect(thresholds.breakEven?.median).toBeCloseTo(0.5, 12);
    expect(thresholds.baseRate).toBe(0.5);
    expect(promises.taken.promisedR).toBeCloseTo((0.5 + 0.2 + 0.2) / 3, 12);
    expect(promises.taken.realisedR?.mean).toBeCloseTo(1 / 3, 12);
    expect(promises.taken.ratio).toBeCloseTo(1 / 0.9, 12);
    expect([sides.long.nTaken, sides.short.nTaken]).toEqual([2, 1]);
    expect(attribution.constant?.bookedR).toBeCloseTo(1 / 3, 12);
    expect(attribution.sizes.regime?.bookedR).toBeCloseTo((1 + 1 - 0.5) / 2.5, 12);
    expect(attribution.sizes.toxicity?.bookedR).toBeCloseTo((1 + 0.5 - 1) / 2.5, 12);
    expect(
      moneyByCost.map(({ nTaken }) => nTaken),
      '10 bp are 0.1 R: all three promise more',
    ).toEqual([3, 3, 3, 3, 3]);
    expect(moneyByCost[4].excess?.meanBps).toBeCloseTo(100 / 3 - 10, 9);
  });

  test('a probability that only reaches the break-even is not taken, at any row of the table', () => {
    const { thresholds, attribution } = decisionFigures(four([0.5, 0.5, 0.5, 0.5]), [0]);
    expect(thresholds.decided).toMatchObject({ nTaken: 0, precision: null, excessR: null });
    expect(thresholds.rows).toMatchObject([{ threshold: 0.5, isBreakEven: true, nTaken: 0 }]);
    expect(attribution.sizes.bet).toBeNull();
  });
});

describe('laws', () => {
  test.each(SEEDS)('the claims of the same trades say the same, seed %i', (seed) => {
    const t = factored(seed, { nInstruments: 1 });
    const figures = decisionFigures(t, [2]);
    const claims = judgeClaims(evidenceOf(t, [2]));
    expect(figures.thresholds.decided.nTaken).toBe(claims.nTaken);
    const at = figures.moneyByCost[2];
    expect(at.nTaken).toBe(claims.nTaken);
    expect(at.booked?.meanBps).toBeCloseTo((claims.money.taken?.booked.meanBps ?? 0) - 2, 9);
    expect(at.excess?.meanBps).toBeCloseTo((claims.money.taken?.excess.meanBps ?? 0) - 2, 9);
  });

  test.each(SEEDS)('a factor that is the same for all adds nothing, seed %i', (seed) => {
    const t = factored(seed);
    const same = { ...t, regimeWeight: t.regimeWeight.map(() => 0.3), toxicity: t.toxicity.map(() => 0.6) };
    const { sizes, constant } = decisionFigures(same, [1, 1]).attribution;
    for (const name of ['regime', 'toxicity'] as const) {
      expect(sizes[name]?.overConstantR.mean).toBeCloseTo(0, 12);
      expect(sizes[name]?.excessR).toBeCloseTo(constant?.excessR ?? Number.NaN, 12);
    }
    expect(sizes.bet_regime?.excessR).toBeCloseTo(sizes.bet?.excessR ?? Number.NaN, 12);
    expect(sizes.all?.overConstantR.mean).toBeCloseTo(sizes.bet?.overConstantR.mean ?? Number.NaN, 12);
  });

  test('a factor that knows nothing is found no better than a constant stake, but by chance', () => {
    const found = Array.from({ length: 200 }, (_, seed) => {
      const { overConstantR } =
        decisionFigures(factored(seed + 1, { promise: 1 }), [0, 0]).attribution.sizes.regime ?? {};
      return (overConstantR?.low ?? -1) > 0 || (overConstantR?.high ?? 1) < 0 ? 1 : 0;
    });
    const n = found.reduce((a: number, b) => a + b, 0);
    expect(n, 'of 200, seeds 1 to 200, at 5 %: 99 % of runs have at most 18').toBeLessThanOrEqual(18);
    expect(n, 'an interval that always holds is too wide').toBeGreaterThan(1);
  });

  test.each(SEEDS)('a coin gets 0 over the coin before costs, seed %i', (seed) => {
    const t = factored(seed, { knowledge: 0, n: 4000 });
    const rng = new Rng(seed + 7);
    const flips = t.side.map(() => rng.nextInt(2));
    const flipped = <T extends Float64Array | Uint8Array>(own: T, other: T): T =>
      own.map((value, k) => (flips[k] === 1 ? value : other[k])) as T;
    const coin = { ...t, ret: flipped(t.ret, t.otherRet), otherRet: flipped(t.otherRet, t.ret) };
    const [free] = decisionFigures(coin, [0, 0]).moneyByCost;
    const { statistic } = meanTest(
      coin.ret.map((own, k) => (own - coin.otherRet[k]) / 2),
      overlapLag(t.t0, t.end),
    );
    expect(Math.abs(statistic)).toBeLessThan(4);
    expect(Math.abs(free.excess?.t ?? 9), `seed ${seed}`).toBeLessThan(4);
  });

  test.each(SEEDS)('both sides together are all, and more cost takes less, seed %i', (seed) => {
    const { sides, thresholds, moneyByCost } = decisionFigures(factored(seed), [1, 1]);
    expect(sides.long.nTaken + sides.short.nTaken).toBe(thresholds.decided.nTaken);
    expect(sides.long.nJudged + sides.short.nJudged).toBe(600);
    const taken = moneyByCost.map(({ nTaken }) => nTaken);
    expect(taken).toEqual(taken.toSorted((a, b) => b - a));
  });

  test('where every event has the same break-even, that threshold is the decision', () => {
    const t = factored(9);
    const alike = { ...t, risk: t.risk.map(() => 0.003), isAnswered: t.isAnswered.map(() => 1) };
    const { rows, decided } = decisionFigures(alike, [1, 1]).thresholds;
    const marked = rows.find(({ isBreakEven }) => isBreakEven);
    expect(marked).toEqual({ ...decided, threshold: marked?.threshold, isBreakEven: true });
  });
});

describe('what tells nothing is null or finite', () => {
  const cut = (t: FactoredTrades, n: number): FactoredTrades =>
    Object.fromEntries(
      Object.entries(t).map(([name, column]) => [name, column.slice(0, n)]),
    ) as unknown as FactoredTrades;
  const base = factored(3);
  const cases: readonly [string, FactoredTrades][] = [
    ['no trade', cut(base, 0)],
    ['one trade', cut(base, 1)],
    ['nothing answered', { ...base, isAnswered: base.isAnswered.map(() => 0) }],
    ['nothing known', { ...base, expectedR: base.expectedR.map(() => Number.NaN), beta: base.beta.map(() => 0) }],
    ['nothing wins', { ...base, label: base.label.map(() => 0) }],
    ['one side only', { ...base, side: base.side.map(() => 1) }],
    ['no weight', { ...base, regimeWeight: base.regimeWeight.map(() => 0) }],
    ['one probability', { ...base, probability: base.probability.map(() => 0.5) }],
    ['no other side', { ...base, otherRet: base.otherRet.map(() => Number.NaN) }],
  ];
  test.each(cases)('%s', (_, trades) => {
    const figures: DecisionFigures = decisionFigures(trades, [1, 1]);
    JSON.stringify(figures, (name, value) => {
      expect(typeof value !== 'number' || Number.isFinite(value), `${name} is ${value}`).toBe(true);
      return value;
    });
  });
});
