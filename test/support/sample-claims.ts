import type { Claims, Money, MoneyMean } from '../../src/validation/index.ts';

/** A mean whose interval is 0.5 bp to either side. */
export function sampleMean(meanBps: number, n = 1200): MoneyMean {
  return { meanBps, low: meanBps - 0.5, high: meanBps + 0.5, t: meanBps / 0.25, n };
}

export function sampleMoney(booked: number, coin: number): Money {
  const columns = (n: number) => ({
    booked: sampleMean(booked, n),
    coin: sampleMean(coin, n),
    excess: sampleMean(booked - coin, n),
  });
  return { ...columns(1200), taken: columns(700) };
}

/** Claims of an edge that pays up to 2.1 bp at a cost of 1 bp that nobody set. */
export function sampleClaims(changes: Partial<Claims> = {}): Claims {
  return {
    verdict: 'edge',
    reason: 'The reason.',
    tests: {
      information: { statistic: 3.1, pValue: 0.001, n: 1200, lag: 12 },
      selection: { statistic: 2.6, pValue: 0.005, n: 1200, lag: 12 },
      money: { statistic: 2.2, pValue: 0.014, n: 1200, lag: 12 },
    },
    informationSpread: { statistic: 3, pValue: 0.0013, n: 1200, lag: 12 },
    probabilitySkill: { statistic: 4, pValue: 0.00003, n: 1200, lag: 12 },
    informationBy: 'both_sides',
    coin: 'known',
    selectedBy: 'take',
    paysUpToBps: 2.1,
    wouldPayUpToBps: null,
    primaryPaysUpToBps: 0.8,
    primaryPays: false,
    timing: {
      statistic: 2,
      pValue: 0.023,
      n: 1200,
      lag: 12,
      driftBps: 0.1,
      timingR: 0.02,
      timingBps: 0.9,
      isOneSided: false,
    },
    cost: { bps: 1, source: 'assumed', tickSize: null },
    money: sampleMoney(3, 0.2),
    moneyByFill: { barrier: sampleMoney(3, 0.2), close: sampleMoney(2.8, 0.1), worst: sampleMoney(1, -1.5) },
    coinBiasBps: 0,
    nJudged: 1200,
    nTaken: 700,
    nEffective: 812.4,
    nEffectiveTaken: 500,
    detectableSkill: 0.0031,
    maxOpenTrades: 9,
    topShare: 0.24,
    rollSpreadBps: null,
    warnings: [{ code: 'NO_COST_SET', message: 'no cost set: 1.0 bp', ts: null, size: 1 }],
    ...changes,
  };
}
