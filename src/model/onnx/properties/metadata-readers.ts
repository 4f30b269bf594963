import type { DecisionStatistics, FactorClaim, Payoff, Payoffs, VolatilityLine } from '../../../decision/index.ts';
import { type Cadence, type ClaimTest, OPEN_HOURS, type OpenHours } from '../../../domain/index.ts';
import { COST_SOURCES, type TradeTerms } from '../../../labeling/index.ts';
import type { CalibrationSpread, ScoreSteps } from '../../calibration/calibration-spread.ts';
import {
  claimsOfVerdict,
  type FeatureProfile,
  MODEL_VERDICTS,
  type ModelMetadata,
  type TrainingSummary,
  VERDICT_FORMATS,
} from '../../model-metadata.ts';
import {
  asObject,
  atLeast,
  checked,
  integerFrom,
  listOf,
  nullable,
  numberThat,
  objectOf,
  oneOf,
  type Reader,
  readBoolean,
  readFinite,
  readInteger,
  readText,
  recordOf,
  wrong,
} from './value-readers.ts';

const maybe = nullable(readFinite);
const notNegative = atLeast(0);
const positive = numberThat('a number > 0', (value) => value > 0);
const probability = numberThat('a number in [0, 1]', (value) => value >= 0 && value <= 1);

const TEST = { statistic: readFinite, pValue: probability, n: integerFrom(0), lag: integerFrom(0) };
const readTest = objectOf<ClaimTest>(TEST);

const FIGURES = {
  accuracy: maybe,
  auc: maybe,
  baseRate: maybe,
  majorityAccuracy: maybe,
  balancedAccuracy: maybe,
  logLoss: maybe,
  logLossSkill: maybe,
  brier: maybe,
  ece: maybe,
  nSamples: integerFrom(0),
  nFolds: integerFrom(0),
  featureImportance: recordOf(readFinite),
};

const readTraining = objectOf<TrainingSummary>({
  ...FIGURES,
  verdict: oneOf(MODEL_VERDICTS),
  verdictFormat: oneOf(VERDICT_FORMATS),
  tests: nullable(objectOf({ information: readTest, selection: readTest, money: readTest })),
  paysUpToBps: nullable(notNegative),
  wouldPayUpToBps: nullable(notNegative),
  primaryPaysUpToBps: nullable(notNegative),
  primaryPays: nullable(readBoolean),
  timingPValue: nullable(probability),
  cost: nullable(objectOf({ bps: notNegative, source: oneOf(COST_SOURCES), tickSize: nullable(positive) })),
  coinBiasBps: maybe,
  nEffective: nullable(notNegative),
  detectableSkill: nullable(notNegative),
});

const readTrainingOf01 = objectOf({
  ...FIGURES,
  verdict: oneOf(['edge', 'no_edge', 'unknown']),
  pValue: maybe,
});

/** A summary as 0.1 wrote it: its verdict compared with another thing, and its p-value is left out with it. */
function readSummaryOf01(value: unknown, path: string): TrainingSummary {
  const { verdict, pValue: _, ...figures } = readTrainingOf01(value, path);
  const claims =
    verdict === 'unknown' ? claimsOfVerdict('unknown', 'unknown') : claimsOfVerdict(`${verdict} (0.1)`, '0.1');
  return { ...figures, ...claims };
}

const readSpread = objectOf<FeatureProfile>({
  edges: listOf(readFinite),
  shares: listOf(probability),
  low: readFinite,
  high: readFinite,
});
const readProfile = checked(
  checked(readSpread, ({ edges, shares }) => shares.length === edges.length + 1, 'shares must be one more than edges'),
  ({ low, high }) => low <= high,
  'low must not be above high',
);

const readLine = objectOf<VolatilityLine>({
  intercept: readFinite,
  slope: readFinite,
  floor: notNegative,
  mean: readFinite,
});

/** The smallest and the largest of something. */
function readRange(value: unknown, path: string): readonly [number, number] {
  const ends = listOf(readFinite)(value, path);
  const [low, high] = ends;
  if (ends.length !== 2 || low > high) throw wrong(path, 'two numbers, the second not below the first', value);
  return [low, high];
}

const readPayoff = objectOf<Payoff>({
  logVolatility: readRange,
  win: nullable(readLine),
  loss: nullable(readLine),
  coin: nullable(readLine),
});

