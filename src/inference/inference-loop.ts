import type { OrchestratorConfig } from '../config/index.ts';
import { type Clock, ModelError, NS_PER_HOUR } from '../core/index.ts';
import {
  type AnswerEdition,
  type BarSeries,
  cadenceOf,
  type FeatureName,
  feedFault,
  missingBarSentence,
  type ProvenCosts,
  SIGNAL_PROBABILITY,
  SIGNAL_STRENGTH,
  type SignalEvent,
  WINDOW_BARS,
} from '../domain/index.ts';
import {
  checkFeatureContext,
  computeRows,
  createVpinScratch,
  FeatureRegistry,
  isFeatureError,
  lastHeld,
  missingFeature,
  regimeWeight,
  turbulentProbability,
  UNKNOWN_REGIME_WEIGHT,
  volatilityAt,
  vpin,
} from '../features/index.ts';
import { type MetaModel, type Prediction, provenBy } from '../model/index.ts';
import type { Logger } from '../ports/index.ts';
import { EDITION_RULES, type EditionRules } from './answer-edition.ts';
import {
  type ConfidenceBasis,
  FLAT,
  FROM_MODEL,
  NO_RANGE,
  noModel,
  outlierReason,
  outOfDistribution,
  stale,
  tooFewBars,
  UNUSED_PROBABILITY,
  unusableBars,
  unusualStop,
  warmingUp,
  withoutFeature,
  withoutTakerVolume,
} from './confidence-basis.ts';
import { InferenceLog } from './inference-log.ts';
import { InferenceResult } from './inference-result.ts';
import type { InferenceNotes, JudgementNote, UnjudgedConfidence } from './lanes/inference-notes.ts';
import { type JudgingState, NOTHING_SERVES } from './lanes/judging-state.ts';
import { featuresOfModel } from './model-features.ts';
import { type ModelSchema, NO_SCHEMA, schemaOf } from './model-schema.ts';
import { barsRead, contextOf, lastBars } from './model-window.ts';
import { LearnedToxicity } from './sizing/learned-toxicity.ts';
import { type DecidedSignal, TradeDecider, type WindowedSignal } from './trade-decider.ts';

/** Row of the window's last bar, the event's own. */
const LAST = WINDOW_BARS - 1;

export interface InferenceLoopOptions {
  readonly config: OrchestratorConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The features that models may look at; by default the built-in ones. */
  readonly features?: FeatureRegistry;
  /** By which rules signals are answered; `0.2`, those of this program, when absent. */
  readonly edition?: AnswerEdition;
  /** Takes what there is to log; by default it is logged. */
  readonly notes?: InferenceNotes;
}

/**
 * Judges signals one at a time: features, model, toxicity, regime, decision, in one synchronous call. An answer is a pure function of
 * the event, the model, what is proven of it, the configuration, and whether it is halted, the latencies apart; no clock decides
 * anything in it.
 */
export class InferenceLoop {
  readonly #config: OrchestratorConfig;
  readonly #clock: Clock;
  readonly #log: InferenceNotes;
  readonly #registry: FeatureRegistry;
  readonly #rules: EditionRules;
  readonly #noTakerVolume: ConfidenceBasis;
  readonly #decider: TradeDecider;
  #model: MetaModel | null = null;
  #state: JudgingState = NOTHING_SERVES;
  #schema: ModelSchema = NO_SCHEMA;
  /** (nFeatures,) of the signal that is judged. */
  #features = new Float64Array(0);
  #missing = noModel(NOTHING_SERVES.missing);
  #unjudged: UnjudgedConfidence;
  #toxicity: LearnedToxicity;

  // One row, reused for every call: the last of the bars that are read, and the signal's side.
  readonly #row = new Int32Array(1);
  readonly #side = new Int8Array(1);
  readonly #vpinScratch = createVpinScratch();

  constructor({ config, clock, logger, features, notes, edition = '0.2' }: InferenceLoopOptions) {
    this.#config = config;
    this.#clock = clock;
    this.#log = notes ?? new InferenceLog(logger);
    this.#registry = features ?? new FeatureRegistry();
    this.#rules = EDITION_RULES[edition];
    this.#noTakerVolume = withoutTakerVolume(this.#rules.missingInput);
    this.#decider = new TradeDecider(config);
    this.#unjudged = { name: 'default', value: config.defaultConfidence };
    this.#toxicity = new LearnedToxicity(config, null);
  }

