import { describe, expect, test } from 'vitest';
import { sampleClaims, sampleMean, sampleMoney } from '../../../test/support/sample-claims.ts';
import {
  bp,
  coinText,
  costText,
  edgePValue,
  isTested,
  meanText,
  otherWarnings,
  paysText,
  possibleCost,
  powerText,
  primaryText,
  provenCost,
  pText,
  testTexts,
} from './claim-texts.ts';
import { reasonOf } from './verdict.ts';

test('numbers: small costs keep two digits, means their sign and interval, p-values their size', () => {
  expect([0, 0.0625, 1, 2.149, 12].map(bp)).toEqual(['0.0 bp', '0.06 bp', '1.0 bp', '2.1 bp', '12.0 bp']);
  expect(meanText(sampleMean(0.65))).toBe('+0.65 [+0.15, +1.15]');
  expect(meanText({ ...sampleMean(-0.001), low: null, high: null })).toBe('0.00 [unknown]');
  expect([0, 3e-9, 0.0312].map(pText)).toEqual(['< 1e-16', '3e-9', '0.0312']);
});

test('the cost says where it comes from', () => {
  const cost = { bps: 1, source: 'assumed', tickSize: null } as const;
  expect(costText(cost)).toContain('no cost set: 1.0 bp a round trip assumed');
  expect(costText({ ...cost, bps: 3.2, source: 'tick' })).toContain(
    'no cost set: 3.2 bp a round trip assumed, one tick',
  );
  expect(costText({ ...cost, source: 'set' })).not.toContain('assumed');
});

describe('what pays', () => {
  test('a number stands for nothing where the tests before it failed', () => {
    expect(paysText(sampleClaims())).toBe('the model pays up to 2.1 bp a round trip');
    const claims = sampleClaims({ verdict: 'none', paysUpToBps: 9, wouldPayUpToBps: 9 });
    expect(paysText(claims)).toBe('the model is not shown to pay at any cost');
    expect([provenCost(claims), possibleCost(claims)]).toEqual([null, null]);
    expect([provenCost(sampleClaims()), possibleCost(sampleClaims())]).toEqual([2.1, null]);
  });

  test.each(['information', 'selection'] as const)('%s says up to where it would pay', (verdict) => {
    const said = (wouldPayUpToBps: number | null): string =>
      paysText(sampleClaims({ verdict, paysUpToBps: 9, wouldPayUpToBps }));
    expect(said(0.6)).toBe(
      'the model is not shown to pay 1.0 bp a round trip; on these bars it would pay up to 0.60 bp, which only newer bars can test',
    );
    expect(said(0)).toBe('the model is not shown to pay at any cost');
    expect(said(null), 'money alone proves nothing').toBe('the model is not shown to pay at any cost');
    expect(provenCost(sampleClaims({ verdict, paysUpToBps: 9 }))).toBeNull();
  });

  test('the primary alone has a line of its own: what it pays, and drift where it is not timing', () => {
    expect(primaryText(sampleClaims())).toBe(
      'the primary alone, every signal followed, pays up to 0.80 bp a round trip, not the 1.0 bp counted: timing +0.020 R a trade (p 0.0230), at the same stake +0.90 bp, drift +0.10 bp',
    );
    const drift = { ...sampleClaims().timing, pValue: 0.4, driftBps: null, isOneSided: true };
    expect(primaryText(sampleClaims({ timing: drift }))).toContain('drift, not timing (timing +0.020 R');
    expect(
      primaryText(sampleClaims({ timing: drift, primaryPaysUpToBps: 0 })),
      'what pays nothing pays by nothing',
    ).toBe(
      'the primary alone, every signal followed, is not shown to pay at any cost: no timing is shown either (timing +0.020 R a trade (p 0.4000), at the same stake +0.90 bp, one side only)',
    );
  });
});

