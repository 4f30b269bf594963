import { describe, expect, test } from 'vitest';
import { drawTrades, evidenceOf, termsAt } from '../../../test/support/judged-trades.ts';
import { Rng } from '../../core/index.ts';
import {
  coinOf,
  costInR,
  effectiveTrades,
  type JudgedTrades,
  judgeClaims,
  meanTest,
  moneyTest,
  overlapLag,
  paysUpTo,
  prepareMoneyTest,
  selectionTest,
  studentUpperTail,
  takeAt,
  timingTest,
} from '../index.ts';

/** p-value of a mean above 0 with Newey–West errors, by the definitions and in plain loops. */
function plainP(values: readonly number[], lag: number): number {
  const n = values.length;
  let mean = 0;
  for (const value of values) mean += value / n;
  let longRun = 0;
  for (let j = -lag; j <= lag; j++) {
    let covariance = 0;
    for (let k = Math.abs(j); k < n; k++) covariance += (values[k] - mean) * (values[k - Math.abs(j)] - mean);
    longRun += ((1 - Math.abs(j) / (lag + 1)) * covariance) / n;
  }
  const h = lag + 1;
  const correction = Math.sqrt((n + 1 - 2 * h + (h * (h - 1)) / n) / n);
  return studentUpperTail((mean / Math.sqrt(longRun / n)) * correction, n - 1);
}

/** Money at a cost by instrument, in plain loops: the larger p of the two halves; 1 under 30 effective trades. */
function plainMoney(t: JudgedTrades, costs: readonly number[], lag: number, isTaken?: (k: number) => boolean): number {
  const taken: boolean[] = [];
  const halves: [number[], number[]] = [[], []];
  for (let k = 0; k < t.t0.length; k++) {
    const cost = costs[t.instrument[k]] / 10_000 / t.risk[k];
    taken[k] = isTaken?.(k) ?? (t.isAnswered[k] === 1 && t.expectedR[k] > cost);
    halves[0].push(taken[k] ? (t.ret[k] - t.otherRet[k]) / 2 / t.risk[k] - cost : 0);
    halves[1].push(taken[k] ? t.ret[k] / t.risk[k] - cost : 0);
  }
  let effective = 0;
  for (let k = 0; k < taken.length; k++) {
    if (!taken[k]) continue;
    for (let bar = t.t0[k]; bar <= t.end[k]; bar++) {
      let open = 0;
      for (let j = 0; j < taken.length; j++) {
        if (taken[j] && t.instrument[j] === t.instrument[k] && t.t0[j] <= bar && bar <= t.end[j]) open++;
      }
      effective += 1 / open / (t.end[k] - t.t0[k] + 1);
    }
  }
  return effective < 30 ? 1 : Math.max(plainP(halves[0], lag), plainP(halves[1], lag));
}

/** Grid of the walks, 0.05 · 1.25^j bp. */
const GRID = Array.from({ length: 60 }, (_, j) => 0.05 * 1.25 ** j);

function plainWalk(passes: (step: number) => boolean, steps: readonly number[], start: number): number {
  let reached = start;
  for (const step of steps) {
    if (!passes(step)) break;
    reached = step;
  }
  return reached;
}