  /** The model that serves, or null. */
  get model(): MetaModel | null {
    return this.#model;
  }

  /** What answers depend on beside the event and the settings: another object after every change. */
  get state(): JudgingState {
    return this.#state;
  }

  /** Whether every signal is skipped, by {@link halt}. */
  get isHalted(): boolean {
    return this.#decider.isHalted;
  }

  /** Every signal is skipped from the next call on, with `take_reason` `halted`; confidences and their sources stay as they are. */
  halt(): void {
    this.#decider.isHalted = true;
    this.#state = { ...this.#state, isHalted: true };
  }

  /** Ends what {@link halt} began. */
  resume(): void {
    this.#decider.isHalted = false;
    this.#state = { ...this.#state, isHalted: false };
  }

  /**
   * Lets `model` serve from the next call on. Predictor, calibrator, regime model, feature schema and decision change as one.
   *
   * @param proven - what is proven to pay; by default, what its file proves.
   * @throws {ModelError} `MODEL_SCHEMA` for a model with features that this program was not given; the one before goes on.
   * @throws {ConditionError} for options of its features that are out of range; the one before goes on.
   */
  swapModel(model: MetaModel, proven: ProvenCosts = provenBy(model.metadata)): void {
    const schema = schemaOf(featuresOfModel(model, this.#registry), model);
    checkFeatureContext(schema.features, schema.context); // once, and not with every signal
    const previous = this.#model?.version ?? 'none';
    this.#schema = schema;
    this.#model = model;
    this.#state = { ...this.#state, model, proven };
    this.#decider.swapModel(model, proven);
    this.#unjudged = this.#unjudgedBy(this.#decider.baseRate);
    this.#toxicity = new LearnedToxicity(this.#config, model);
    this.#log.swapped(model.version, previous, this.#rules.decides ? this.#decider.refusal : null);
  }

  /** Lets something else count as proven of the model that serves, from the next call on. */
  changeProof(proven: ProvenCosts): void {
    if (this.#model === null) return;
    const before = this.#decider.refusal;
    this.#state = { ...this.#state, proven };
    this.#decider.swapModel(this.#model, proven);
    const { refusal } = this.#decider;
    if (refusal !== before) this.#log.noted(this.#model.version, refusal);
  }

  /** Notes why there is no model; the reason is in every answer until one is swapped in. */
  noteMissingModel(reason: string): void {
    this.#missing = noModel(reason);
    this.#state = { ...this.#state, missing: reason };
    this.#log.expectModel();
    if (this.#model === null) this.#log.answered(this.#missing, this.#unjudged);
  }

  /** Logs what a judgement of another thread, made in the same state, would have logged here. */
  tell({ intended, unjudged }: JudgementNote): void {
    if (unjudged !== null) this.#log.unjudged(...unjudged);
    if (intended !== null) this.#log.answered(intended, this.#unjudged);
  }

  /**
   * Judges one signal. Never throws for the lack of a model: it answers with the default confidence and says why.
   *
   * @param lacksBar - whether the bar that it was due did not come, which an answer of the model then says.
   * @param startNs - monotonic time from which its latency counts.
   */
  infer(event: SignalEvent, lacksBar = false, startNs: number = this.#clock.monotonicNs()): InferenceResult {
    const model = this.#model; // one read: a swap cannot mix two models
    const window = lastBars(event.bars, WINDOW_BARS);
    const read = barsRead(event, window, model);
    const risk = this.#decider.riskOf(window);
    const intended = this.#basisOf(event, read, model);
    const isIntended = model !== null && intended.source === 'model';
    const unusable = isIntended ? this.#extract(read, event, model) : null;
    const isExtracted = isIntended && unusable === null;
    const extractedNs = this.#clock.monotonicNs();
    const usable = isExtracted ? this.#checkDistribution(model, risk) : (unusable ?? intended);
    const answer = model !== null && usable.source === 'model' ? this.#predict(model) : usable;
    const prediction = 'confidence' in answer ? answer : null;
    const basis = 'confidence' in answer ? usable : answer;
    const predictedNs = this.#clock.monotonicNs();
    const flow = vpin(window, LAST, this.#config.vpin, this.#vpinScratch);
    const weight = this.#regimeWeight(window, model, basis);
    if (event.signal !== 0) this.#log.answered(intended, this.#unjudged);
    const { decision, bet } = this.#decide({ instrumentId: event.instrumentId, window, risk }, basis, prediction);
    return new InferenceResult({
      metaConfidence: prediction?.confidence ?? this.#confidenceWithout(basis),
      rawConfidence: prediction?.raw ?? null,
      regimeWeight: weight,
      toxicity: flow.available ? flow.vpin : this.#toxicity.unknown,
      toxicityAvailable: flow.available,
      toxicityPercentile: flow.available ? this.#toxicity.percentile(flow.vpin, window.takerBuyVolume !== null) : null,
      features: isExtracted ? this.#features : null,
      featureExtractionNs: extractedNs - startNs,
      predictionNs: predictedNs - extractedNs,
      totalLatencyNs: this.#clock.monotonicNs() - startNs,
      modelAvailable: model !== null && basis.isModelExpired !== true,
      modelVersion: model?.version ?? null,
      source: basis.source,
      reason: this.#reasonOf(event, basis, lacksBar && prediction !== null),
      decision,
      bet,
    });
  }

  /**
   * Answers a signal without bars of whose instrument fewer are held than a window has: nothing of it can be judged.
   *
   * @param nBars - number of bars held, in [0, W).
   */
  inferWarmingUp(
    { instrumentId, signal }: Pick<SignalEvent, 'instrumentId' | 'signal'>,
    nBars: number,
  ): InferenceResult {
    const startNs = this.#clock.monotonicNs();
    const { skipped, source, reason } = signal === 0 ? FLAT : warmingUp(nBars);
    const { decision, bet } = this.#decider.skip(instrumentId, skipped, null);
    return new InferenceResult({
      metaConfidence: this.#config.defaultConfidence,
      rawConfidence: null,
      regimeWeight: UNKNOWN_REGIME_WEIGHT,
      toxicity: this.#toxicity.unknown,
      toxicityAvailable: false,
      toxicityPercentile: null,
      features: null,
      featureExtractionNs: 0,
      predictionNs: 0,
      totalLatencyNs: this.#clock.monotonicNs() - startNs,
      modelAvailable: this.#model !== null,
      modelVersion: this.#model?.version ?? null,
      source,
      reason,
      decision,
      bet,
    });
  }

  /** Why the answer is what it is, and what of the signal was not used; null where there is nothing to say. */
  #reasonOf(event: SignalEvent, basis: ConfidenceBasis, lacksBar: boolean): string | null {
    const reason = lacksBar ? withoutLastBar(event) : basis.reason;
    const isUnused = event.probability !== null && event.signal !== 0 && this.#model !== null;
    if (!isUnused || this.#schema.readsProbability) return reason;
    return reason === null ? UNUSED_PROBABILITY : `${reason}; ${UNUSED_PROBABILITY}`;
  }

  #decide(signal: WindowedSignal, { skipped }: ConfidenceBasis, prediction: Prediction | null): DecidedSignal {
    if (prediction === null) return this.#decider.skip(signal.instrumentId, skipped ?? 'no_model', signal);
    const { volatilityColumn } = this.#schema;
    // The feature is the same number; where it was just computed, it is not computed again.
    const volatility = volatilityColumn >= 0 ? this.#features[volatilityColumn] : volatilityAt(signal.window, LAST);
    return this.#decider.decide(signal, prediction, volatility);
  }

  /** What is said of a signal that the model does not judge; one that no model was to judge gets the default. */
  #confidenceWithout({ source }: ConfidenceBasis): number {
    return source === 'default' ? this.#config.defaultConfidence : this.#unjudged.value;
  }

  #unjudgedBy(baseRate: number | null): UnjudgedConfidence {
    if (baseRate === null || this.#rules.unknown === 'default_confidence') {
      return { name: 'default', value: this.#config.defaultConfidence };
    }
    return { name: 'base rate', value: baseRate };
  }

  /** Where the confidence is to come from; the features may still prove that it cannot. */
  #basisOf(event: SignalEvent, read: BarSeries, model: MetaModel | null): ConfidenceBasis {
    if (event.signal === 0) return FLAT;
    if (model === null) return this.#missing;
    if (this.#schema.needsTakerVolume && event.bars.takerBuyVolume === null) return this.#noTakerVolume;
    const { barsNeeded } = model.inputs;
    if (event.bars.length < barsNeeded) return tooFewBars(event.bars.length, barsNeeded, this.#rules.missingInput);
    const { expirationHours } = this.#config.model;
    if (expirationHours === null) return this.#basisOfBars(event, read, model);
    if (model.lastBarTs === null) return stale(expirationHours, false);
    const ageNs = event.timestamp - model.lastBarTs;
    const isFresh = ageNs <= BigInt(Math.round(expirationHours * Number(NS_PER_HOUR)));
    return isFresh ? this.#basisOfBars(event, read, model) : stale(expirationHours, true);
  }

  /** Whether the model can judge by these bars, by what it states of those of its training. */
  #basisOfBars({ instrumentId, timestamp }: SignalEvent, { tsEvent }: BarSeries, model: MetaModel): ConfidenceBasis {
    const { cadence: sole } = this.#schema; // looked up by name only where that matters: every signal passes here
    const cadence = sole === undefined ? cadenceOf(model.metadata.cadences, instrumentId) : sole;
    const fault = cadence === null ? null : feedFault(tsEvent, timestamp, cadence, this.#config.feed.maxAgeBars);
    return fault === null ? FROM_MODEL : unusableBars(fault);
  }

  /** Whether the features just extracted are within what the model has seen. */
  #checkDistribution(model: MetaModel, risk: number): ConfidenceBasis {
    const basis = risk === 0 && this.#rules.needsRange ? NO_RANGE : this.#checkBounds(model, risk);
    if (basis.reason !== null) this.#log.unjudged('outlier', basis.reason);
    return basis;
  }

  #checkBounds(model: MetaModel, risk: number): ConfidenceBasis {
    if (!this.#config.model.outOfDistribution) return FROM_MODEL;
    const j = model.outlier(this.#features);
    if (j >= 0) return outOfDistribution(outlierReason(model, j, this.#features[j]));
    const range = this.#rules.needsRange ? (model.metadata.decision?.risk ?? null) : null;
    return range === null || (risk >= range[0] && risk <= range[1]) ? FROM_MODEL : unusualStop(range, risk);
  }

  /** @returns null, or why there are no features: one of the caller gave no usable value, which no training has seen either. */
  #extract(read: BarSeries, event: SignalEvent, model: MetaModel): ConfidenceBasis | null {
    this.#side[0] = event.signal;
    this.#features = new Float64Array(model.featureNames.length); // the answer keeps it
    const { features, stepFeature } = this.#schema;
    const context = contextOf(event, this.#schema, model, this.#config);
    if (stepFeature !== null && context.stepNs == null) return withoutFeature(stepFeature, this.#rules.missingInput);
    this.#row[0] = read.length - 1;
    for (const [name, value] of context.columns) value[0] = columnOf(event, name);
    try {
      computeRows(features, read, this.#row, this.#side, context, this.#features);
      const missing = missingFeature(features, this.#features);
      return missing === null ? null : withoutFeature(missing.name, this.#rules.missingInput, event.features);
    } catch (error) {
      if (!isFeatureError(error)) throw error;
      this.#log.unjudged('feature', error.reason);
      return outOfDistribution(error.reason);
    }
  }

  /** @returns the prediction; or why there is none: the learner of the caller failed on this row. */
  #predict(model: MetaModel): Prediction | ConfidenceBasis {
    try {
      return model.predict(this.#features);
    } catch (error) {
      if (!(error instanceof ModelError && error.code === 'MODEL_LEARNER')) throw error;
      this.#log.unjudged('learner', error.message);
      return { ...outOfDistribution(error.message), source: this.#rules.failedLearner };
    }
  }

  #regimeWeight(window: BarSeries, model: MetaModel | null, basis: ConfidenceBasis): number {
    if (model === null || model.regime === null) return UNKNOWN_REGIME_WEIGHT;
    // The feature is the same probability; where it was just computed, it is not computed again.
    const column = basis.source === 'model' ? this.#schema.regimeColumn : -1;
    const turbulent = column >= 0 ? this.#features[column] : turbulentProbability(window, LAST, model.regime);
    return regimeWeight(turbulent, this.#config.regime.floor);
  }
}

/** A column as a signal knows it; NaN where it is missing. */
function columnOf(event: SignalEvent, name: FeatureName): number {
  if (name === SIGNAL_STRENGTH) return event.strength;
  if (name === SIGNAL_PROBABILITY) return event.probability ?? Number.NaN;
  return lastHeld(name, event.features, event.bars);
}

function withoutLastBar({ bars: { tsEvent }, timestamp }: SignalEvent): string {
  return missingBarSentence(tsEvent[tsEvent.length - 1], timestamp);
}
