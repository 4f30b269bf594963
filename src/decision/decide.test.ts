import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NO_FACTORS } from '../../test/support/no-factors.ts';
import { Rng } from '../core/index.ts';
import {
  NOTHING_PROVEN,
  type ProvenCosts,
  SIZING_METHODS,
  type SizingMethod,
  TRUSTS,
  type Trust,
} from '../domain/index.ts';
import {
  afmlBet,
  type DecidedTrade,
  type DecisionRules,
  type DecisionStatistics,
  decideTrade,
  type JudgedTrade,
  type VolatilityLine,
} from './index.ts';

/** The same value at every volatility. */
function level(value: number, floor = 0): VolatilityLine {
  return { intercept: value, slope: 0, floor, mean: value };
}

interface Known {
  readonly win: number;
  readonly loss: number;
  readonly coin: number;
  readonly alpha: number;
  readonly beta: number;
  readonly baseRate: number;
  readonly meanOpen: number;
}

const KNOWN: Known = { win: 2, loss: 1, coin: 0.1, alpha: 0, beta: 1, baseRate: 0.4, meanOpen: 1 };

function statisticsOf(change: Partial<Known> = {}): DecisionStatistics {
  const { win, loss, coin, alpha, beta, baseRate, meanOpen } = { ...KNOWN, ...change };
  const all = { logVolatility: [-8, -4] as const, win: level(win), loss: level(loss), coin: level(coin) };
  return { ...NO_FACTORS, payoffs: { all, byInstrument: {} }, keeping: { alpha, beta, n: 900 }, baseRate, meanOpen };
}

/** A stop of 50 bp and a cost of 5 bp: a tenth of R. */
const TRADE: JudgedTrade = { confidence: 0.6, instrumentId: 'A', volatility: 0.002, risk: 0.005, costBps: 5 };
const RULES: DecisionRules = { statistics: statisticsOf(), proven: NOTHING_PROVEN, trust: 'expected', method: 'afml' };

function decide(trade: Partial<JudgedTrade>, rules: Partial<DecisionRules> = {}): DecidedTrade {
  return decideTrade({ ...TRADE, ...trade }, { ...RULES, ...rules });
}

describe('by hand', () => {
  test('.6 · 2 − .4 · 1 − .1 − .1 = .6 R, break-even (1 + .1 + .1)/3 = .4', () => {
    const { expectedR, breakEven, ...rest } = decide({});
    expect(expectedR).toBeCloseTo(0.6, 12);
    expect(breakEven).toBeCloseTo(0.4, 12);
    expect(rest).toEqual({ take: true, takeReason: 'expected', bet: afmlBet(0.6, breakEven ?? Number.NaN) });
  });

  test('promises half kept: .05 + .5 · .7 − .1 = .3 R, break-even (1.1 + (.1 − .05)/.5)/3 = .4', () => {
    const { expectedR, breakEven } = decide({}, { statistics: statisticsOf({ alpha: 0.05, beta: 0.5 }) });
    expect(expectedR).toBeCloseTo(0.3, 12);
    expect(breakEven).toBeCloseTo(0.4, 12);
  });

  test('the same confidence is superb at 2:1 and a loss at 1:2', () => {
    const at = (win: number, loss: number) =>
      decide({ confidence: 0.5 }, { statistics: statisticsOf({ win, loss, coin: 0 }) });
    expect(at(2, 1)).toMatchObject({ take: true, takeReason: 'expected' });
    expect(at(1, 2)).toMatchObject({ take: false, takeReason: 'below_break_even', bet: 0 });
  });

  test('a wider stop pays the same cost from more', () => {
    expect(decide({ confidence: 0.41 }).take).toBe(true);
    expect(decide({ confidence: 0.41, risk: 0.0025 }).take, 'the cost is a fifth of R').toBe(false);
    expect(decide({ confidence: 0.41, costBps: 10 }).take).toBe(false);
  });
});

test('the example of docs/concepts.md is true', () => {
  const page = readFileSync(new URL('../../docs/concepts.md', import.meta.url), 'utf8');
  const known = { win: 1.9, loss: 1, coin: 0.02, alpha: 0, beta: 0.8, meanOpen: 3 };
  const trade = { confidence: 0.45, risk: 0.004, costBps: 2 };
  const rowOf = (name: string, change: Partial<JudgedTrade>, changed: Partial<Known> = {}): string => {
    const statistics = statisticsOf({ ...known, ...changed });
    const decided = SIZING_METHODS.map((method) => decide({ ...trade, ...change }, { statistics, method }));
    const [{ breakEven, expectedR }] = decided;
    const [afml, kelly, linear] = decided.map(({ bet }) => (bet === 0 ? '0' : bet.toFixed(3)));
    const expected = `${(expectedR ?? Number.NaN) > 0 ? '+' : ''}${expectedR?.toFixed(3)}`;
    const p = change.confidence ?? trade.confidence;
    return `| ${name} | ${p} | ${breakEven?.toFixed(3)} | ${expected} | ${afml} | ${kelly} | ${linear} |`;
  };
  expect(SIZING_METHODS.slice(0, 3)).toEqual(['afml', 'kelly', 'linear']);
  expect(page).toContain(rowOf('as above', {}));
  expect(page).toContain(rowOf('a round trip of 8 bp', { costBps: 8 }));
  expect(page).toContain(rowOf('wins of 1 R', {}, { win: 1 }));
  expect(page).toContain(rowOf('p lower', { confidence: 0.36 }));
});