describe('plain loops from the definitions judge alike', () => {
  const costs = [0.4, 2];
  test.each([1, 2, 3, 4, 5, 6, 7])('seed %i', (seed) => {
    const coinPays = seed === 7 ? -0.15 : 0.05; // a coin that loses: trades pay over it, and not as booked
    const draw = { n: 260, nInstruments: 2, knowledge: 0.02 * seed, coinPays, primaryPays: 0.03 * (seed - 3) };
    const t = drawTrades(seed, draw);
    const claims = judgeClaims(evidenceOf(t, costs));
    const lag = overlapLag(t.t0, t.end);
    const rows = [...t.t0.keys()];
    const at = (actual: number, wanted: number, name: string): void => {
      expect(Math.abs(actual - wanted), `${name} of seed ${seed}: ${actual}, not ${wanted}`).toBeLessThan(1e-9);
    };
    at(
      claims.tests.information.pValue,
      plainP(
        rows.map((k) => ((t.probability[k] - t.baseRate[k]) * (t.label[k] - t.otherLabel[k])) / 2),
        lag,
      ),
      'information',
    );
    const take = rows.map((k) =>
      t.isAnswered[k] === 1 && t.expectedR[k] > costs[t.instrument[k]] / 1e4 / t.risk[k] ? 1 : 0,
    );
    const excess = rows.map((k) => (t.ret[k] - t.otherRet[k]) / 2 / t.risk[k]);
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const products = (a: readonly number[], b: readonly number[]): number[] =>
      a.map((value, k) => (value - mean(a)) * (b[k] - mean(b)));
    at(claims.tests.selection.pValue, plainP(products(take, excess), lag), 'selection');
    at(claims.tests.money.pValue, plainMoney(t, costs, lag), 'money');
    const difference = rows.map((k) => t.side[k] * excess[k]);
    const within = (values: readonly number[]): number[] =>
      values.map((value, k) => value - mean(values.filter((_, j) => t.instrument[j] === t.instrument[k])));
    const [ownSide, ownMove] = [within([...t.side]), within(difference)];
    const timed = rows.map((k) => ownSide[k] * ownMove[k]);
    at(claims.timing.pValue, plainP(timed, lag), 'timing');
    at(claims.timing.timingR, mean(timed), 'timing in R');

    const passes = (each: readonly number[], all?: () => boolean): boolean => plainMoney(t, each, lag, all) < 0.05;
    const up = GRID.filter((step) => step > 0.4);
    const pays = passes(costs) ? plainWalk((step) => passes(costs.map((own) => Math.max(own, step))), up, 0.4) : 0;
    expect(claims.paysUpToBps, `seed ${seed}`).toBe(pays);
    const below = [0, ...GRID.filter((step) => step < 0.4)];
    const would = passes(costs) ? null : plainWalk((step) => passes([step, step]), below, 0);
    expect(claims.wouldPayUpToBps, `seed ${seed}`).toBe(would);
    const primary = plainWalk((step) => passes([step, step], () => true), [0, ...GRID], 0);
    expect(claims.primaryPaysUpToBps, `seed ${seed}`).toBe(primary);
    expect(claims.primaryPays, `seed ${seed}`).toBe(passes(costs, () => true));
  });
});

test('a trade is open until its own side ends, whenever the other does', () => {
  const trades = drawTrades(5);
  const both = judgeClaims(evidenceOf(trades));
  const own = judgeClaims({ ...evidenceOf(trades), ownEnd: trades.t0 });
  expect(both.maxOpenTrades).toBe(Math.max(...plainOpen(trades.t0, trades.end)));
  expect(own.maxOpenTrades).toBe(Math.max(...plainOpen(trades.t0, trades.t0)));
  expect(own.maxOpenTrades).toBeLessThan(both.maxOpenTrades);
  expect(own, 'nothing else depends on it').toEqual({ ...both, maxOpenTrades: own.maxOpenTrades });
});

/** Of each entry, the number of trades open at its bar. */
function plainOpen(t0: Int32Array, end: Int32Array): number[] {
  return Array.from(t0, (bar) => t0.filter((from, k) => from <= bar && bar <= end[k]).length);
}

