import { describe, expect, test } from 'vitest';
import { drawTrades, evidenceOf, termsAt } from '../../../test/support/judged-trades.ts';
import { Rng } from '../../core/index.ts';
import { type Claims, coinOf, judgeClaims, topVarianceShare } from '../index.ts';
import { reasonOf } from './verdict.ts';

/** Codes of the warnings of evidence. */
function codesOf(claims: Claims): string[] {
  return claims.warnings.map(({ code }) => code);
}

describe('warnings', () => {
  const trades = drawTrades(71, { n: 1000 });
  const evidence = evidenceOf(trades);

  test('none where there is nothing to warn of', () => {
    expect(codesOf(judgeClaims({ ...evidence, medianAtrTicks: 5 }))).toEqual([]);
  });

  test('a coarse tick', () => {
    const { warnings } = judgeClaims({ ...evidence, medianAtrTicks: 1.62 });
    expect(warnings).toEqual([
      { code: 'COARSE_TICK', size: 1.62, ts: null, message: expect.stringContaining('1.6 ticks') },
    ]);
  });

  test('signals that know the bar to come', () => {
    // The side that will be better, as of a signal that is stamped a bar early, of nearly every trade.
    const better = trades.side.map((side, k) => {
      const isWorse = trades.ret[k] < trades.otherRet[k];
      return k % 20 !== 0 && isWorse ? -side : side;
    });
    const swap = (k: number): boolean => better[k] !== trades.side[k];
    const ret = trades.ret.map((own, k) => (swap(k) ? trades.otherRet[k] : own));
    const otherRet = trades.otherRet.map((other, k) => (swap(k) ? trades.ret[k] : other));
    const claims = judgeClaims(evidenceOf({ ...trades, side: better, ret, otherRet }));
    expect(claims.timing.timingR).toBeGreaterThan(0.5);
    const warning = { code: 'LOOKS_AHEAD', size: claims.timing.timingR, ts: null };
    expect(claims.warnings).toEqual([{ ...warning, message: expect.stringContaining('stamped before the bar') }]);
  });

  test('no cost set', () => {
    const assumed = { ...termsAt(1), costSource: 'assumed' as const };
    const { warnings } = judgeClaims({ ...evidence, terms: [assumed] });
    expect(warnings[0].message).toContain('no cost set: 1.0 bp a round trip assumed');
  });

  test('few events that carry the result', () => {
    const ret = trades.ret.map((r, k) => (k % 200 === 0 ? 100 * r + trades.risk[k] : r));
    const claims = judgeClaims(evidenceOf({ ...trades, ret }));
    expect(codesOf(claims)).toContain('FEW_EVENTS_CARRY');
    expect(claims.topShare).toBeGreaterThan(0.9);
  });

  test('the top 1 % is at least one event: one of four holds 3/4 of their variance', () => {
    expect(topVarianceShare(Float64Array.of(4, 0, 0, 0))).toBeCloseTo(0.75, 12);
    expect(topVarianceShare(new Float64Array(7).fill(0.3)), 'nothing varies').toBe(0);
    expect(topVarianceShare(new Float64Array(0))).toBe(0);
  });

  test('closes that reverse, with the spread that made them', () => {
    const rng = new Rng(8);
    const half = 0.0004;
    const walk = (bounce: number): Float64Array => {
      let log = 4;
      return Float64Array.from({ length: 5000 }, () => {
        log += 0.0005 * rng.nextGaussian();
        return Math.exp(log + bounce * (rng.nextInt(2) === 0 ? 1 : -1));
      });
    };
    const { warnings, rollSpreadBps } = judgeClaims({ ...evidence, closes: [walk(0), walk(half)] });
    expect(warnings.map(({ code }) => code)).toEqual(['CLOSES_REVERSE']);
    expect(rollSpreadBps).toBeGreaterThan(7);
    expect(rollSpreadBps).toBeLessThan(9);
    expect(
      judgeClaims({ ...evidence, closes: [walk(0), walk(0), new Float64Array(9).fill(7)] }).rollSpreadBps,
    ).toBeNull();
    expect(judgeClaims({ ...evidence, closes: [Float64Array.of(1), new Float64Array(0)] }).rollSpreadBps).toBeNull();
  });

  test('a coin that earns, by the fills or by the market', () => {
    const paid = drawTrades(72, { n: 1000, coinPays: 0.3 });
    const market = judgeClaims(evidenceOf(paid));
    expect(market.coinBiasBps).toBeCloseTo(market.money.coin?.meanBps ?? Number.NaN, 12);
    expect(market.warnings[0].message).toContain("at closes too, the market's answer to an asymmetric exit");
    const fair = { ret: coinOf(paid).excess, otherRet: coinOf(paid).excess.map((over) => -over) };
    const noisy = fair.ret.map((r, k) => r + (k % 2 === 0 ? 1e-5 : -1e-5));
    const fills = judgeClaims({
      ...evidenceOf(paid),
      rebooked: { ...evidenceOf(paid).rebooked, close: { ...fair, ret: noisy } },
    });
    expect(fills.warnings[0].message).toContain('booked at closes it does not, so it is the fills');
    expect(fills.warnings[0].message).toContain(' bp a trade');
    expect(judgeClaims(evidence).coinBiasBps, 'no more than chance').toBe(0);
  });

  test('a coin that loses', () => {
    const lost = judgeClaims(evidenceOf(drawTrades(72, { n: 1000, coinPays: -0.3 })));
    expect(lost.coinBiasBps).toBeLessThan(0);
    expect(lost.coinBiasBps).toBe(lost.money.coin?.meanBps);
    expect(lost.warnings[0].message).toContain('earns -');
  });
});

