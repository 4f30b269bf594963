import { describe, expect, test } from 'vitest';
import { decideByPage, type PageInput, riskByPage } from '../../test/support/decision-oracle.ts';
import { judgedModel } from '../../test/support/judged-model.ts';
import { randomBars } from '../../test/support/random-bars.ts';
import { steppingClock } from '../../test/support/trained.ts';
import { OrchestratorConfig } from '../config/index.ts';
import type { DecisionStatistics } from '../decision/index.ts';
import {
  BarSeries,
  FACTOR_USES,
  type FactorUse,
  type LabelSettings,
  NOTHING_PROVEN,
  type ProvenCosts,
  SIZING_METHODS,
  SignalEvent,
  type SizingMethod,
  TRUSTS,
  type Trust,
  WINDOW_BARS,
} from '../domain/index.ts';
import type { TradeTerms } from '../labeling/index.ts';
import type { CalibrationSpread } from '../model/index.ts';
import { SILENT } from '../ports/index.ts';
import { SignalJudge } from './signal-judge.ts';

const BARS = randomBars(WINDOW_BARS, 5);
const EARNED = { statistic: 3, pValue: 0.001, n: 900, lag: 5, isEarned: true };
const NOT_EARNED = { ...EARNED, pValue: 0.4, isEarned: false };

const PAYS = {
  win: { at0: 1.6, slope: 0.05, floor: 0.1 },
  loss: { at0: 0.9, slope: 0.01, floor: 0.09 },
  coin: { at0: 0.3, slope: 0.04, floor: 0 },
  logVolatility: [-9, -4] as const,
  alpha: 0.02,
  beta: 0.8,
  baseRate: 0.58,
  meanOpen: 2.5,
};

function statisticsOf(known: typeof PAYS): DecisionStatistics {
  const line = ({ at0, slope, floor }: (typeof PAYS)['win']) => ({ intercept: at0, slope, floor, mean: 1 });
  const { logVolatility } = known;
  return {
    payoffs: {
      all: { logVolatility, win: line(known.win), loss: line(known.loss), coin: line(known.coin) },
      byInstrument: {},
    },
    keeping: { alpha: known.alpha, beta: known.beta, n: 900 },
    baseRate: known.baseRate,
    meanOpen: known.meanOpen,
    risk: null,
    factors: { regime: EARNED, toxicity: NOT_EARNED },
  };
}

interface Case {
  readonly method: SizingMethod;
  readonly trust: Trust;
  readonly proven: ProvenCosts;
  readonly known: typeof PAYS | null;
  readonly costBps: number;
  readonly p: number;
}

function judgeOf({ method, trust, proven, known, costBps, p }: Case, factors: FactorUse = 'auto'): SignalJudge {
  const config = OrchestratorConfig({ sizing: { method, trust, factors }, labels: { slMultiplier: 9 } });
  const judge = new SignalJudge({ config, clock: steppingClock(), logger: SILENT });
  const decision = known === null ? null : statisticsOf(known);
  const terms = { '': { tickSize: null, tickBps: null, costBps, costSource: 'assumed' } } as const;
  judge.inferenceLoop.swapModel(judgedModel({ says: p, metadata: { decision, terms } }), proven);
  return judge;
}

function signalOf(bars: BarSeries = BARS, signal: -1 | 1 = -1, strength = 0.25): SignalEvent {
  return new SignalEvent({ instrumentId: 'A', signal, strength, timestamp: bars.tsEvent[WINDOW_BARS - 1], bars });
}

const PROOFS: readonly ProvenCosts[] = [
  NOTHING_PROVEN,
  { modelBps: 2, primaryBps: null },
  { modelBps: null, primaryBps: 2 },
  { modelBps: 1, primaryBps: 2 },
];

