import { describe, expect, test } from 'vitest';
import { type JudgedModelOptions, judgedModel } from '../../test/support/judged-model.ts';
import { flatBars, randomBars } from '../../test/support/random-bars.ts';
import { steppingClock } from '../../test/support/trained.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../config/index.ts';
import { ModelError } from '../core/index.ts';
import {
  type AnswerEdition,
  BarSeries,
  type EnrichedSignalEvent,
  FACTOR_USES,
  SIZING_METHODS,
  type Side,
  SignalEvent,
  type SizingMethod,
  TRUSTS,
  type Trust,
  WINDOW_BARS,
} from '../domain/index.ts';
import { defineFeature, FeatureRegistry, vpin } from '../features/index.ts';
import { type Logger, SILENT } from '../ports/index.ts';
import type { Sizer } from '../risk/index.ts';
import { SignalJudge } from './signal-judge.ts';

const BARS = randomBars(WINDOW_BARS, 5);
const PROVEN = { modelBps: 100, primaryBps: 100 };
const DEFAULT_CONFIDENCE = 0.55;
/** Of the labels of the small model. */
const BASE_RATE = 0.4;
const HOUR_NS = 3_600_000_000_000n;
const MINUTE_NS = 60_000_000_000n;
const LAST_TS = BARS.tsEvent[WINDOW_BARS - 1];

interface Setting {
  /** Age of the last bar, in minutes; 0 when absent. */
  readonly age?: number;
  readonly bars?: BarSeries;
  readonly signal?: Side;
  /** Null: no model serves. */
  readonly model?: Partial<JudgedModelOptions> | null;
  readonly config?: OrchestratorConfigInput;
}
interface Expected {
  readonly source: string;
  readonly reason: RegExp;
  readonly confidence: 'default' | 'base rate' | 'model';
  readonly modelAvailable: boolean;
  readonly take: boolean | null;
  readonly takeReason: string;
  /** What 0.1 answered where it answered otherwise. */
  readonly of01?: { readonly source: string; readonly confidence?: 'model' };
}

const faulty = defineFeature({ name: 'mine', lookback: 3, compute: () => Number.NaN });
const bounds = (low: number, high: number) => ({ low, high, histogram: { edges: [low, high], share: [1] } });
const OUT = { source: 'out_of_distribution', confidence: 'base rate', modelAvailable: true, take: false } as const;
/** What a model states that learned from one-minute bars, with nights of 8 hours. */
const CADENCE = {
  stepNs: MINUTE_NS,
  usualGapNs: MINUTE_NS,
  longestGapNs: 8n * HOUR_NS,
  longestOpenGapNs: 8n * HOUR_NS,
  shortestGapNs: MINUTE_NS,
  longestRun: 0,
  openHours: null,
};
const CADENCES = { metadata: { cadences: { '': CADENCE } } };
/** The same bars with a gap, in minutes, before the last `n`. */
function gapBefore(n: number, minutes: number): BarSeries {
  const tsEvent = BARS.tsEvent.map((ts, i) => (i < WINDOW_BARS - n ? ts : ts + BigInt(minutes - 1) * MINUTE_NS));
  return BarSeries.fromColumns({ ...BARS, tsEvent });
}
const STALE = { source: 'stale', confidence: 'base rate', modelAvailable: false, take: false } as const;

