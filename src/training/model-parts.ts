import { type ConfigRecord, configToRecord } from '../config/index.ts';
import { type Cadences, type FeatureName, measureCadence } from '../domain/index.ts';
import type { FeatureRegistry } from '../features/index.ts';
import { riskRecordOf, type TradeTerms } from '../labeling/index.ts';
import { everyRow, finiteValues, pick, quantilesOfSorted, rowsWhere } from '../math/index.ts';
import {
  type FeatureProfile,
  fitCalibrator,
  isBoosting,
  type ModelClaims,
  type ModelColumns,
  type ModelParts,
  type OwnFeatures,
  type Predictor,
  type TrainingSummary,
} from '../model/index.ts';
import type { Sha256 } from '../ports/index.ts';
import type { ValidationMetrics } from '../validation/index.ts';
import { pooledProfiles } from './compute/by-features.ts';
import { labelersOf } from './dataset/labelled-events.ts';
import type { TestedEvents } from './decisions/tested-events.ts';
import { type FitContext, fitOn, type LearningRows, learningRows } from './fit-rows.ts';
import { unseenAuc, untilText } from './fixed/seen-events.ts';
import { isTooGood } from './fixed/withhold-proof.ts';
import type { InstrumentBars } from './instrument-bars.ts';

/** Number of training rows in the model file by which a reader checks that it predicts the same. */
const N_GOLDEN = 32;
const VPIN_QUANTILES = 100;

/** What the model was fitted on and to. */
export interface FinalFit extends LearningRows {
  readonly facts: DataFacts;
  readonly predictor: Predictor;
  readonly profiles: Readonly<Record<FeatureName, FeatureProfile>>;
}

/** What a model file says of its data, whatever was learned of them. */
interface DataFacts {
  readonly vpinQuantiles: readonly number[];
  readonly dataFingerprint: string;
  readonly cadences: Cadences;
}

export interface FinishedTraining {
  readonly context: FitContext;
  readonly tested: TestedEvents;
  readonly fitted: FinalFit;
}

/** The fit on every event. @param onSteps - as for {@link fitOn}. */
export async function fitFinally(
  context: FitContext,
  sha256: Sha256,
  onSteps: (nDone: number) => void,
): Promise<FinalFit> {
  const facts = factsOf(context, sha256); // first, while the threads have work
  const rows = await learningRows(context, everyRow(context.events.label.length));
  const names = context.config.featureNames;
  const { predictor, profiles } = await fitOn(context, rows, onSteps);
  const named =
    profiles === null
      ? await pooledProfiles(context.pool, names, rows.x)
      : Object.fromEntries(names.map((name, j) => [name, profiles[j]]));
  return { ...rows, predictor, profiles: named, facts };
}

/** Assembles the parts of a model file. The calibrator is fitted on out-of-sample probabilities only. */
export function assembleModel(training: FinishedTraining): ModelParts {
  const { context, tested, fitted } = training;
  const { vpinQuantiles, dataFingerprint, cadences } = fitted.facts;
  const { timeline, config, events, parts } = context;
  const ownFeatures = ownFeaturesOf(config.featureNames, parts.features);
  const columnFeatures = columnsOf(config.featureNames, parts.features);
  const judged = rowsWhere(events.label.length, (row) => tested.fold[row] >= 0);
  const calibrator = fitCalibrator(pick(tested.rawProbability, judged), pick(events.label, judged));
  return {
    featureNames: config.featureNames,
    ...(ownFeatures && { ownFeatures }),
    ...(columnFeatures && { columnFeatures }),
    ...(context.inputs.needed && { inputs: context.inputs.needed }),
    learner: context.parts.learner,
    predictor: fitted.predictor,
    calibrator,
    regime: fitted.regimeFit.model,
    vpin: config.vpin,
    goldenInputs: goldenInputs(fitted.x, config.featureNames.length),
    metadata: {
      training: summarize(training),
      baselineAccuracy: tested.metrics.accuracy,
      vpinQuantiles,
      featureProfiles: fitted.profiles,
      config: predictionSettings(context, tested),
      seed: config.forest.randomState,
      dataFingerprint,
      firstBarTs: timeline.tsEvent[0],
      lastBarTs: timeline.tsEvent[timeline.tsEvent.length - 1],
      regimeNote: fitted.regimeFit.reason,
      calibration: tested.spread,
      decision: tested.metrics.decision,
      terms: termsByName(context),
      cadences,
    },
  };
}