describe('the verdict is a fixed sequence', () => {
  test('what pays without knowing is none, and the reason names the test that decided', () => {
    const lucky = drawTrades(81, { primaryPays: 0.5, promise: 1 });
    const claims = judgeClaims(evidenceOf(lucky));
    expect(claims.tests.money.pValue, 'the primary pays').toBeLessThan(0.001);
    expect(claims).toMatchObject({ verdict: 'none', primaryPays: true });
    expect(claims.reason).toContain('not shown to know the better side (t ');
    expect(claims.reason).toContain('600 trades, Newey–West with 8 lags');
  });

  test('each reason has its own figures', () => {
    const reasonAt = (cost: number): string =>
      judgeClaims(evidenceOf(drawTrades(82, { knowledge: 0.12 }), [cost])).reason;
    expect(reasonAt(1)).toMatch(
      /know the better side \(p .*beat the others \(p .*pay 1\.0 bp a round trip, as booked and over a coin \(t /,
    );
    const blind = drawTrades(83, { knowledge: 0.12 });
    const unselective = { ...blind, expectedR: blind.expectedR.map((_, k) => (k % 2 === 0 ? 1 : -1)) };
    expect(judgeClaims(evidenceOf(unselective)).reason).toContain(
      'but the trades chosen are not shown to beat the others (t ',
    );
    const few = { ...blind, isAnswered: blind.isAnswered.map((_, k) => (k < 60 ? 1 : 0)) };
    const claims = judgeClaims(evidenceOf(few));
    expect(claims.verdict).toBe('selection');
    expect(claims.reason).toContain(`too few are taken to show that they pay 1.0 bp`);
    expect(claims.reason).toContain(`${claims.nTaken}, worth ${claims.nEffectiveTaken.toFixed(1)} independent ones`);
  });

  test('enough trades that lose for certain are not called too few, nor are none called chosen', () => {
    const facts = { ...judgeClaims(evidenceOf(drawTrades(83, { knowledge: 0.12 }))), verdict: 'selection' } as const;
    const money = { ...facts.tests.money, statistic: -12, pValue: 1 };
    const lost = reasonOf({ ...facts, tests: { ...facts.tests, money } });
    expect(facts.nEffectiveTaken).toBeGreaterThan(30);
    expect(lost).toContain('but are not shown to pay 1.0 bp a round trip, as booked and over a coin (t -12.00');
    expect(lost).not.toContain('too few');
    const nothing = reasonOf({ ...facts, verdict: 'information', nTaken: 0, nEffectiveTaken: 0 });
    expect(nothing).toContain('no trade is expected to earn the 1.0 bp of a round trip, so none is chosen');
  });
});