const readFactor = objectOf<FactorClaim>({ ...TEST, isEarned: readBoolean });

const readDecision = objectOf<DecisionStatistics>({
  payoffs: objectOf<Payoffs>({ all: readPayoff, byInstrument: recordOf(readPayoff) }),
  keeping: objectOf({ alpha: readFinite, beta: probability, n: integerFrom(0) }),
  baseRate: probability,
  meanOpen: atLeast(1),
  risk: (value, path) => (value === undefined || value === null ? null : readRange(value, path)),
  factors: objectOf({ regime: readFactor, toxicity: readFactor }),
});

const readSteps = checked(
  checked(
    checked(
      objectOf<ScoreSteps>({
        scores: listOf(readFinite, 1),
        low: listOf(probability, 1),
        high: listOf(probability, 1),
      }),
      ({ scores, low, high }) => low.length === scores.length && high.length === scores.length,
      'scores, low and high must be as long as each other',
    ),
    ({ scores }) => scores.every((score, k) => k === 0 || score > scores[k - 1]),
    'scores must rise',
  ),
  ({ low, high }) => low.every((value, k) => value <= high[k]),
  'low must not be above high',
);
const readSpreadOfCalibration = objectOf<CalibrationSpread>({
  band: readSteps,
  vennAbers: readSteps,
  coverage: nullable(objectOf({ share: probability, expectedShare: probability, nGroups: integerFrom(1) })),
});

const readTerms = objectOf<TradeTerms>({
  tickSize: nullable(positive),
  tickBps: nullable(positive),
  costBps: notNegative,
  costSource: oneOf(COST_SOURCES),
});

const readCadence = objectOf<Cadence>({
  stepNs: readNanos,
  usualGapNs: readNanos,
  longestGapNs: readNanos,
  longestOpenGapNs: readNanos,
  shortestGapNs: readNanos,
  longestRun: integerFrom(0),
  openHours: nullable(readOpenHours),
});
const readCadences = nullable(recordOf(nullable(readCadence)));

const COMMON = {
  baselineAccuracy: maybe,
  vpinQuantiles: listOf(readFinite),
  config: recordOf<unknown>((value) => value),
  seed: nullable(readInteger),
  dataFingerprint: nullable(readText),
  firstBarTs: nullable(readNanos),
  lastBarTs: nullable(readNanos),
  regimeNote: nullable(readText),
};

const readProfiles = nullable(recordOf(readProfile));

export const readMetadata = objectOf<ModelMetadata>({
  ...COMMON,
  training: readTraining,
  featureProfiles: readProfiles,
  calibration: nullable(readSpreadOfCalibration),
  decision: nullable(readDecision),
  terms: nullable(recordOf(readTerms)),
  cadences: (value, path) => (value === undefined ? null : readCadences(value, path)),
});

const readFileOf01 = objectOf<Omit<ModelMetadata, 'calibration' | 'decision' | 'terms' | 'cadences'>>({
  ...COMMON,
  training: readSummaryOf01,
  featureProfiles: (value, path) => (value === undefined ? null : readProfiles(value, path)),
});

/** Metadata of a file of 0.1, which knows neither the terms of a trade, nor what trades pay, nor how bars follow each other. */
export const readMetadataOf01: Reader<ModelMetadata> = (value, path) => ({
  ...readFileOf01(asObject(value, path), path),
  calibration: null,
  decision: null,
  terms: null,
  cadences: null,
});

/** Time between bars, ns. */
export function readStep(value: unknown, path: string): bigint {
  const stepNs = readNanos(value, path);
  if (stepNs > 0n) return stepNs;
  throw wrong(path, 'an integer > 0', value);
}

/** UNIX ns; as text where a double could not hold all digits. */
function readNanos(value: unknown, path: string): bigint {
  if (typeof value === 'string' ? /^-?\d+$/.test(value) : Number.isSafeInteger(value))
    return BigInt(value as string | number);
  throw wrong(path, 'an integer', value);
}

function readOpenHours(value: unknown, path: string): NonNullable<OpenHours> {
  if (typeof value === 'string' && OPEN_HOURS.test(value)) return value;
  throw wrong(path, '672 letters o, s or .', value);
}