function factsOf(context: FitContext, sha256: Sha256): DataFacts {
  const { config, parts, vpin } = context;
  const columns = columnsOf(config.featureNames, parts.features)?.names ?? [];
  return {
    vpinQuantiles: quantilesOf(vpin),
    dataFingerprint: fingerprint(context, columns, sha256),
    cadences: cadencesByName(context),
  };
}

/** Of the windows with volume; empty where none has any. */
function quantilesOf(vpin: Float64Array): number[] {
  const known = finiteValues(vpin).sort();
  return known.length === 0 ? [] : Array.from(quantilesOfSorted(known, VPIN_QUANTILES));
}

/** The features of the caller in the model; null without any. */
function ownFeaturesOf(names: readonly FeatureName[], features: FeatureRegistry): OwnFeatures | null {
  const own = names.filter((name) => features.isOwn(name));
  return own.length === 0 ? null : { names: own, hash: features.hash, exportName: features.exportName };
}

/** The columns of the caller in the model; null without any. */
function columnsOf(names: readonly FeatureName[], features: FeatureRegistry): ModelColumns | null {
  const columns = names.filter((name) => features.isColumn(name));
  const directional = columns.filter((name) => features.get(name)?.directional === true);
  return columns.length === 0 ? null : { names: columns, directional };
}

function summarize({ context, tested, fitted }: FinishedTraining): TrainingSummary {
  const { metrics } = tested;
  const { featureNames, walkForward } = context.config;
  return {
    ...claimsIn(metrics),
    accuracy: metrics.accuracy,
    auc: metrics.auc,
    baseRate: metrics.baseRate,
    majorityAccuracy: metrics.majorityAccuracy,
    balancedAccuracy: metrics.balancedAccuracy,
    logLoss: metrics.logLoss,
    logLossSkill: metrics.logLossSkill,
    brier: metrics.brier,
    ece: metrics.ece,
    nSamples: context.events.label.length,
    nFolds: walkForward.nFolds,
    featureImportance: importanceByName(featureNames, fitted.predictor),
  };
}

function claimsIn(metrics: ValidationMetrics): ModelClaims {
  const { bps, source, tickSize } = metrics.cost;
  return {
    verdict: metrics.verdict,
    verdictFormat: '0.2',
    tests: metrics.tests,
    paysUpToBps: metrics.paysUpToBps,
    wouldPayUpToBps: metrics.wouldPayUpToBps,
    primaryPaysUpToBps: metrics.primaryPaysUpToBps,
    primaryPays: metrics.primaryPays,
    timingPValue: metrics.timing.pValue,
    cost: { bps, source, tickSize },
    coinBiasBps: metrics.coinBiasBps,
    nEffective: metrics.nEffective,
    detectableSkill: metrics.detectableSkill,
  };
}

function termsByName({ instruments, events }: FitContext): Record<string, TradeTerms> {
  return Object.fromEntries(instruments.map(({ instrument }, i) => [instrument ?? '', events.terms[i]]));
}

function cadencesByName({ instruments }: FitContext): Cadences {
  return Object.fromEntries(
    instruments.map(({ instrument, bars }) => [instrument ?? '', measureCadence(bars.tsEvent)]),
  );
}

