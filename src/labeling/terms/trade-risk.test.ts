import { expect, test } from 'vitest';
import { randomWalk } from '../../../test/support/random-walk.ts';
import { BarSeries } from '../../domain/index.ts';
import { recordedRisk, tradeRisk, tradeRiskAt } from '../index.ts';

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
  const settings = { slMultiplier: 1.5 };
  expect(recordedRisk({ sl_multiplier: 2, pt_multiplier: 1 }, settings)).toEqual({ slMultiplier: 2, hasStop: true });
  for (const nothing of [undefined, null, 'labels', {}, { sl_multiplier: '2' }]) {
    expect(recordedRisk(nothing, settings)).toEqual({ slMultiplier: 1.5, hasStop: true });
  }
  const own = { labeler: 'fixed horizon', hash: null };
  expect(recordedRisk(own, settings), 'no stop is known of it').toEqual({ slMultiplier: 1.5, hasStop: false });
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