describe('laws', () => {
  const seeds = [11, 12, 13, 14, 15, 16, 17, 18];
  const swapped = (t: JudgedTrades): JudgedTrades => ({
    ...t,
    side: t.side.map((side) => -side),
    ret: t.otherRet,
    otherRet: t.ret,
    label: t.otherLabel,
    otherLabel: t.label,
  });

  test.each(seeds)(
    'return = coin + excess, and all sides swapped leave the coin and negate the excess, seed %i',
    (seed) => {
      const trades = drawTrades(seed, { coinPays: 0.2, primaryPays: 0.1 });
      const { coin, excess } = coinOf(trades);
      for (const [k, own] of trades.ret.entries()) expect(coin[k] + excess[k]).toBeCloseTo(own, 15);
      const other = judgeClaims(evidenceOf(swapped(trades)));
      const own = judgeClaims(evidenceOf(trades));
      expect(other.money.coin).toEqual(own.money.coin);
      expect(other.coinBiasBps).toBe(own.coinBiasBps);
      expect(other.money.excess.meanBps).toBeCloseTo(-own.money.excess.meanBps, 12);
      expect(other.tests.information.statistic).toBeCloseTo(-own.tests.information.statistic, 12);
      expect(other.timing.timingBps, 'D is the same, and every side the other').toBeCloseTo(-own.timing.timingBps, 12);
      expect(other.topShare).toBeCloseTo(own.topShare, 12);
    },
  );

  test.each(seeds)('drift and timing add up to the mean excess, seed %i', (seed) => {
    const { timing, money } = judgeClaims(evidenceOf(drawTrades(seed, { primaryPays: 0.1 })));
    expect((timing.driftBps ?? Number.NaN) + timing.timingBps).toBeCloseTo(money.excess.meanBps, 10);
  });

  test.each(seeds)('information and timing are blind to costs; higher costs leave less money, seed %i', (seed) => {
    const trades = drawTrades(seed, { knowledge: 0.1 });
    const judged = [0, 1, 3, 9, 27].map((cost) => judgeClaims(evidenceOf(trades, [cost])));
    for (const { tests, timing, nTaken, primaryPaysUpToBps } of judged) {
      expect(tests.information).toEqual(judged[0].tests.information);
      expect(timing).toEqual(judged[0].timing);
      expect(nTaken).toBeLessThanOrEqual(judged[0].nTaken);
      expect(primaryPaysUpToBps).toBe(judged[0].primaryPaysUpToBps);
    }
    for (const { paysUpToBps, cost } of judged) expect(paysUpToBps === 0 || paysUpToBps >= cost.bps).toBe(true);
    const all = new Uint8Array(trades.t0.length).fill(1);
    const at = (cost: number): number => moneyTest(trades, all, costInR(trades, [cost]), 8).statistic;
    expect([0, 1, 3, 9, 27].map(at)).toEqual([0, 1, 3, 9, 27].map(at).sort((a, b) => b - a));
  });

  test.each(seeds)('the same cost on returns shifted by it earns what none earns, seed %i', (seed) => {
    const trades = drawTrades(seed, { knowledge: 0.1 });
    const shift = 0.0007;
    const dearer = {
      ...trades,
      ret: trades.ret.map((r) => r + shift),
      otherRet: trades.otherRet.map((r) => r + shift),
    };
    const take = takeAt(trades, costInR(trades, [0]));
    const { excess } = coinOf(dearer);
    const booked = meanTest(
      dearer.ret.map((r, k) => take[k] * (r / trades.risk[k] - costInR(trades, [7])[k])),
      8,
    );
    const free = meanTest(
      trades.ret.map((r, k) => (take[k] * r) / trades.risk[k]),
      8,
    );
    expect(booked.statistic).toBeCloseTo(free.statistic, 9);
    excess.forEach((over, k) => {
      expect(over, 'the coin carries the shift').toBeCloseTo(coinOf(trades).excess[k], 15);
    });
  });

  test('instruments that never meet count as the sum of their parts, and every tick covers what it covers', () => {
    const first = drawTrades(21, { n: 200 });
    const second = drawTrades(22, { n: 150 });
    const join = <T extends Int32Array | Uint8Array | Int8Array | Float64Array>(a: T, b: T): T =>
      (a.constructor as unknown as { from(values: number[]): T }).from([...a, ...b]);
    const gap = 1000;
    const pooled = Object.fromEntries(
      Object.entries(first).map(([name, column]) => [name, join(column, second[name as keyof JudgedTrades] as never)]),
    ) as unknown as JudgedTrades;
    const apart: JudgedTrades = {
      ...pooled,
      t0: pooled.t0.map((bar, k) => (k < 200 ? bar : bar + gap)),
      end: pooled.end.map((bar, k) => (k < 200 ? bar : bar + gap)),
      instrument: pooled.instrument.map((_, k) => (k < 200 ? 0 : 1)),
    };
    const [a, b, both] = [evidenceOf(first), evidenceOf(second), evidenceOf(apart, [1, 1])].map(judgeClaims);
    expect(both.nEffective).toBeCloseTo(a.nEffective + b.nEffective, 9);
    expect(both.nTaken).toBe(a.nTaken + b.nTaken);
    expect(both.nEffectiveTaken).toBeCloseTo(a.nEffectiveTaken + b.nEffectiveTaken, 9);
    expect(both.money.booked.meanBps * 350).toBeCloseTo(a.money.booked.meanBps * 200 + b.money.booked.meanBps * 150, 8);
    expect(both.maxOpenTrades).toBe(Math.max(a.maxOpenTrades, b.maxOpenTrades));
    const atOnce = { ...apart, t0: pooled.t0, end: pooled.end };
    const rows = Int32Array.from(atOnce.t0.keys());
    expect(effectiveTrades(atOnce, atOnce.instrument, rows), 'other instruments do not overlap').toBeCloseTo(
      both.nEffective,
      9,
    );
  });

  test('a step of the walk raises no instrument under its own cost', () => {
    const trades = drawTrades(3, { n: 2000, knowledge: 0.15, nInstruments: 2 });
    const far = judgeClaims(evidenceOf(trades, [1, 1e6]));
    const alone = trades.instrument.map((i) => (i === 0 ? 1 : 0));
    expect(far.nTaken, 'nothing is taken where it costs all').toBe(
      takeAt(trades, costInR(trades, [1, 1])).filter((taken, k) => taken === 1 && alone[k] === 1).length,
    );
    expect(far.paysUpToBps).toBeGreaterThan(1);
  });

  test('under other rules of fills the same trades are taken; what has no end under them is left out', () => {
    const trades = drawTrades(5, { knowledge: 0.1 });
    const ret = trades.ret.map((r, k) => (k % 10 === 0 ? Number.NaN : r - 0.001));
    const evidence = evidenceOf(trades);
    const { money, moneyByFill } = judgeClaims({
      ...evidence,
      rebooked: { ...evidence.rebooked, worst: { ret, otherRet: trades.otherRet } },
    });
    expect(moneyByFill?.barrier).toEqual(money);
    expect(moneyByFill?.close).toEqual(money);
    expect(moneyByFill?.worst.booked.n).toBe(540);
    expect(moneyByFill?.worst.taken?.booked.n).toBeLessThan(money.taken?.booked.n ?? 0);
    const kept = [...trades.ret.keys()].filter((k) => k % 10 !== 0);
    expect(moneyByFill?.worst.booked.meanBps).toBeCloseTo(
      (1e4 * kept.reduce((sum, k) => sum + trades.ret[k], 0)) / 540 - 10,
      9,
    );
  });

  test('what is not answered, and what is not known, is never taken', () => {
    const trades = drawTrades(7, { promise: 1 });
    const cost = costInR(trades, [0]);
    expect(takeAt(trades, cost)).toEqual(trades.isAnswered);
    const unknown = { ...trades, expectedR: trades.expectedR.map((e, k) => (k < 100 ? Number.NaN : e)) };
    expect(
      takeAt(unknown, cost)
        .subarray(0, 100)
        .every((taken) => taken === 0),
    ).toBe(true);
    expect(selectionTest(unknown, cost, 8).selectedBy).toBe('take');
    expect(selectionTest(trades, cost, 8).selectedBy).toBe('bet');
  });
});