describe('the coin', () => {
  test('within chance it is said to be chance', () => {
    expect(coinText(sampleClaims())).toBe(
      'a coin at the same events earns +0.20 [-0.30, +0.70] bp a trade, no more than chance explains',
    );
  });

  test('beyond it, the close decides between the market and the fills', () => {
    const money = sampleMoney(4, 2);
    const byFill = { barrier: money, worst: money };
    const fills = coinText({ coinBiasBps: 2, money, moneyByFill: { ...byFill, close: sampleMoney(2, 0.1) } });
    expect(fills).toContain('it is the fills, which no account gets');
    const worse = coinText({
      coinBiasBps: -2,
      money: sampleMoney(4, -2),
      moneyByFill: { ...byFill, close: sampleMoney(2, 0.1) },
    });
    expect(worse, 'fills that cost').toContain('so it is the fills. Believe');
    const market = coinText({ coinBiasBps: 2, money, moneyByFill: { ...byFill, close: sampleMoney(2, 1.8) } });
    expect(market, 'what of it is the market, and what the fills').toContain(
      "+1.80 bp of it at closes too, the market's answer to an asymmetric exit, and +0.20 bp by the fills",
    );
    const all = coinText({ coinBiasBps: 2, money, moneyByFill: { ...byFill, close: money } });
    expect(all, 'a training booked at closes').not.toContain('by the fills');
    const opposite = coinText({ coinBiasBps: 2, money, moneyByFill: { ...byFill, close: sampleMoney(2, -1.8) } });
    expect(opposite, 'a loss at closes is no answer that pays').toContain('it is the fills');
  });
});

test('power and the p-value of an edge', () => {
  expect(powerText(sampleClaims())).toBe(
    'smallest log-loss skill that n_effective = 812 would have found in 4 of 5 cases: 0.31 %',
  );
  expect(powerText({ nEffective: 0, detectableSkill: Number.POSITIVE_INFINITY })).toContain('4 of 5 cases: –');
  expect(edgePValue(sampleClaims()), 'all three have to pass').toBe(0.014);
});

test('the tests say what they ask, and what somebody who knows nothing gets there', () => {
  const texts = testTexts(sampleClaims());
  expect(texts.money).toEqual({
    asks: 'do trades taken pay 1.0 bp a round trip?',
    byChance: 't below 0: a coin loses 1.0 bp a trade',
  });
  expect(testTexts(sampleClaims({ selectedBy: 'bet' })).selection.asks).toContain('larger bets');
  expect(testTexts(sampleClaims({ informationBy: 'own_side' })).information.asks).toContain('no other side');
  const free = testTexts(sampleClaims({ cost: { bps: 0, source: 'set', tickSize: null } }));
  expect(free.money.byChance).toBe(free.information.byChance);
});

test('that no cost was set is said once', () => {
  expect(otherWarnings(sampleClaims())).toEqual([]);
  const coarse = { code: 'COARSE_TICK', message: 'few ticks', ts: null, size: 1.5 } as const;
  expect(otherWarnings(sampleClaims({ warnings: [...sampleClaims().warnings, coarse] }))).toEqual([coarse]);
});

test('a verdict names no figures of a test that had nothing to go by', () => {
  const facts = { ...sampleClaims({ verdict: 'information' }), nTaken: 1 };
  const nothing = { statistic: 0, pValue: 1, n: 1, lag: 0 };
  expect(reasonOf({ ...facts, tests: { ...facts.tests, selection: nothing } })).toMatch(
    /not shown to beat the others \(1 trade, by which it cannot be tested\)\.$/,
  );
  expect(reasonOf(facts)).toMatch(/\(t 2\.60, p 0\.0050, 1,200 trades, Newey–West with 12 lags\)\.$/);
  expect([{ statistic: 0, pValue: 0.5 }, { statistic: -9, pValue: 1 }, nothing].map(isTested)).toEqual([
    true,
    true,
    false,
  ]);
});