describe('trust', () => {
  const both: ProvenCosts = { modelBps: 4, primaryBps: 8 };
  const primaryOnly: ProvenCosts = { modelBps: null, primaryBps: 8 };

  test.each<[name: string, costBps: number, proven: ProvenCosts, reason: string]>([
    ['nothing proven', 5, NOTHING_PROVEN, 'not_proven'],
    ['the model, up to this cost', 4, both, 'expected'],
    ['the model, but not at this cost, the primary is', 5, both, 'primary_proven'],
    ['neither at this cost', 8.1, both, 'not_proven'],
    ['the primary alone', 5, primaryOnly, 'primary_proven'],
    ['a proof at no cost covers no cost', 0, { modelBps: 0, primaryBps: null }, 'expected'],
    ['a proof at no cost covers nothing else', 1e-9, { modelBps: 0, primaryBps: null }, 'not_proven'],
  ])('proven: %s', (_, costBps, proven, reason) => {
    const statistics = statisticsOf({ baseRate: 0.5 });
    const decided = decide({ costBps }, { trust: 'proven', proven, statistics });
    expect(decided).toMatchObject({ take: reason !== 'not_proven', takeReason: reason });
    if (reason === 'not_proven') expect(decided.bet).toBe(0);
    else expect(decided.bet).toBeGreaterThan(0);
    expect(decided.expectedR, 'promised all the same').toBeGreaterThan(0);
  });

  test.each(SIZING_METHODS)(
    '%s: where the primary is proven, the base rate decides and the model has no say',
    (method) => {
      const rules = {
        trust: 'proven',
        proven: primaryOnly,
        method,
        statistics: statisticsOf({ baseRate: 0.45 }),
      } as const;
      const decided = decide({ confidence: 0.99 }, rules);
      expect(decided, 'a confidence next to 0').toEqual(decide({ confidence: 0.01 }, rules));
      expect(decided).toEqual({
        ...decide({ confidence: 0.45 }, { ...rules, trust: 'expected' }),
        takeReason: 'primary_proven',
      });
      const poor = decide({ confidence: 0.99 }, { ...rules, statistics: statisticsOf({ baseRate: 0.39 }) });
      expect(poor, 'a base rate below the break-even').toMatchObject({ takeReason: 'below_break_even', bet: 0 });
    },
  );

  test('what is proven matters under no other trust', () => {
    for (const method of SIZING_METHODS) {
      for (const trust of ['expected', 'always'] as const) {
        expect(decide({}, { method, trust, proven: primaryOnly })).toEqual(decide({}, { method, trust }));
      }
    }
  });

  test('always takes by the rule; with the method integrated, whatever was judged', () => {
    for (const method of SIZING_METHODS.filter((name) => name !== 'integrated')) {
      const always = decide({}, { method, trust: 'always' });
      expect(always, method).toEqual({ ...decide({}, { method, trust: 'expected' }), takeReason: 'always' });
      const low = decide({ confidence: 0.3 }, { method, trust: 'always' });
      expect(low, method).toMatchObject({ take: false, takeReason: 'below_break_even', bet: 0 });
    }
    const seed = { method: 'integrated', trust: 'always' } as const;
    const taken = { take: true, takeReason: 'always' };
    expect(decide({ confidence: 0.3 }, seed)).toMatchObject({ ...taken, bet: 0.3 });
    const unknown = { ...taken, breakEven: null, expectedR: null, bet: 0.3 };
    expect(decide({ confidence: 0.3 }, { ...seed, statistics: null })).toEqual(unknown);
    expect(decide({ confidence: 0.3 }, { ...seed, statistics: statisticsOf({ beta: 0 }) })).toEqual(unknown);
  });
});