/** The rows of the page (wire.md §1); warming up has no SignalEvent and is tested apart. */
const ROWS: Readonly<Record<string, readonly [Setting, Expected]>> = {
  'a flat signal': [
    { signal: 0 },
    {
      source: 'default',
      reason: /^flat signal$/,
      confidence: 'default',
      modelAvailable: true,
      take: false,
      takeReason: 'flat',
    },
  ],
  'a flat signal without a model': [
    { signal: 0, model: null },
    {
      source: 'default',
      reason: /^flat signal$/,
      confidence: 'default',
      modelAvailable: false,
      take: false,
      takeReason: 'flat',
    },
  ],
  'no model': [
    { model: null },
    {
      source: 'default',
      reason: /^no model loaded$/,
      confidence: 'default',
      modelAvailable: false,
      take: null,
      takeReason: 'no_model',
    },
  ],
  'an expired model': [
    { config: { model: { expirationHours: 2 } }, model: { metadata: { lastBarTs: LAST_TS - 3n * HOUR_NS } } },
    { ...STALE, reason: /more than 2 h older/, takeReason: 'stale' },
  ],
  'a model that does not tell its age': [
    { config: { model: { expirationHours: 2 } }, model: { metadata: { lastBarTs: null } } },
    { ...STALE, reason: /does not tell its age/, takeReason: 'stale' },
  ],
  'a feature far outside the training data': [
    { model: { metadata: { featureProfiles: { volatility: bounds(1, 2) } as never } } },
    {
      ...OUT,
      reason: /^volatility is \S+, far below 1\.00, where the training data ends$/,
      takeReason: 'out_of_distribution',
    },
  ],
  'a window without a range': [
    { bars: flatBars(WINDOW_BARS, 1) },
    {
      ...OUT,
      reason: /no range/,
      takeReason: 'out_of_distribution',
      of01: { source: 'model', confidence: 'model' },
    },
  ],
  'an own feature that fails': [
    { model: { featureNames: ['mine'], ownFeatures: { names: ['mine'], hash: null } } },
    { ...OUT, reason: /^mine is NaN/, takeReason: 'out_of_distribution' },
  ],
  'an own learner that fails': [
    { model: { says: new ModelError('MODEL_LEARNER', 'the learner failed') } },
    { ...OUT, reason: /^the learner failed$/, takeReason: 'out_of_distribution', of01: { source: 'default' } },
  ],
  'bars without taker volume': [
    {
      bars: randomBars(WINDOW_BARS, 5, false),
      model: { featureNames: ['vpin'], vpin: { nBuckets: 50, bucketVolume: null, classifier: 'aggressor' } },
    },
    {
      source: 'missing_input',
      reason: /learned from taker_buy_volume/,
      confidence: 'base rate',
      modelAvailable: true,
      take: false,
      takeReason: 'missing_input',
      of01: { source: 'default' },
    },
  ],
  'a last bar that is older than three steps': [
    { age: 4, model: CADENCES },
    { ...STALE, modelAvailable: true, reason: /the last bar is 4 min old/, takeReason: 'stale' },
  ],
  'a hole in the window': [
    { bars: gapBefore(50, 600), model: CADENCES },
    { ...OUT, reason: /no bar for 10 h after/, takeReason: 'out_of_distribution' },
  ],
  'bars of half the length, from the first': [
    {
      bars: BarSeries.fromColumns({
        ...BARS,
        tsEvent: BARS.tsEvent.map((ts) => ts - (MINUTE_NS / 2n) * BigInt(ts === LAST_TS)),
      }),
      model: CADENCES,
    },
    {
      ...OUT,
      reason: /bars of 30 s come where the model learned from bars of 1 min/,
      takeReason: 'out_of_distribution',
    },
  ],
  'bars of twice the length': [
    { bars: BarSeries.fromColumns({ ...BARS, tsEvent: BARS.tsEvent.map((ts) => 2n * ts) }), model: CADENCES },
    { ...OUT, reason: /bars of 2 min come/, takeReason: 'out_of_distribution' },
  ],
  'an expired model, asked about bars without taker volume': [
    {
      bars: randomBars(WINDOW_BARS, 5, false),
      config: { model: { expirationHours: 2 } },
      model: {
        featureNames: ['vpin'],
        vpin: { nBuckets: 50, bucketVolume: null, classifier: 'aggressor' },
        metadata: { lastBarTs: LAST_TS - 3n * HOUR_NS },
      },
    },
    {
      source: 'missing_input',
      reason: /learned from taker_buy_volume/,
      confidence: 'base rate',
      modelAvailable: true,
      take: false,
      takeReason: 'missing_input',
      of01: { source: 'default' },
    },
  ],
};

function judgeOf({ model = {}, config }: Setting, options: JudgeOptions): SignalJudge {
  const { edition = '0.2', logger = SILENT, isHalted = false, sizer, ...sizing } = options;
  const judge = new SignalJudge({
    sizer,
    config: OrchestratorConfig({ defaultConfidence: DEFAULT_CONFIDENCE, ...config, sizing }),
    clock: steppingClock(),
    logger,
    features: new FeatureRegistry({ value: [faulty], source: null }),
    edition,
  });
  if (model !== null) judge.inferenceLoop.swapModel(judgedModel({ says: 0.9, ...model }), PROVEN);
  if (isHalted) judge.inferenceLoop.halt();
  return judge;
}
interface JudgeOptions {
  readonly method?: SizingMethod;
  readonly trust?: Trust;
  readonly factors?: (typeof FACTOR_USES)[number];
  readonly unknownToxicity?: number | null;
  readonly edition?: AnswerEdition;
  readonly logger?: Logger;
  readonly isHalted?: boolean;
  readonly sizer?: Sizer;
}

