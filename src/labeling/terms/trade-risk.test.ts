import { expect, test } from 'vitest';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { BarSeries } from '../../domain/index.ts';
import {
  defineLabeler,
  fixedHorizonLabeler,
  givenLabeler,
  recordedRisk,
  riskText,
  riskUnitOf,
  tradeRisk,
  tradeRiskAt,
} from '../index.ts';

test('R is the stop distance at each bar, as a share of its close', () => {
  const bars = randomWalk(80, 3);
  const risk = tradeRisk(bars, { slMultiplier: 1.5 });
  for (let i = 0; i < 80; i++) {
    expect(tradeRiskAt(bars, i, { slMultiplier: 1.5 }), `bar ${i}`).toBe(risk[i]);
    if (i < 14) expect(risk[i], 'not known yet').toBe(0);
    if (i < 14) continue;
    let sum = 0;
    for (let j = i - 13; j <= i; j++) {
      const reaches = [bars.high[j] - bars.low[j], bars.high[j] - bars.close[j - 1], bars.close[j - 1] - bars.low[j]];
      sum += Math.max(...reaches);
    }
    expect(risk[i]).toBeCloseTo((1.5 * sum) / 14 / bars.close[i], 14);
  }
});

test('R is that of the training where the file records it', () => {
  const settings = { kind: 'triple_barrier', slMultiplier: 1.5 } as const;
  expect(recordedRisk({ sl_multiplier: 2, pt_multiplier: 1 }, settings)).toEqual({ slMultiplier: 2, hasStop: true });
  for (const nothing of [undefined, null, 'labels', {}, { sl_multiplier: '2' }]) {
    expect(recordedRisk(nothing, settings)).toEqual({ slMultiplier: 1.5, hasStop: true });
  }
  const own = { labeler: 'fixed horizon', hash: null };
  expect(recordedRisk(own, settings), 'no stop is known of it').toEqual({ slMultiplier: 1.5, hasStop: false });
});

test('R of trades without a stop is ATR(14), also where no file says so', () => {
  for (const kind of ['fixed_horizon', 'trend_scanning', 'given'] as const) {
    expect(recordedRisk(undefined, { kind, slMultiplier: 1.5 }), kind).toEqual({ slMultiplier: 1, hasStop: false });
  }
  expect(recordedRisk(null, { kind: 'module', slMultiplier: 1.5 })).toEqual({ slMultiplier: 1.5, hasStop: false });
  expect(riskUnitOf(fixedHorizonLabeler({ horizonBars: 5, minReturn: 0 }), { slMultiplier: 3 }).slMultiplier).toBe(1);
  expect(riskUnitOf(givenLabeler(), { slMultiplier: 3 }).slMultiplier).toBe(1);
  const own = defineLabeler({ name: 'own', maxHoldingBars: 1, resolve: () => null });
  expect(riskUnitOf(own, { slMultiplier: 3 }).slMultiplier, 'it may have a stop').toBe(3);
});

test('R in words', () => {
  expect(riskText({ slMultiplier: 2, hasStop: true })).toBe('R is the distance of the stop');
  expect(riskText({ slMultiplier: 1, hasStop: false })).toBe(
    'R is ATR(14) of the bar of entry: no stop of these trades is known',
  );
  expect(riskText({ slMultiplier: 1.5, hasStop: false })).toContain('R is 1.5 times ATR(14)');
});

test('a market that stands still has none', () => {
  const still = Array.from({ length: 30 }, (_, i) => ({
    open: 5,
    high: 5,
    low: 5,
    close: 5,
    volume: 1,
    tsEvent: BigInt(i),
  }));
  expect(tradeRisk(BarSeries.fromBars(still), { slMultiplier: 1 })).toEqual(new Float64Array(30));
});