describe('a judged signal is decided as the page says', () => {
  const cases = SIZING_METHODS.flatMap((method) =>
    TRUSTS.flatMap((trust) => [PAYS, null].map((known) => [method, trust, known] as const)),
  );
  test.each(cases)('method %s, trust %s', (method, trust, known) => {
    const seen = new Set<string>();
    for (const proven of PROOFS) {
      for (const costBps of [0, 1.5, 4]) {
        for (let p = 0.02; p < 1; p += 0.06) {
          const input: PageInput = { p, bars: BARS, slMultiplier: 1.5, costBps, method, trust, proven, known };
          const page = decideByPage(input);
          const { enriched, result } = judgeOf({ method, trust, proven, known, costBps, p }).judge(signalOf());
          const at = `p ${p}, cost ${costBps}, proven ${JSON.stringify(proven)}`;
          seen.add(page.reason);
          expect([enriched.take, enriched.takeReason], at).toEqual([page.take, page.reason]);
          expectClose([enriched.breakEven, enriched.expectedR], [page.breakEven, page.expectedR], at);
          expectClose([result.bet.bet], [page.bet], at);
          const { sizeFactors } = enriched as { readonly sizeFactors: Readonly<Record<string, number>> };
          const product = Object.values(sizeFactors).reduce((a, b) => a * b, 1);
          const isDropped = method === 'integrated' && Math.abs(product) < 0.01;
          expectClose([enriched.size], [isDropped ? 0 : product], at);
          expect(sizeFactors.bet, at).toBe(result.bet.bet);
          expect(enriched.sizeMethod).toBe(method);
        }
      }
    }
    if (known !== null && !(method === 'integrated' && trust === 'always')) expect(seen).toContain('below_break_even');
    if (known !== null && trust === 'proven') {
      expect([...seen].sort()).toEqual(['below_break_even', 'expected', 'not_proven', 'primary_proven']);
    }
  });

  test('by the volatility of its last bar, also of a model that does not look at it', () => {
    const config = OrchestratorConfig({ sizing: { trust: 'expected' }, labels: { costBps: 1 } });
    const judge = new SignalJudge({ config, clock: steppingClock(), logger: SILENT });
    const metadata = { decision: statisticsOf(PAYS) };
    judge.inferenceLoop.swapModel(judgedModel({ says: 0.7, featureNames: ['momentum'], metadata }));
    const page = decideByPage({
      p: 0.7,
      bars: BARS,
      slMultiplier: 1.5,
      costBps: 1,
      method: 'afml',
      trust: 'expected',
      proven: NOTHING_PROVEN,
      known: PAYS,
    });
    expectClose([judge.judge(signalOf()).enriched.expectedR], [page.expectedR], 'momentum alone');
  });

  test('not where its stop is nothing like those of the training: one bad high of 14 bars makes any cost look small', () => {
    const config = OrchestratorConfig({ sizing: { trust: 'expected' }, labels: { costBps: 1 } });
    const judge = new SignalJudge({ config, clock: steppingClock(), logger: SILENT });
    const usual = riskByPage(BARS, 1.5);
    const risk = [usual / 4, usual * 4] as const;
    const metadata = { decision: { ...statisticsOf(PAYS), risk } };
    judge.inferenceLoop.swapModel(judgedModel({ says: 0.7, featureNames: ['momentum'], metadata }));
    expect(judge.judge(signalOf()).enriched.take, 'the stop is as in the training').toBe(true);
    const high = BARS.high.slice();
    high[WINDOW_BARS - 5] *= 3;
    const { take, source, size, reason } = judge.judge(signalOf(BarSeries.fromColumns({ ...BARS, high }))).enriched;
    expect([take, source, size]).toEqual([false, 'out_of_distribution', 0]);
    expect(reason).toMatch(
      /^the stop is [\d.]+ % of the price away, far above [\d.]+ %, where the training data ends$/,
    );
  });

  test('what stands beside a decision: base rate, cost, R, and the expected return in basis points', () => {
    const { enriched } = judgeOf({
      method: 'afml',
      trust: 'expected',
      proven: NOTHING_PROVEN,
      known: PAYS,
      costBps: 1.5,
      p: 0.7,
    }).judge(signalOf());
    const risk = riskByPage(BARS, 1.5); // the 1.5 of the file's training; the settings of this program say 9
    expect(enriched).toMatchObject({
      baseRate: 0.58,
      costBps: 1.5,
      metaConfidence: 0.7,
      source: 'model',
      reason: null,
    });
    expect(enriched.riskDistance).toBeCloseTo(risk * BARS.close[WINDOW_BARS - 1], 9);
    expect(enriched.expectedReturnBps).toBeCloseTo((enriched.expectedR as number) * risk * 1e4, 9);
  });
});

describe('the interval of a confidence', () => {
  const band = { scores: [0.2, 0.5, 0.8], low: [0.1, 0.35, 0.62], high: [0.3, 0.55, 0.9] };
  const endsOf = (p: number, calibration: CalibrationSpread | null) => {
    const judge = new SignalJudge({ config: OrchestratorConfig(), clock: steppingClock(), logger: SILENT });
    judge.inferenceLoop.swapModel(judgedModel({ says: p, metadata: { calibration } }));
    const { confidenceLow, confidenceHigh } = judge.judge(signalOf()).enriched;
    return [confidenceLow, confidenceHigh];
  };

  test.each([
    ['below all steps', 0.15, [0.1, 0.3]],
    ['on a step', 0.5, [0.35, 0.55]],
    ['between two steps', 0.51, [0.35, 0.55]],
    ['above the interval: it reaches up to the confidence', 0.6, [0.35, 0.6]],
    ['below the interval: it reaches down to the confidence', 0.05, [0.05, 0.3]],
  ])('%s', (_, p, ends) => {
    expect(endsOf(p, { band, vennAbers: band, coverage: null })).toEqual(ends);
  });

  test('a file that does not tell has none', () => {
    expect(endsOf(0.5, null)).toEqual([null, null]);
  });
});

