import type { OrchestratorConfig } from '../config/index.ts';
import { type Clock, ModelError, NS_PER_HOUR } from '../core/index.ts';
import {
  type AnswerEdition,
  type BarSeries,
  type ConfidenceSource,
  type ProvenCosts,
  type SignalEvent,
  settleVpin,
  type TakeReason,
  WINDOW_BARS,
} from '../domain/index.ts';
import {
  computeFeatures,
  createVpinScratch,
  FEATURES,
  type FeatureDefinition,
  FeatureRegistry,
  isFeatureError,
  regimeWeight,
  turbulentProbability,
  UNKNOWN_REGIME_WEIGHT,
  vpin,
} from '../features/index.ts';
import { type MetaModel, type Prediction, provenBy } from '../model/index.ts';
import type { Logger } from '../ports/index.ts';
import { InferenceResult } from './inference-result.ts';
import { featuresOfModel } from './model-features.ts';
import { TradeDecider } from './trade-decider.ts';

/** Toxicity where there is no volume, and no training that tells the usual one. */
const UNKNOWN_TOXICITY = 0.5;
/** Row of the window's last bar, the event's own. */
const LAST = WINDOW_BARS - 1;

export interface InferenceLoopOptions {
  readonly config: OrchestratorConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The features that models may look at; by default the built-in ones. */
  readonly features?: FeatureRegistry;
  /** Default: this one, `0.2`. */
  readonly edition?: AnswerEdition;
}

/** Where a confidence comes from; where that is not the model, why. */
interface Basis {
  readonly source: ConfidenceSource;
  readonly reason: string | null;
  /** Why the signal is not taken; null where the model is to judge it. */
  readonly takeReason: TakeReason | null;
}

/** The features of the model that serves. */
interface Schema {
  readonly features: readonly FeatureDefinition[];
  /** Whether they cannot be computed from bars without taker volume. */
  readonly needsTakerVolume: boolean;
  /** Column of the built-in regime probability; -1 without one. */
  readonly regimeColumn: number;
}

const NO_SCHEMA: Schema = { features: [], needsTakerVolume: false, regimeColumn: -1 };
const FROM_MODEL: Basis = { source: 'model', reason: null, takeReason: null };
const FLAT: Basis = { source: 'default', reason: 'flat signal', takeReason: 'flat' };
const AGE_UNKNOWN: Basis = {
  source: 'stale',
  reason: 'expiration_hours is set and the model does not tell its age',
  takeReason: 'stale',
};
const NO_TAKER_VOLUME: Basis = {
  source: 'missing_input',
  reason: 'the model learned from taker_buy_volume, which these bars do not carry',
  takeReason: 'missing_input',
};
const NO_RANGE: Basis = {
  source: 'out_of_distribution',
  reason: 'the bars of the window have no range, so that a trade has no stop',
  takeReason: 'out_of_distribution',
};

/**
 * Judges signals one at a time: features, model, toxicity, regime, in one synchronous call. An answer is a pure function
 * of the event, the model and the configuration, the latencies apart; no clock decides anything in it.
 */
export class InferenceLoop {
  readonly #config: OrchestratorConfig;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #registry: FeatureRegistry;
  readonly #edition: AnswerEdition;
  readonly #decider: TradeDecider;
  #model: MetaModel | null = null;
  #schema: Schema = NO_SCHEMA;
  #features = new Float64Array(0);
  #missing: Basis = { source: 'default', reason: 'no model loaded', takeReason: 'no_model' };
  #warned: ConfidenceSource = 'model';
  #hasWarnedOutlier = false;
  #hasWarnedFault = false;
  #hasWarnedFailure = false;

  // One row, reused for every call: the window's last bar, and the signal's side.
  readonly #row = Int32Array.of(LAST);
  readonly #side = new Int8Array(1);
  readonly #vpinScratch = createVpinScratch();

  constructor(options: InferenceLoopOptions) {
    this.#config = options.config;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#registry = options.features ?? new FeatureRegistry();
    this.#edition = options.edition ?? '0.2';
    this.#decider = new TradeDecider(options.config);
  }

  /** The model that serves, or null. */
  get model(): MetaModel | null {
    return this.#model;
  }