function answerTo(setting: Setting, options: JudgeOptions): EnrichedSignalEvent {
  const { bars = BARS, signal = -1, age = 0 } = setting;
  const timestamp = bars.tsEvent[bars.length - 1] + BigInt(age) * MINUTE_NS;
  const event = new SignalEvent({ instrumentId: 'A', signal, strength: 1, timestamp, bars });
  return judgeOf(setting, options).judge(event).enriched;
}

/** Size by the formula of the seed. */
function seedSize({ signalEvent, regimeWeight, toxicity }: EnrichedSignalEvent, confidence: number): number {
  const size = signalEvent.signal * confidence * regimeWeight * (1 - toxicity) * 0.5;
  return Math.abs(size) < 0.01 ? 0 : size;
}

const MATRIX = SIZING_METHODS.flatMap((method) =>
  TRUSTS.flatMap((trust) => FACTOR_USES.map((factors) => ({ method, trust, factors }))),
);
const HALTED = { take: false, takeReason: 'halted', size: 0 };

/** All of an answer but its decision, its size, and how long it took. */
function rest(enriched: EnrichedSignalEvent): object {
  const { take: _t, takeReason: _r, size: _s, sizeMethod: _m, sizeFactors: _f, latencyNs: _l, ...others } = enriched;
  return others;
}
const CONFIDENCES = { default: DEFAULT_CONFIDENCE, 'base rate': BASE_RATE, model: 0.9 };

describe.each(Object.entries(ROWS))('%s', (_, [setting, expected]) => {
  test('is answered as the page says, under every method, trust and use of factors', () => {
    for (const sizing of MATRIX) {
      const enriched = answerTo(setting, sizing);
      const { source, modelAvailable, take, takeReason, confidence } = expected;
      expect(enriched, JSON.stringify(sizing)).toMatchObject({
        source,
        reason: expect.stringMatching(expected.reason),
        metaConfidence: CONFIDENCES[confidence],
        rawConfidence: null,
        modelAvailable,
        take,
        takeReason,
        breakEven: null,
        expectedR: null,
        expectedReturnBps: null,
        confidenceLow: null,
        confidenceHigh: null,
        baseRate: setting.model === null ? null : BASE_RATE,
        costBps: 1,
        sizeMethod: take === null ? 'integrated' : sizing.method,
      });
      const size = take === null ? seedSize(enriched, DEFAULT_CONFIDENCE) : 0;
      expect(enriched.size, JSON.stringify(sizing)).toBeCloseTo(size, 14);
      if (take === null) expect(Math.abs(enriched.size)).toBeGreaterThan(0.01);
      else expect(enriched.sizeFactors.bet).toBe(0);
    }
  });

  test('while halted, nothing is taken or bet under any of them, and the rest stays as it is', () => {
    for (const sizing of MATRIX) {
      const halted = answerTo(setting, { ...sizing, isHalted: true });
      expect(rest(halted), JSON.stringify(sizing)).toEqual(rest(answerTo(setting, sizing)));
      expect(halted).toMatchObject({ ...HALTED, sizeMethod: sizing.method });
    }
  });

  test('was answered otherwise by 0.1: the default, sized by the formula of that time', () => {
    const recorded = { method: 'integrated', trust: 'always', factors: 'always', unknownToxicity: 0 } as const;
    const enriched = answerTo(setting, { ...recorded, edition: '0.1' });
    const { source, confidence = 'default' } = expected.of01 ?? { source: expected.source };
    const { metaConfidence, toxicity, toxicityAvailable, regimeWeight } = enriched;
    const { modelAvailable } = expected;
    const isJudged = source === 'model';
    expect(enriched).toMatchObject({ source, modelAvailable, metaConfidence: CONFIDENCES[confidence] });
    expect(enriched.reason).toEqual(isJudged ? null : expect.stringMatching(expected.reason));
    expect(toxicityAvailable || toxicity === 0).toBe(true);
    expect(enriched.sizeFactors).toEqual({
      direction: setting.signal ?? -1,
      magnitude: setting.signal === 0 ? 0 : 1,
      confidence: metaConfidence,
      regimeWeight,
      nonToxicity: 1 - toxicity,
      fractionalKelly: 0.5,
    });
    expect(enriched.size).toBeCloseTo(seedSize(enriched, metaConfidence), 14);
  });
});