/** Importance of every feature by name; empty for a predictor that has none, or that split on none. */
export function importanceByName(names: readonly string[], { importance }: Predictor): Record<string, number> {
  if (importance === null || importance.every((share) => share === 0)) return {};
  return Object.fromEntries(names.map((name, j) => [name, importance[j]]));
}

/** The settings that a prediction depends on, and no others: two models that predict alike have the same file. */
function predictionSettings(context: FitContext, { rawProbability }: TestedEvents): Record<string, unknown> {
  const { config, instruments, events, ownLabeler } = context;
  const record = configToRecord(config);
  const { feature_names, walk_forward, regime, vpin, training } = record;
  const { kind: _kind, module: _module, horizon_bars: _horizon, ...settings } = record.labels; // as files before them say it
  const risk = riskRecordOf(labelersOf(context, events.terms)[0], config.labels);
  const labels = ownLabeler === null ? settings : { ...ownLabeler, ...risk };
  const { floor: _servingOnly, ...regimeFit } = regime;
  const source = instruments[0].side === null && !events.isGiven ? record.events : 'given signals';
  const fit = fitSettings(context, record, rawProbability);
  return { feature_names, labels, events: source, ...fit, walk_forward, regime: regimeFit, vpin, training };
}

/** Of a predictor that was made elsewhere the settings of a fit are not known; what it had seen by then is, and whether it knows too much. */
function fitSettings(
  context: FitContext,
  { weights, forest, boosting }: ConfigRecord,
  rawProbability: Float64Array,
): Record<string, unknown> {
  const { fixed, parts } = context;
  if (fixed !== null) {
    const auc = unseenAuc(context, rawProbability);
    return { trained_until: untilText(fixed), ...(isTooGood(auc) && { too_good_auc: auc }) };
  }
  const learner = isBoosting(parts.learner) ? { learner: { kind: 'boosting' }, boosting } : {}; // absent, as in files before it
  return { weights, forest, ...learner };
}

/** The same data, the same fingerprint: of a single instrument its own, of several, those of the context too, that of all with their names. */
function fingerprint({ instruments, inputs }: FitContext, columns: readonly FeatureName[], sha256: Sha256): string {
  const context = Array.from(inputs.context, ([instrument, { bars }]) => ({ instrument, bars, side: null }));
  if (instruments.length + context.length === 1) return fingerprintOf(instruments[0], columns, sha256);
  const named = [...instruments, ...context].map((each) => [each.instrument, fingerprintOf(each, columns, sha256)]);
  return sha256(new TextEncoder().encode(JSON.stringify(named)));
}

/** SHA-256 over the columns of the bars, the given signals and labels, and the columns of the caller that the model reads. */
function fingerprintOf(
  { bars, side, sent, labels = null, told = null }: InstrumentBars,
  names: readonly FeatureName[],
  sha256: Sha256,
): string {
  const { tsEvent, open, high, low, close, volume, takerBuyVolume } = bars;
  const given = [labels, told].flatMap((trades) =>
    trades === null ? [] : [trades.index, trades.exit, trades.side, trades.label, trades.ret],
  );
  const ofCaller = names.map((name) => sent?.get(name) ?? bars.columns.get(name) ?? null);
  const columns = [tsEvent, open, high, low, close, volume, takerBuyVolume, side, ...given, ...ofCaller];
  const hashes = columns.map((c) => (c === null ? '-' : sha256(new Uint8Array(c.buffer, c.byteOffset, c.byteLength))));
  return sha256(new TextEncoder().encode(hashes.join('\n')));
}

/** Rows spread evenly over the training set. */
function goldenInputs(x: Float32Array, nFeatures: number): Float32Array {
  const nRows = x.length / nFeatures;
  const n = Math.min(N_GOLDEN, nRows);
  const golden = new Float32Array(n * nFeatures);
  for (let k = 0; k < n; k++) {
    const row = Math.floor((k * nRows) / n);
    golden.set(x.subarray(row * nFeatures, (row + 1) * nFeatures), k * nFeatures);
  }
  return golden;
}