  /**
   * Lets `model` serve from the next call on. Forest, calibrator, regime model and feature schema change as one.
   *
   * @param proven - what is proven to pay; by default, what its file proves.
   * @throws {ModelError} `MODEL_SCHEMA` for a model with features that this program was not given; the one before goes on.
   */
  swapModel(model: MetaModel, proven: ProvenCosts = provenBy(model.metadata)): void {
    const schema = schemaOf(featuresOfModel(model, this.#registry), model);
    const features = new Float64Array(model.featureNames.length);
    const previous = this.#model?.version ?? 'none';
    this.#schema = schema;
    this.#features = features;
    this.#model = model;
    this.#decider.swapModel(model, proven);
    this.#hasWarnedOutlier = false;
    this.#hasWarnedFault = false;
    this.#hasWarnedFailure = false;
    this.#warned = 'model';
    this.#logger.info(`model ${model.version} serves (before: ${previous})`);
  }

  /** Lets something else count as proven of the model that serves, from the next call on. */
  changeProof(proven: ProvenCosts): void {
    if (this.#model !== null) this.#decider.swapModel(this.#model, proven);
  }

  /** Notes why there is no model; the reason is in every answer until one is swapped in. */
  noteMissingModel(reason: string): void {
    this.#missing = { source: 'default', reason, takeReason: 'no_model' };
    this.#warned = 'model';
    if (this.#model === null) this.#warnOnce(this.#missing);
  }

  /** Judges one signal. Never throws for the lack of a model: it answers with the default confidence and says why. */
  infer(event: SignalEvent): InferenceResult {
    const startNs = this.#clock.monotonicNs();
    const model = this.#model; // one read: a swap cannot mix two models
    const window = lastWindow(event.bars);
    const risk = this.#decider.riskOf(window);
    const intended = this.#basisOf(event, model);
    const isIntended = model !== null && intended.source === 'model';
    const unusable = isIntended ? this.#extract(window, event, model) : null;
    const isExtracted = isIntended && unusable === null;
    const extractedNs = this.#clock.monotonicNs();
    const usable = isExtracted ? this.#checkDistribution(model, risk) : (unusable ?? intended);
    const answer = model !== null && usable.source === 'model' ? this.#predict(model) : usable;
    const prediction = 'confidence' in answer ? answer : null;
    const basis = 'confidence' in answer ? usable : answer;
    const predictedNs = this.#clock.monotonicNs();
    const flow = vpin(window, LAST, this.#config.vpin, this.#vpinScratch);
    const weight = this.#regimeWeight(window, model, basis);
    if (event.signal !== 0) this.#warnOnce(intended);
    const { source, takeReason } = basis;
    const { decision, bet } = this.#decider.decide({ event, window, source, reason: takeReason, prediction, risk });
    return new InferenceResult({
      metaConfidence: prediction?.confidence ?? this.#confidenceWithout(source, decision.baseRate),
      rawConfidence: prediction?.raw ?? null,
      regimeWeight: weight,
      toxicity: flow.available ? flow.vpin : this.#unknownToxicity(model),
      toxicityAvailable: flow.available,
      toxicityPercentile: flow.available ? this.#toxicityPercentile(flow.vpin, window, model) : null,
      features: isExtracted ? this.#features.slice() : null,
      featureExtractionNs: extractedNs - startNs,
      predictionNs: predictedNs - extractedNs,
      totalLatencyNs: this.#clock.monotonicNs() - startNs,
      modelAvailable: model !== null && basis.source !== 'stale',
      modelVersion: model?.version ?? null,
      source,
      reason: basis.reason,
      decision,
      bet,
    });
  }

  /** What is said where the model has no word: the base rate, or the default where no model was to be asked. */
  #confidenceWithout(source: ConfidenceSource, baseRate: number | null): number {
    const isDefault = source === 'default' || this.#edition === '0.1';
    return isDefault || baseRate === null ? this.#config.defaultConfidence : baseRate;
  }

  #unknownToxicity(model: MetaModel | null): number {
    if (this.#edition === '0.1') return 0;
    const quantiles = model?.metadata.vpinQuantiles ?? [];
    const median = quantiles[(quantiles.length - 1) >> 1] ?? UNKNOWN_TOXICITY;
    return this.#config.sizing.unknownToxicity ?? median;
  }

  /** Where the confidence is to come from; the features may still prove that it cannot. */
  #basisOf(event: SignalEvent, model: MetaModel | null): Basis {
    if (event.signal === 0) return FLAT;
    if (model === null) return this.#missing;
    if (this.#schema.needsTakerVolume && event.bars.takerBuyVolume === null) return this.#noTakerVolume();
    const { expirationHours } = this.#config.model;
    if (expirationHours === null) return FROM_MODEL;
    if (model.lastBarTs === null) return AGE_UNKNOWN;
    const ageNs = event.timestamp - model.lastBarTs;
    if (ageNs <= BigInt(Math.round(expirationHours * Number(NS_PER_HOUR)))) return FROM_MODEL;
    const reason = `the model's last training bar is more than ${expirationHours} h older than the signal`;
    return { source: 'stale', reason, takeReason: 'stale' };
  }

  #noTakerVolume(): Basis {
    return this.#edition === '0.1' ? { ...NO_TAKER_VOLUME, source: 'default' } : NO_TAKER_VOLUME;
  }

  /** Whether the features just extracted are within what the model has seen. */
  #checkDistribution(model: MetaModel, risk: number): Basis {
    if (risk === 0 && this.#edition !== '0.1') return NO_RANGE;
    if (!this.#config.model.outOfDistribution) return FROM_MODEL;
    const j = model.outlier(this.#features);
    if (j < 0) return FROM_MODEL;
    const name = model.featureNames[j];
    const value = this.#features[j];
    const { low = Number.NaN, high = Number.NaN } = model.metadata.featureProfiles?.[name] ?? {};
    const side = value > high ? `above ${high.toPrecision(3)}` : `below ${low.toPrecision(3)}`;
    const reason = `${name} is ${value.toPrecision(3)}, far ${side}, where the training data ends`;
    if (!this.#hasWarnedOutlier)
      this.#logger.warn(`a signal is out of distribution: ${reason}; the next ones are only counted`);
    this.#hasWarnedOutlier = true;
    return { source: 'out_of_distribution', reason, takeReason: 'out_of_distribution' };
  }

  /** @returns null, or why there are no features: one of the caller gave no usable value, which no training has seen either. */
  #extract(window: BarSeries, event: SignalEvent, model: MetaModel): Basis | null {
    this.#side[0] = event.signal;
    try {
      computeFeatures(this.#schema.features, window, this.#row, this.#side, model, this.#features);
      return null;
    } catch (error) {
      if (!isFeatureError(error)) throw error;
      const { reason } = error;
      if (!this.#hasWarnedFailure)
        this.#logger.warn(`a feature gave no usable value: ${reason}; the next signals of this kind are only counted`);
      this.#hasWarnedFailure = true;
      return { source: 'out_of_distribution', reason, takeReason: 'out_of_distribution' };
    }
  }

  /** @returns the prediction; or why there is none: the learner of the caller failed on this row. */
  #predict(model: MetaModel): Prediction | Basis {
    try {
      return model.predict(this.#features);
    } catch (error) {
      if (!(error instanceof ModelError && error.code === 'MODEL_LEARNER')) throw error;
      if (!this.#hasWarnedFault)
        this.#logger.warn(`a signal has no prediction: ${error.message}; the next ones are only counted`);
      this.#hasWarnedFault = true;
      const source = this.#edition === '0.1' ? 'default' : 'out_of_distribution';
      return { source, reason: error.message, takeReason: 'out_of_distribution' };
    }
  }

  #regimeWeight(window: BarSeries, model: MetaModel | null, basis: Basis): number {
    if (model === null || model.regime === null) return UNKNOWN_REGIME_WEIGHT;
    // The feature is the same probability; where it was just computed, it is not computed again.
    const column = basis.source === 'model' ? this.#schema.regimeColumn : -1;
    const turbulent = column >= 0 ? this.#features[column] : turbulentProbability(window, LAST, model.regime);
    return regimeWeight(turbulent, this.#config.regime.floor);
  }

  /** Null where the toxicity of the training windows was measured with other options than this window's. */
  #toxicityPercentile(toxicity: number, window: BarSeries, model: MetaModel | null): number | null {
    if (model === null) return null;
    const { nBuckets, bucketVolume, classifier } = settleVpin(this.#config.vpin, window.takerBuyVolume !== null);
    const learned = model.vpin;
    const isSame =
      nBuckets === learned.nBuckets && bucketVolume === learned.bucketVolume && classifier === learned.classifier;
    return isSame ? model.toxicityPercentile(toxicity) : null;
  }

  #warnOnce({ source, reason }: Basis): void {
    if (source === this.#warned) return;
    this.#warned = source;
    if (source === 'model') this.#logger.info('confidence comes from the model again');
    else this.#logger.warn(`confidence is the default ${this.#config.defaultConfidence}: ${reason}`);
  }
}

function schemaOf(features: readonly FeatureDefinition[], model: MetaModel): Schema {
  const needs = new Set(features.flatMap((feature) => feature.needs));
  const splitsByTaker = needs.has('vpin') && model.vpin.classifier === 'aggressor';
  return {
    features,
    needsTakerVolume: needs.has('taker_buy_volume') || splitsByTaker,
    regimeColumn: features.indexOf(FEATURES.regime),
  };
}

function lastWindow(bars: BarSeries): BarSeries {
  return bars.length === WINDOW_BARS ? bars : bars.slice(bars.length - WINDOW_BARS, bars.length);
}
