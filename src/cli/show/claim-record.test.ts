import { expect, test } from 'vitest';
import { NO_FACTORS } from '../../../test/support/no-factors.ts';
import type { DecisionStatistics } from '../../decision/index.ts';
import { decisionRecord } from './claim-record.ts';

const LINE = { intercept: 5, slope: 1, floor: 0 };
const KEEPING = { alpha: 0.01, beta: 0.8, n: 900 };

function statisticsOf(coin: number): DecisionStatistics {
  const all = {
    logVolatility: [-9, -1] as const,
    win: { ...LINE, mean: 1.7 },
    loss: { ...LINE, mean: 0.9 },
    coin: { ...LINE, mean: coin },
  };
  return { payoffs: { all, byInstrument: {} }, keeping: KEEPING, ...NO_FACTORS };
}

test('w, l and m are means over all labels, wherever the extremes of volatility lie', () => {
  const unproven = { statistic: 0, p_value: 1, n: 0, lag: 0, is_earned: false };
  expect(decisionRecord(statisticsOf(0.02))).toEqual({
    w: 1.7,
    l: 0.9,
    m: 0.02,
    alpha: 0.01,
    beta: 0.8,
    n: 900,
    base_rate: NO_FACTORS.baseRate,
    mean_open: NO_FACTORS.meanOpen,
    factors: { regime: unproven, toxicity: unproven },
  });
  expect(decisionRecord(statisticsOf(-0.02)), 'a coin that loses').toMatchObject({ m: 0 });
});

test('what is not known is null', () => {
  const all = { logVolatility: [0, 0] as const, win: null, loss: null, coin: null };
  const record = decisionRecord({ payoffs: { all, byInstrument: {} }, keeping: KEEPING, ...NO_FACTORS });
  expect(record).toMatchObject({ w: null, l: null, m: null });
});
