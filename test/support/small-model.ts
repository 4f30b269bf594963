import { createHash } from 'node:crypto';
import { Rng } from '../../src/core/index.ts';
import type { FeatureName } from '../../src/domain/index.ts';
import {
  assembleForest,
  binColumns,
  type Calibrator,
  FOREST,
  type ForestArrays,
  type ForestOptions,
  type ForestPredictor,
  fitCalibrator,
  forestPredictor,
  growTrees,
  type ModelParts,
  predictForest,
  quantizeWeights,
  readableKernel,
} from '../../src/model/index.ts';
import { NO_FACTORS } from './no-factors.ts';

export const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

export interface SmallModelOptions {
  readonly nTrees?: number;
  readonly maxDepth?: number;
  readonly calibrator?: Calibrator['kind'];
  readonly seed?: number;
}

const NAMES: readonly FeatureName[] = ['volatility', 'momentum', 'regime', 'trend_strength'];

/** The forest of a model. */
export function forestIn({ predictor }: Pick<ModelParts, 'predictor'>): ForestArrays {
  return (predictor as ForestPredictor).forest;
}

/** The parts with some columns of their forest changed. */
export function withForest(parts: ModelParts, change: Partial<ForestArrays>): ModelParts {
  return { ...parts, predictor: forestPredictor({ ...forestIn(parts), ...change }) };
}

/** Parts of a seeded model with four features, small enough for tests that flip every byte of its file. */
export function smallModel(options: SmallModelOptions = {}): ModelParts {
  const { nTrees = 3, maxDepth = 2, calibrator = 'isotonic', seed = 1 } = options;
  const rng = new Rng(seed);
  const n = 800;
  const x = Float32Array.from({ length: n * 4 }, () => rng.nextGaussian());
  const label = Uint8Array.from({ length: n }, (_, k) => (rng.nextGaussian() < x[4 * k] ? 1 : 0));
  const settings: ForestOptions = {
    nEstimators: nTrees,
    maxDepth,
    minSamplesSplit: 10,
    minSamplesLeaf: 5,
    maxFeatures: 2,
    randomState: seed,
  };
  const block = growTrees(
    binColumns(x, 4),
    label,
    quantizeWeights(new Float64Array(n).fill(1)),
    settings,
    0,
    nTrees,
    readableKernel,
  );
  const forest = assembleForest([block], settings, 4);
  const raw = predictForest(forest).predictMany(x, n);
  const rows = { isotonic: n, platt: 400, identity: 0 }[calibrator];
  return {
    featureNames: NAMES,
    learner: FOREST,
    predictor: forestPredictor(forest),
    calibrator: fitCalibrator(raw.subarray(0, rows), label.subarray(0, rows)),
    regime: { calmVariance: 1e-6, turbulentVariance: 1e-5, stayCalm: 0.98, stayTurbulent: 0.95 },
    vpin: { nBuckets: 50, bucketVolume: null, classifier: 'bvc' },
    goldenInputs: x.slice(0, 4 * 4),
    metadata: {
      training: {
        verdict: 'edge',
        verdictFormat: '0.2',
        tests: {
          information: { statistic: 3.5, pValue: 0.00025, n: 640, lag: 4 },
          selection: { statistic: 2.5, pValue: 0.0063, n: 640, lag: 4 },
          money: { statistic: 2, pValue: 0.023, n: 640, lag: 4 },
        },
        paysUpToBps: 2.1,
        wouldPayUpToBps: null,
        primaryPaysUpToBps: 0,
        primaryPays: false,
        timingPValue: 0.2,
        cost: { bps: 1, source: 'tick', tickSize: 0.5 },
        coinBiasBps: 0,
        nEffective: 410.5,
        detectableSkill: 0.0075,
        accuracy: 0.6,
        auc: 0.7,
        baseRate: 0.5,
        majorityAccuracy: 0.5,
        balancedAccuracy: 0.6,
        logLoss: 0.6,
        logLossSkill: 0.1,
        brier: 0.2,
        ece: 0.01,
        nSamples: n,
        nFolds: 5,
        featureImportance: { volatility: 1 },
      },
      baselineAccuracy: 0.6,
      featureProfiles: null,
      vpinQuantiles: [0, 0.2, 0.5, 1],
      config: { labels: { pt_multiplier: 2 } },
      seed,
      dataFingerprint: 'f'.repeat(64),
      firstBarTs: 1_600_000_000_000_000_001n,
      lastBarTs: 1_700_000_000_000_000_001n,
      regimeNote: null,
      calibration: null,
      decision: {
        payoffs: {
          all: {
            logVolatility: [-7, -5],
            win: { intercept: 1.5, slope: 0.1, floor: 0.1, mean: 1 },
            loss: { intercept: 0.9, slope: 0, floor: 0.09, mean: 0.9 },
            coin: { intercept: 0.01, slope: -0.001, floor: 0, mean: 0.016 },
          },
          byInstrument: {},
        },
        keeping: { alpha: 0.01, beta: 0.75, n: 640 },
        ...NO_FACTORS,
      },
      terms: { '': { tickSize: 0.5, tickBps: 1, costBps: 1, costSource: 'tick' } },
      cadences: null,
    },
  };
}
