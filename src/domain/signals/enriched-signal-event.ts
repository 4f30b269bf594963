import type { SizingMethod } from '../settings/choices.ts';
import type { SignalEvent } from './signal-event.ts';
import type { TakeReason, TradeDecision } from './trade-decision.ts';

export const CONFIDENCE_SOURCES = ['model', 'default', 'stale', 'out_of_distribution', 'missing_input'] as const;
/** Origin of a confidence; every origin but `model` comes with a reason. */
export type ConfidenceSource = (typeof CONFIDENCE_SOURCES)[number];

/** By which rules a signal is answered: `0.1` for records of that version, which answered all that it did not know by the default. */
export type AnswerEdition = '0.1' | '0.2';

/** Input of the risk stage, under its wire names. */
export interface MetaOutput {
  readonly confidence: number;
  readonly regime_weight: number;
  readonly toxicity: number;
}

/** Factors of a size of the built-in sizer; their product, in this order, is the size before clamping. */
export interface SizeFactors extends Readonly<Record<string, number>> {
  /** Direction of the signal: -1, 0 or 1. */
  readonly direction: number;
  /** |signal| to the Giller exponent. */
  readonly magnitude: number;
  readonly confidence: number;
  readonly regimeWeight: number;
  /** 1 - toxicity. */
  readonly nonToxicity: number;
  readonly fractionalKelly: number;
}

/** Factors of a decided size; their product, in this order, is the size before clamping. One that does not enter is 1. */
export interface DecisionFactors extends Readonly<Record<string, number>> {
  /** Direction of the signal: -1, 0 or 1. */
  readonly direction: number;
  /** Strength of the signal to the Giller exponent. */
  readonly magnitude: number;
  /** [0, 1]; 0 where the signal is not taken. */
  readonly bet: number;
  readonly regimeWeight: number;
  /** 1 - toxicity. */
  readonly nonToxicity: number;
  readonly fractionalKelly: number;
}

/** The fields of {@link EnrichedSignalEvent}. */
export interface EnrichedSignalFields extends TradeDecision {
  readonly signalEvent: SignalEvent;
  /** Calibrated probability that the signal ends profitably, [0, 1]. */
  readonly metaConfidence: number;
  /** Factor for the market regime, [floor, 1]; 1 is calm. */
  readonly regimeWeight: number;
  /** VPIN, [0, 1]. */
  readonly toxicity: number;
  /** False when the window has no volume; `toxicity` is then that of the setting `sizing.unknown_toxicity`. */
  readonly toxicityAvailable: boolean;
  /** Share of training windows with a lower VPIN, [0, 1]; null when the model does not record it. */
  readonly toxicityPercentile: number | null;
  /** The model's probability before calibration; null when the confidence does not come from the model. */
  readonly rawConfidence: number | null;
  readonly modelVersion: string | null;
  readonly modelAvailable: boolean;
  readonly source: ConfidenceSource;
  /** One short sentence when `source` is not `model`, a bar did not come, a probability was not used, or a caller's sizer failed; else null. */
  readonly reason: string | null;
  /** (nFeatures,) input of the model, in the order of its columns; null when no model was used. */
  readonly features: Float64Array | null;
  /** Signed bet size after clamping. */
  readonly size: number;
  /** What gave the size; `own` for a caller's sizer. */
  readonly sizeMethod: SizingMethod | 'own';
  /** Those of a caller's own sizer have the names that it gives them; those of 0.1 have the confidence for the bet. */
  readonly sizeFactors: DecisionFactors | SizeFactors | Readonly<Record<string, number>>;
  /** Time from call to answer, nanoseconds. The only field that is not a function of event, model and config. */
  readonly latencyNs: number;
}

/** A signal with its confidence, regime weight, toxicity and bet size. Immutable. */
export class EnrichedSignalEvent implements EnrichedSignalFields {
  readonly signalEvent: SignalEvent;
  readonly metaConfidence: number;
  readonly regimeWeight: number;
  readonly toxicity: number;
  readonly toxicityAvailable: boolean;
  readonly toxicityPercentile: number | null;
  readonly rawConfidence: number | null;
  readonly modelVersion: string | null;
  readonly modelAvailable: boolean;
  readonly source: ConfidenceSource;
  readonly reason: string | null;
  readonly features: Float64Array | null;
  readonly baseRate: number | null;
  readonly breakEven: number | null;
  readonly expectedR: number | null;
  readonly expectedReturnBps: number | null;
  readonly costBps: number | null;
  readonly take: boolean | null;
  readonly takeReason: TakeReason;
  readonly riskDistance: number | null;
  readonly confidenceLow: number | null;
  readonly confidenceHigh: number | null;
  readonly size: number;
  readonly sizeMethod: SizingMethod | 'own';
  readonly sizeFactors: DecisionFactors | SizeFactors | Readonly<Record<string, number>>;
  readonly latencyNs: number;

  constructor(fields: EnrichedSignalFields) {
    this.signalEvent = fields.signalEvent;
    this.metaConfidence = fields.metaConfidence;
    this.regimeWeight = fields.regimeWeight;
    this.toxicity = fields.toxicity;
    this.toxicityAvailable = fields.toxicityAvailable;
    this.toxicityPercentile = fields.toxicityPercentile;
    this.rawConfidence = fields.rawConfidence;
    this.modelVersion = fields.modelVersion;
    this.modelAvailable = fields.modelAvailable;
    this.source = fields.source;
    this.reason = fields.reason;
    this.features = fields.features;
    this.baseRate = fields.baseRate;
    this.breakEven = fields.breakEven;
    this.expectedR = fields.expectedR;
    this.expectedReturnBps = fields.expectedReturnBps;
    this.costBps = fields.costBps;
    this.take = fields.take;
    this.takeReason = fields.takeReason;
    this.riskDistance = fields.riskDistance;
    this.confidenceLow = fields.confidenceLow;
    this.confidenceHigh = fields.confidenceHigh;
    this.size = fields.size;
    this.sizeMethod = fields.sizeMethod;
    this.sizeFactors = fields.sizeFactors;
    this.latencyNs = fields.latencyNs;
    Object.freeze(this);
  }

  get signalId(): string {
    return this.signalEvent.signalId;
  }

  /** The fields of `alpha_output.meta_output`, which the risk stage reads. */
  toMetaOutput(): MetaOutput {
    return { confidence: this.metaConfidence, regime_weight: this.regimeWeight, toxicity: this.toxicity };
  }
}
