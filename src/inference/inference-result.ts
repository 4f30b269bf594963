import type { ConfidenceSource, TradeDecision } from '../domain/index.ts';

/** Bet of a judged signal, and the factors that enter its size beside it. */
export interface Bet {
  /** [0, 1]; 0 where the signal is not taken. */
  readonly bet: number;
  readonly hasRegimeWeight: boolean;
  readonly hasToxicity: boolean;
}

export interface InferenceFields {
  readonly metaConfidence: number;
  readonly rawConfidence: number | null;
  readonly regimeWeight: number;
  readonly toxicity: number;
  readonly toxicityAvailable: boolean;
  readonly toxicityPercentile: number | null;
  /** (nFeatures,) the exact features of the signal; null where none were computed. */
  readonly features: Float64Array | null;
  readonly featureExtractionNs: number;
  readonly predictionNs: number;
  readonly totalLatencyNs: number;
  readonly modelAvailable: boolean;
  readonly modelVersion: string | null;
  readonly source: ConfidenceSource;
  readonly reason: string | null;
  readonly decision: TradeDecision;
  readonly bet: Bet;
}

/** Confidence, toxicity and regime weight of one signal, and the times it took to compute them. */
export class InferenceResult implements InferenceFields {
  readonly metaConfidence: number;
  readonly rawConfidence: number | null;
  readonly regimeWeight: number;
  readonly toxicity: number;
  readonly toxicityAvailable: boolean;
  readonly toxicityPercentile: number | null;
  readonly features: Float64Array | null;
  readonly featureExtractionNs: number;
  readonly predictionNs: number;
  readonly totalLatencyNs: number;
  readonly modelAvailable: boolean;
  readonly modelVersion: string | null;
  readonly source: ConfidenceSource;
  readonly reason: string | null;
  readonly decision: TradeDecision;
  readonly bet: Bet;

  constructor(fields: InferenceFields) {
    this.metaConfidence = fields.metaConfidence;
    this.rawConfidence = fields.rawConfidence;
    this.regimeWeight = fields.regimeWeight;
    this.toxicity = fields.toxicity;
    this.toxicityAvailable = fields.toxicityAvailable;
    this.toxicityPercentile = fields.toxicityPercentile;
    this.features = fields.features;
    this.featureExtractionNs = fields.featureExtractionNs;
    this.predictionNs = fields.predictionNs;
    this.totalLatencyNs = fields.totalLatencyNs;
    this.modelAvailable = fields.modelAvailable;
    this.modelVersion = fields.modelVersion;
    this.source = fields.source;
    this.reason = fields.reason;
    this.decision = fields.decision;
    this.bet = fields.bet;
    Object.freeze(this);
  }

  /** @param budgetMs - the latency budget in milliseconds. */
  exceedsLatencyBudget(budgetMs = 10): boolean {
    return this.totalLatencyNs > budgetMs * 1e6;
  }
}