describe('what tells nothing passes nothing, and is finite', () => {
  const cut = (t: JudgedTrades, n: number): JudgedTrades =>
    Object.fromEntries(
      Object.entries(t).map(([name, column]) => [name, column.slice(0, n)]),
    ) as unknown as JudgedTrades;
  const base = drawTrades(31, { knowledge: 0.1 });
  const constant = { ...base, ret: base.risk.map((r) => 0.5 * r), otherRet: base.risk.map((r) => -0.5 * r) };
  const cases: readonly [string, JudgedTrades][] = [
    ['no trade', cut(base, 0)],
    ['one trade', cut(base, 1)],
    ['two trades', cut(base, 2)],
    ['three trades', cut(base, 3)],
    ['nothing taken', { ...base, isAnswered: new Uint8Array(600) }],
    ['all labels alike', { ...base, label: new Uint8Array(600).fill(1), otherLabel: new Uint8Array(600).fill(1) }],
    ['a constant excess', constant],
    ['a base rate as probability', { ...base, probability: base.baseRate }],
    ['no other side', { ...base, otherRet: base.otherRet.map(() => Number.NaN) }],
    ['no risk', { ...base, risk: new Float64Array(600) }],
  ];
  test.each(cases)('%s', (_, trades) => {
    for (const draw of [trades, { ...trades, side: trades.side.map(() => 1) }]) {
      const claims = judgeClaims(evidenceOf(draw));
      expect(claims.verdict).not.toBe('edge');
      JSON.stringify(claims, (name, value) => {
        expect(typeof value !== 'number' || Number.isFinite(value), `${name} is ${value}`).toBe(true);
        return value;
      });
      expect(claims.reason).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  test('a constant excess proves no test of a choice', () => {
    const { tests, primaryPays } = judgeClaims(evidenceOf(constant, [0]));
    expect(tests.selection).toMatchObject({ statistic: 0, pValue: 1 });
    expect(primaryPays, 'a test without variance proves nothing').toBe(false);
  });

  test('all taken: the bet decides, and too few effective trades pay nothing', () => {
    const all = { ...base, isAnswered: new Uint8Array(600).fill(1), expectedR: base.expectedR.map((e) => e + 5) };
    expect(judgeClaims(evidenceOf(all)).selectedBy).toBe('bet');
    const few = {
      ...all,
      isAnswered: all.isAnswered.map((_, k) => (k < 40 ? 1 : 0)),
      ret: base.risk,
      otherRet: base.risk.map((r) => -r),
    };
    const { nTaken, nEffectiveTaken, tests, paysUpToBps } = judgeClaims(evidenceOf(few));
    expect(nTaken).toBe(40);
    expect(nEffectiveTaken).toBeLessThan(30);
    expect(tests.money).toMatchObject({ statistic: 0, pValue: 1 });
    expect(paysUpToBps).toBe(0);
  });

  test('a walk ends: trades that pay at any price stop at the whole price', () => {
    const rng = new Rng(4);
    const ret = base.ret.map(() => 1e6 * (1 + rng.nextFloat()));
    const rich = { ...base, ret, otherRet: ret.map((r) => -r), expectedR: base.expectedR.map(() => 1e12) };
    const { verdict, tests, paysUpToBps, primaryPaysUpToBps } = judgeClaims(evidenceOf(rich));
    const walked = paysUpTo(rich, [1], prepareMoneyTest(rich, overlapLag(rich.t0, rich.end)));
    for (const bps of [walked.paysUpToBps, primaryPaysUpToBps]) {
      expect(bps).toBeGreaterThan(8000);
      expect(bps).toBeLessThan(10_000);
    }
    expect([verdict, tests.money.pValue < 0.05, paysUpToBps], 'the third test alone proves nothing').toEqual([
      'information',
      true,
      0,
    ]);
  });

  test('columns that do not fit are refused at the door', () => {
    const evidence = evidenceOf(base);
    expect(() => judgeClaims({ ...evidence, terms: [] })).toThrow('terms must be of at least one instrument');
    expect(() => judgeClaims(evidenceOf({ ...base, beta: new Float64Array(3) }))).toThrow('beta must be as long as t0');
    expect(() => judgeClaims(evidenceOf({ ...base, t0: base.t0.toReversed() }))).toThrow('t0[1] must be >= the entry');
    expect(() =>
      judgeClaims({
        ...evidence,
        rebooked: { ...evidence.rebooked, close: { ret: base.ret, otherRet: new Float64Array(1) } },
      }),
    ).toThrow('rebooked.close.otherRet must be as long as t0');
  });
});

test('without the other side, skill against the base rate stands in for information and is called by its name', () => {
  const trades = drawTrades(41, { knowledge: 0.15 });
  const claims = judgeClaims(evidenceOf({ ...trades, otherRet: trades.otherRet.map(() => Number.NaN) }));
  expect(claims.informationBy).toBe('own_side');
  expect(claims.tests.information).toEqual(claims.probabilitySkill);
  expect(claims.probabilitySkill.n).toBe(600);
  expect(claims).toMatchObject({ verdict: 'information', nJudged: 0, nTaken: 0, paysUpToBps: 0 });
  expect(claims.reason).toContain('outcomes came without the other side');
});

test('trades without the other side are left out where others have it', () => {
  const trades = drawTrades(42);
  const otherRet = trades.otherRet.map((r, k) => (k < 50 ? Number.NaN : r));
  const { nJudged, tests, informationBy } = judgeClaims(evidenceOf({ ...trades, otherRet }));
  expect({ nJudged, n: tests.information.n, informationBy }).toEqual({
    nJudged: 550,
    n: 550,
    informationBy: 'both_sides',
  });
});

test('saying more than the base rate where the market rose is no knowledge', () => {
  let nKnowing = 0;
  for (let seed = 1; seed <= 100; seed++) {
    const rng = new Rng(seed);
    const draw = drawTrades(seed, { n: 1000 });
    const label = draw.label.map(() => (rng.nextFloat() < 0.45 ? 1 : 0));
    const otherLabel = draw.label.map(() => (rng.nextFloat() < 0.25 ? 1 : 0));
    const probability = draw.probability.map(() => 0.47 + 0.03 * rng.nextGaussian());
    const baseRate = draw.baseRate.map(() => 0.45);
    const claims = judgeClaims(evidenceOf({ ...draw, label, otherLabel, probability, baseRate }));
    expect(claims.tests.information.pValue, `the level of p alone passes, seed ${seed}`).toBeLessThan(0.05);
    if (claims.verdict !== 'none') nKnowing++;
    else expect(claims.reason, `seed ${seed}`).toContain('the market moved to the side of most trades');
  }
  expect(nKnowing, '5 % of 100, and three standard deviations').toBeLessThanOrEqual(11);
});

test('a primary of one side is timed by its moments against every tenth bar', () => {
  const trades = drawTrades(51, { isOneSided: true, primaryPays: 0.4 });
  const rng = new Rng(5);
  const drift = Float64Array.from({ length: 400 }, () => 0.4 + rng.nextGaussian());
  const still = drift.map((d) => d - 0.4);
  const instrument = new Int32Array(400);
  const at = (excess: Float64Array): number => timingTest(trades, 8, { excess, instrument, lag: 2 }).pValue;
  expect(at(still), 'its moments beat those of a market that does not move').toBeLessThan(0.001);
  expect(at(drift), 'a market that rises all the time is drift').toBeGreaterThan(0.05);
  expect(timingTest(trades, 8, null), 'nothing to compare with').toMatchObject({
    pValue: 1,
    statistic: 0,
    timingR: 0,
    timingBps: 0,
  });
  const short = { ...trades, side: trades.side.map(() => -1) };
  expect(
    timingTest(short, 8, { excess: still.map((d) => -d - 0.4), instrument, lag: 2 }).pValue,
    'falling is drift',
  ).toBeGreaterThan(0.05);
});

describe('the drift of several instruments is no timing', () => {
  const trades = drawTrades(52, { n: 1200, nInstruments: 2 });
  const rng = new Rng(6);
  const noise = trades.ret.map((_, k) => trades.risk[k] * rng.nextGaussian());
  /** Trades over the coin by what the side earns of each instrument's drift, in R. */
  const drifting = (side: Int8Array, drift: readonly number[]): JudgedTrades => {
    const ret = noise.map((r, k) => r + trades.risk[k] * side[k] * drift[trades.instrument[k]]);
    return { ...trades, side, ret, otherRet: ret.map((r) => -r) };
  };
  const reference = {
    excess: Float64Array.from({ length: 800 }, (_, k) => (k % 2 === 0 ? 0.5 : -0.5) + rng.nextGaussian()),
    instrument: Int32Array.from({ length: 800 }, (_, k) => k % 2),
    lag: 2,
  };

  test('long of one that rises, short of one that falls', () => {
    const side = trades.side.map((_, k) => (trades.instrument[k] === 0 ? 1 : -1));
    const timing = timingTest(drifting(side, [0.5, -0.5]), 8, reference);
    expect(timing.isOneSided).toBe(true);
    expect(timing.pValue).toBeGreaterThan(0.05);
    const still = { ...reference, excess: reference.excess.map((d, k) => d - (k % 2 === 0 ? 0.5 : -0.5)) };
    expect(timingTest(drifting(side, [0.5, -0.5]), 8, still).pValue, 'better moments').toBeLessThan(0.001);
    const unknown = { ...reference, instrument: new Int32Array(800) };
    expect(timingTest(drifting(side, [0.5, -0.5]), 8, unknown).pValue, 'one without bars').toBe(1);
  });

  test('mostly long of one that rises, mostly short of one that falls', () => {
    const side = trades.side.map((_, k) => (rng.nextFloat() < 0.8 === (trades.instrument[k] === 0) ? 1 : -1));
    const timing = timingTest(drifting(side, [0.5, -0.5]), 8, null);
    expect(timing.isOneSided).toBe(false);
    expect(timing.pValue, 'over both at once it is 1e-16').toBeGreaterThan(0.001);
    expect(timing.driftBps).toBeGreaterThan(0);
  });

  test('bars count as much as the events of their instrument', () => {
    const side = trades.side.map(() => 1);
    const many = drifting(side, [0.5, 0]);
    const rows = Int32Array.from(many.t0.keys()).filter((k) => many.instrument[k] === 0 || k % 10 === 0);
    const mixed = Object.fromEntries(
      Object.entries(many).map(([name, column]) => [name, column.filter((_: number, k: number) => rows.includes(k))]),
    ) as unknown as JudgedTrades;
    const excess = reference.excess.map((d, k) => (k % 2 === 0 ? d : d + 0.5));
    expect(timingTest(mixed, 8, { ...reference, excess }).pValue).toBeGreaterThan(0.05);
  });
});

test('the cost is the smallest of all instruments, and says where it comes from', () => {
  const trades = drawTrades(61, { nInstruments: 2 });
  const terms = [termsAt(3), { ...termsAt(2), costSource: 'tick' as const }];
  expect(judgeClaims({ ...evidenceOf(trades), terms }).cost).toEqual({ bps: 2, source: 'tick', tickSize: null });
  expect(judgeClaims(evidenceOf(drawTrades(1), [3])).cost).toEqual({ bps: 3, source: 'set', tickSize: 0.01 });
});