describe('the first reason that applies', () => {
  const few = statisticsOf();
  const noWins = { ...few, payoffs: { all: { ...few.payoffs.all, win: null }, byInstrument: {} } };
  const nothing = { breakEven: null, expectedR: null };

  test.each<[name: string, trade: Partial<JudgedTrade>, rules: Partial<DecisionRules>, wanted: Partial<DecidedTrade>]>([
    ['no statistics in the file', {}, { statistics: null }, { takeReason: 'no_statistics', ...nothing }],
    ['too few wins known', {}, { statistics: noWins }, { takeReason: 'no_statistics', ...nothing }],
    [
      'promises that say nothing',
      {},
      { statistics: statisticsOf({ beta: 0, alpha: 1 }) },
      { takeReason: 'no_statistics', ...nothing },
    ],
    [
      'a slope that overflows',
      {},
      { statistics: statisticsOf({ beta: 5e-324, alpha: 1 }) },
      { takeReason: 'no_statistics', ...nothing },
    ],
    ['a break-even of 1 and more', { costBps: 100, confidence: 0.1 }, {}, { takeReason: 'no_statistics' }],
    ['no range', { risk: 0 }, {}, { takeReason: 'no_statistics', ...nothing }],
    ['no range and no cost', { risk: 0, costBps: 0 }, {}, { takeReason: 'no_statistics', ...nothing }],
    ['a stop on the wrong side', { risk: -0.005 }, {}, { takeReason: 'no_statistics', ...nothing }],
    ['a cost that is paid out', { costBps: -5 }, {}, { takeReason: 'no_statistics', ...nothing }],
    ['a cost that is no number', { costBps: Number.NaN }, {}, { takeReason: 'no_statistics', ...nothing }],
    ['a confidence that is no number', { confidence: Number.NaN }, {}, { takeReason: 'below_break_even' }],
    [
      'below the break-even, and not proven',
      { confidence: 0.3 },
      { trust: 'proven' },
      { takeReason: 'below_break_even' },
    ],
    ['at the break-even', { confidence: 0.4 }, {}, { takeReason: 'below_break_even' }],
    ['not proven', {}, { trust: 'proven' }, { takeReason: 'not_proven' }],
  ])('%s', (_, trade, rules, wanted) => {
    for (const method of SIZING_METHODS) {
      const decided = decide(trade, { method, ...rules });
      expect(decided, method).toMatchObject({ ...wanted, take: false, bet: 0 });
    }
  });
});

/** Truth.md §4 once more, sentence by sentence. */
function byThePage(trade: JudgedTrade, known: Known, { trust, method, proven }: DecisionRules) {
  const { win: w, loss: l, coin: m, alpha, beta } = known;
  const c = trade.costBps / 1e4 / trade.risk;
  let p = trade.confidence;
  let isTrusted = trust !== 'proven';
  if (trust === 'proven') {
    const isModelProven = proven.modelBps !== null && trade.costBps <= proven.modelBps;
    const isPrimaryProven = proven.primaryBps !== null && trade.costBps <= proven.primaryBps;
    isTrusted = isModelProven || isPrimaryProven;
    if (isPrimaryProven && !isModelProven) p = known.baseRate;
  }
  const expectedR = alpha + beta * (p * w - (1 - p) * l - m) - c;
  const star = (l + m + (c - alpha) / beta) / (w + l);
  if (method === 'integrated' && trust === 'always') return { expectedR, star, take: true, bet: trade.confidence };
  const take = expectedR > 0 && star < 1 && isTrusted;
  const kelly = (): number => {
    const [lost, won] = [l + m + c, w - m - c];
    return won <= 0 ? 0 : Math.min(1, 1 / lost, Math.max(0, expectedR / (lost * won))) / known.meanOpen;
  };
  const bets = {
    afml: () => afmlBet(p, star),
    kelly,
    linear: () => Math.min(1, Math.max(0, (p - star) / (1 - star))),
    integrated: () => p,
  };
  return { expectedR, star, take, bet: take ? bets[method]() : 0 };
}

describe.each(SIZING_METHODS)('%s', (method: SizingMethod) => {
  test.each(TRUSTS)('with the trust %s decides as the page says, over 600 draws', (trust: Trust) => {
    const rng = new Rng(29);
    const between = (low: number, high: number): number => low + (high - low) * rng.nextFloat();
    let nTaken = 0;
    for (let k = 0; k < 600; k++) {
      const known: Known = {
        win: between(0.2, 3),
        loss: between(0.2, 3),
        coin: between(0, 0.2),
        alpha: between(-0.1, 0.1),
        beta: between(0.05, 1),
        baseRate: between(0.2, 0.7),
        meanOpen: between(1, 5),
      };
      const trade = { ...TRADE, confidence: rng.nextFloat(), risk: between(0.0005, 0.02), costBps: between(0, 10) };
      const maybe = (): number | null => (rng.nextFloat() < 0.4 ? null : between(0, 12));
      const rules = {
        statistics: statisticsOf(known),
        method,
        trust,
        proven: { modelBps: maybe(), primaryBps: maybe() },
      };
      const decided = decideTrade(trade, rules);
      const page = byThePage(trade, known, rules);
      const where = `draw ${k}: ${JSON.stringify({ trade, known, proven: rules.proven })}`;
      expect(decided.take, where).toBe(page.take);
      expect(decided.bet, where).toBeCloseTo(page.bet, 10);
      expect(decided.expectedR, where).toBeCloseTo(page.expectedR, 10);
      expect(decided.breakEven, where).toBeCloseTo(page.star, 10);
      if (decided.take) nTaken++;
      if (method === 'integrated' && trust === 'always') continue;
      const { breakEven, expectedR, bet } = decided;
      const isAbove = breakEven !== null && breakEven < 1 && expectedR !== null && expectedR > 0;
      if (!(isAbove && decided.take)) expect(bet, where).toBe(0);
    }
    expect(nTaken, 'both answers occur').toBeGreaterThan(60);
  });
});