test('a model whose file tells no base rate says the default, and says so', () => {
  const lines: string[] = [];
  const logger = { info: () => undefined, warn: (line: string) => void lines.push(line) };
  const [setting] = ROWS['an expired model'];
  const { training } = judgedModel({ says: 0.9 }).metadata;
  const metadata = { ...setting.model?.metadata, decision: null, training: { ...training, baseRate: null } };
  const enriched = answerTo({ ...setting, model: { metadata } }, { logger });
  expect(enriched).toMatchObject({ metaConfidence: DEFAULT_CONFIDENCE, source: 'stale', baseRate: null, size: 0 });
  expect(lines.at(-1)).toMatch(/^confidence is the default 0\.55: the model's last training bar/);
});

test('a window without a range has no stop, also where the bounds of features are switched off', () => {
  const [setting, { reason }] = ROWS['a window without a range'];
  const enriched = answerTo({ ...setting, config: { model: { outOfDistribution: false } } }, {});
  expect(enriched).toMatchObject({ source: 'out_of_distribution', reason: expect.stringMatching(reason), size: 0 });
});

test.each(SIZING_METHODS)(
  'without a model the smallest size of the seed counts, also under the method %s',
  (method) => {
    const of = (defaultConfidence: number) => answerTo({ model: null, config: { defaultConfidence } }, { method });
    expect(of(0.03)).toMatchObject({ size: 0, sizeMethod: 'integrated' });
    expect(of(0.08).size).toBeLessThanOrEqual(-0.01);
  },
);

test('R stands in an answer wherever the window has a range, also without a model', () => {
  for (const name of ['no model', 'an expired model', 'a flat signal']) {
    expect(answerTo(ROWS[name][0], {}).riskDistance, name).toBeGreaterThan(0);
  }
  expect(answerTo(ROWS['a window without a range'][0], {}).riskDistance).toBeNull();
});

describe('a window without volume', () => {
  const silent = BARS.length === WINDOW_BARS ? randomBars(WINDOW_BARS, 5, false) : BARS;
  const bars = { ...silent, volume: new Float64Array(WINDOW_BARS) } as BarSeries;
  test.each([
    ['the setting counts first', 0.25, {}, 0.25],
    ['else the median of the training', null, {}, 0.35],
    ['else 0.5: the file does not tell', null, { metadata: { vpinQuantiles: [] } }, 0.5],
    ['else 0.5: no model', null, null, 0.5],
    ['a setting of 0 is a setting', 0, {}, 0],
  ] as const)('%s', (_, unknownToxicity, model, toxicity) => {
    const enriched = answerTo({ bars, model }, { unknownToxicity, method: 'integrated', trust: 'always' });
    expect(enriched).toMatchObject({ toxicity, toxicityAvailable: false, toxicityPercentile: null });
    expect(enriched.sizeFactors.nonToxicity, 'one number in answer, size and meta_output').toBe(1 - toxicity);
    expect(enriched.toMetaOutput().toxicity).toBe(toxicity);
  });

  test('with volume it is measured, whatever the setting', () => {
    const measured = vpin(BARS, WINDOW_BARS - 1, OrchestratorConfig().vpin).vpin;
    const enriched = answerTo({}, { unknownToxicity: 0.9 });
    expect(enriched).toMatchObject({ toxicity: measured, toxicityAvailable: true });
  });
});

describe('warming up', () => {
  const signal = { instrumentId: 'A', signal: 1, strength: 0.5 } as const;

  test.each(MATRIX)('nothing is judged under method $method, trust $trust, factors $factors', (sizing) => {
    const { result, sized } = judgeOf({}, sizing).judgeWarmingUp(signal, 37);
    expect(result).toMatchObject({
      metaConfidence: DEFAULT_CONFIDENCE,
      rawConfidence: null,
      regimeWeight: 0.8,
      toxicity: 0.35,
      toxicityAvailable: false,
      modelAvailable: true,
      modelVersion: 'm-0000000000000001',
      source: 'default',
      reason: 'warming up: 37 of 100 bars',
      features: null,
    });
    expect(result.decision).toMatchObject({ take: false, takeReason: 'warming_up', baseRate: BASE_RATE, costBps: 1 });
    expect(result.decision.riskDistance).toBeNull();
    expect(sized).toMatchObject({ size: 0, method: sizing.method, failure: null });
    expect(sized.factors).toMatchObject({ direction: 1, bet: 0 });
  });

  test('without a model too; a flat signal is flat', () => {
    const without = judgeOf({ model: null }, {}).judgeWarmingUp(signal, 0);
    expect(without.result).toMatchObject({ modelAvailable: false, toxicity: 0.5, reason: 'warming up: 0 of 100 bars' });
    expect(without.result.decision).toMatchObject({ take: false, takeReason: 'warming_up', baseRate: null });
    expect(without.sized.size).toBe(0);
    const flat = judgeOf({}, {}).judgeWarmingUp({ ...signal, signal: 0 }, 37);
    expect(flat.result).toMatchObject({ reason: 'flat signal', source: 'default' });
    expect(flat.result.decision.takeReason).toBe('flat');
  });

  test('a caller’s sizer is not asked: it would have no bars', () => {
    const sizer = {
      size: (): never => {
        throw new Error('asked');
      },
    };
    const judge = new SignalJudge({ config: OrchestratorConfig(), clock: steppingClock(), logger: SILENT, sizer });
    expect(judge.judgeWarmingUp(signal, 3).sized).toEqual({ size: 0, factors: {}, method: 'own', failure: null });
    expect(judge.stats.nSignals).toBe(1);
  });
});

describe('halted', () => {
  const judged = MATRIX.flatMap((sizing) => [0.05, 0.9].map((says) => ({ ...sizing, says })));

  test('what the model judged is not taken, whatever it says and the settings ask for', () => {
    let nTaken = 0;
    for (const { says, ...sizing } of judged) {
      const plain = answerTo({ model: { says } }, sizing);
      const halted = answerTo({ model: { says } }, { ...sizing, isHalted: true });
      if (plain.take === true && plain.size !== 0) nTaken++;
      expect(halted, JSON.stringify(sizing)).toMatchObject({ ...HALTED, metaConfidence: says, source: 'model' });
      expect(rest(halted)).toEqual(rest(plain));
      expect(halted.sizeFactors).toEqual({ ...plain.sizeFactors, bet: 0 });
    }
    expect(nTaken, 'the halt stops something').toBeGreaterThan(judged.length / 4);
  });

  test.each(MATRIX)('warming up under method $method, trust $trust, factors $factors', (sizing) => {
    for (const model of [{}, null]) {
      const judge = judgeOf({ model }, { ...sizing, isHalted: true });
      const { result, sized } = judge.judgeWarmingUp({ instrumentId: 'A', signal: 1, strength: 1 }, 37);
      expect(result.decision).toMatchObject({ take: false, takeReason: 'halted' });
      expect(result.reason).toBe('warming up: 37 of 100 bars');
      expect(sized.size).toBe(0);
    }
  });

  test('a caller’s sizer, whose number would have no effect, is not asked', () => {
    let nAsked = 0;
    const sizer = { size: () => ({ size: ++nAsked, factors: { own: 2 } }) };
    for (const [setting] of [...Object.values(ROWS), [{}] as const]) {
      const enriched = answerTo(setting, { sizer, isHalted: true });
      expect(enriched).toMatchObject({ ...HALTED, sizeMethod: 'own', sizeFactors: {} });
    }
    expect(nAsked).toBe(0);
    expect(answerTo({}, { sizer }).size).toBe(1);
  });

  test('from the call of halt to that of resume', () => {
    const judge = judgeOf({}, { trust: 'always', method: 'integrated' });
    const event = new SignalEvent({ instrumentId: 'A', signal: 1, strength: 1, timestamp: LAST_TS, bars: BARS });
    const taken = (): unknown => judge.judge(event).enriched.take;
    expect(taken()).toBe(true);
    judge.inferenceLoop.halt();
    expect([taken(), taken()]).toEqual([false, false]);
    judge.inferenceLoop.swapModel(judgedModel({ says: 0.8 }), PROVEN);
    judge.inferenceLoop.changeProof(PROVEN);
    expect(taken(), 'another model serves').toBe(false);
    judge.inferenceLoop.resume();
    expect(taken()).toBe(true);
  });
});
