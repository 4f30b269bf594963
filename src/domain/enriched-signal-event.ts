import type { SignalEvent } from './signal-event.ts';

export const CONFIDENCE_SOURCES = ['model', 'default', 'stale', 'out_of_distribution'] as const;
/** Where a confidence comes from; anything but `model` carries a reason. */
export type ConfidenceSource = (typeof CONFIDENCE_SOURCES)[number];

/** What the risk stage reads, under its own names. */
export interface MetaOutput {
  readonly confidence: number;
  readonly regime_weight: number;
  readonly toxicity: number;
}

/** The named factors of a size; their product, in this order, is the size before clamping. */
export interface SizeFactors {
  /** -1, 0 or 1. */
  readonly direction: number;
  /** |signal| to the Giller exponent. */
  readonly magnitude: number;
  readonly confidence: number;
  readonly regimeWeight: number;
  /** 1 - toxicity. */
  readonly nonToxicity: number;
  readonly fractionalKelly: number;
}

/** The fields of {@link EnrichedSignalEvent}. */
export interface EnrichedSignalFields {
  readonly signalEvent: SignalEvent;
  /** Calibrated probability that the signal ends profitably, [0, 1]. */
  readonly metaConfidence: number;
  /** Weight of the market's regime, [floor, 1]. */
  readonly regimeWeight: number;
  /** VPIN, [0, 1]. */
  readonly toxicity: number;
  /** False when the window held no volume; `toxicity` is then 0. */
  readonly toxicityAvailable: boolean;
  /** Share of training windows with a lower VPIN, [0, 1]; null without a model that knows. */
  readonly toxicityPercentile: number | null;
  /** The forest's probability before calibration; null when the confidence does not come from the model. */
  readonly rawConfidence: number | null;
  readonly modelVersion: string | null;
  readonly modelAvailable: boolean;
  readonly source: ConfidenceSource;
  /** One short sentence when `source` is not `model`, else null. */
  readonly reason: string | null;
  /** (nFeatures,) the exact vector the model was asked, in the order of its columns; null where no model was asked. */
  readonly features: Float64Array | null;
  /** Signed bet size after clamping. */
  readonly size: number;
  readonly sizeFactors: SizeFactors;
  /** Time from call to answer, nanoseconds. The only field that is not a function of event, model and config. */
  readonly latencyNs: number;
}

/** A signal together with how far to trust it, how toxic the flow is, what the regime weighs, and so how much to bet. */
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
  readonly size: number;
  readonly sizeFactors: SizeFactors;
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
    this.size = fields.size;
    this.sizeFactors = fields.sizeFactors;
    this.latencyNs = fields.latencyNs;
    Object.freeze(this);
  }

  get signalId(): string {
    return this.signalEvent.signalId;
  }

  /** Exactly what the risk stage takes as `alpha_output.meta_output`. */
  toMetaOutput(): MetaOutput {
    return { confidence: this.metaConfidence, regime_weight: this.regimeWeight, toxicity: this.toxicity };
  }
}