describe('what enters a size beside the bet', () => {
  const base = { trust: 'expected', proven: NOTHING_PROVEN, known: PAYS, costBps: 0, p: 0.7 } as const;
  test.each(SIZING_METHODS.flatMap((method) => FACTOR_USES.map((factors) => [method, factors] as const)))(
    'method %s, factors %s: the regime earned its place, toxicity did not',
    (method, factors) => {
      const { enriched } = judgeOf({ ...base, method }, factors).judge(signalOf());
      const always = method === 'integrated' || factors === 'always';
      const { regimeWeight, toxicity } = enriched;
      expect(regimeWeight).toBeLessThan(1);
      expect(toxicity).toBeGreaterThan(0);
      expect(enriched.sizeFactors).toMatchObject({
        direction: -1,
        magnitude: 0.5,
        regimeWeight: always || factors === 'auto' ? regimeWeight : 1,
        nonToxicity: always ? 1 - toxicity : 1,
        fractionalKelly: 0.5,
      });
      expect(enriched.size).toBeLessThan(0);
    },
  );
});

describe('the cost of an event and its R', () => {
  const at = (terms: Record<string, TradeTerms>, labels: Partial<LabelSettings>, recorded: object) => {
    const config = OrchestratorConfig({ sizing: { trust: 'expected' }, labels });
    const judge = new SignalJudge({ config, clock: steppingClock(), logger: SILENT });
    const metadata = { terms, config: { labels: recorded } };
    judge.inferenceLoop.swapModel(judgedModel({ says: 0.9, metadata }));
    const timestamp = BARS.tsEvent[WINDOW_BARS - 1];
    return judge.judge(new SignalEvent({ instrumentId: 'A', signal: 1, timestamp, bars: BARS })).enriched;
  };
  const terms = (costBps: number): TradeTerms => ({ tickSize: null, tickBps: null, costBps, costSource: 'assumed' });

  test('as set, else of the instrument, else of the only one, else the largest', () => {
    expect(at({ A: terms(3) }, {}, {}).costBps).toBe(3);
    expect(at({ A: terms(3) }, { costBps: 0 }, {}).costBps).toBe(0);
    expect(at({ '': terms(4) }, {}, {}).costBps).toBe(4);
    expect(at({ B: terms(4), C: terms(7) }, {}, {}).costBps).toBe(7);
    expect(at({ B: terms(0.5) }, {}, {}).costBps).toBe(1);
  });

  test('a proof covers the instruments of its training, and any where the file names none', () => {
    const reasonAt = (known: Record<string, TradeTerms> | null, instrumentId: string): string => {
      const judge = new SignalJudge({ config: OrchestratorConfig(), clock: steppingClock(), logger: SILENT });
      const model = judgedModel({ says: 0.9, metadata: { terms: known } });
      judge.inferenceLoop.swapModel(model, { modelBps: 100, primaryBps: 100 });
      const timestamp = BARS.tsEvent[WINDOW_BARS - 1];
      return judge.judge(new SignalEvent({ instrumentId, signal: 1, timestamp, bars: BARS })).enriched.takeReason;
    };
    const pooled = { A: terms(1), B: terms(1) };
    expect(reasonAt(pooled, 'A')).toBe('expected');
    expect(reasonAt(pooled, 'C')).toBe('not_proven');
    expect(reasonAt(pooled, 'toString')).toBe('not_proven');
    expect(reasonAt({ '': terms(1) }, 'C')).toBe('expected');
    expect(reasonAt(null, 'C')).toBe('expected');
  });

  test('R is that of the model file, else of the settings; trades of a caller’s labeler have no known stop', () => {
    const close = BARS.close[WINDOW_BARS - 1];
    expect(at({}, {}, { sl_multiplier: 2 }).riskDistance).toBeCloseTo(riskByPage(BARS, 2) * close, 9);
    expect(at({}, { slMultiplier: 3 }, { pt_multiplier: 1 }).riskDistance).toBeCloseTo(riskByPage(BARS, 3) * close, 9);
    const own = at({}, {}, { labeler: 'fixed horizon', hash: null });
    expect(own.riskDistance).toBeNull();
    expect(own.expectedR, 'its unit is R all the same').toBeTypeOf('number');
  });
});

function expectClose(got: readonly (number | null)[], expected: readonly (number | null)[], at: string): void {
  got.forEach((value, k) => {
    const target = expected[k];
    if (target === null || value === null) expect(value, at).toBe(target);
    else expect(Math.abs(value - target), `${at}: ${value} against ${target}`).toBeLessThan(1e-11);
  });
}
