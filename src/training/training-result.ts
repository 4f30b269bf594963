import type { MetaModel } from '../model/index.ts';
import type { Accounts, ValidationMetrics } from '../validation/index.ts';
import type { MissingInputs } from './dataset/complete-events.ts';
import type { LabelledDataset } from './dataset/labelled-dataset.ts';
import type { FixedFigures } from './fixed/seen-events.ts';

/** How long each part of a training took, milliseconds. */
export interface TrainingTimings {
  readonly labels: number;
  readonly features: number;
  readonly walkForward: number;
  /** From the end of the walk-forward on: the final fit begins beside it. */
  readonly fit: number;
  readonly save: number;
}

export interface TrainingFields {
  readonly model: MetaModel;
  readonly metrics: ValidationMetrics;
  /** Accounts of the judged trades; of nothing where they were not asked for. */
  readonly accounts: Accounts;
  /** Feature name to its share in what the splits of the model gained (impurity of a forest, log-loss of a boosting); they sum to 1. */
  readonly featureImportance: Readonly<Record<string, number>>;
  /** Number of labelled events that the final model was fitted on. */
  readonly nSamples: number;
  readonly nFolds: number;
  readonly nBars: number;
  readonly nUnresolved: number;
  readonly nWithoutRange: number;
  /** Labelled events that were left out because a column, or another input of a feature, has no value there. */
  readonly missing: MissingInputs;
  /** Every labelled event, with its walk-forward forecast. */
  readonly dataset: LabelledDataset;
  /** What a predictor that was made elsewhere may have learned from, and how it fared there; null where one was fitted. */
  readonly fixed: FixedFigures | null;
  readonly timingsMs: TrainingTimings;
}

/** A trained model and the honest account of what it is worth: every figure is walk-forward, out of sample. */
export class TrainingResult implements TrainingFields {
  readonly model: MetaModel;
  readonly metrics: ValidationMetrics;
  readonly accounts: Accounts;
  readonly featureImportance: Readonly<Record<string, number>>;
  readonly nSamples: number;
  readonly nFolds: number;
  readonly nBars: number;
  readonly nUnresolved: number;
  readonly nWithoutRange: number;
  readonly missing: MissingInputs;
  readonly dataset: LabelledDataset;
  readonly fixed: FixedFigures | null;
  readonly timingsMs: TrainingTimings;

  constructor(fields: TrainingFields) {
    this.model = fields.model;
    this.metrics = fields.metrics;
    this.accounts = fields.accounts;
    this.featureImportance = fields.featureImportance;
    this.nSamples = fields.nSamples;
    this.nFolds = fields.nFolds;
    this.nBars = fields.nBars;
    this.nUnresolved = fields.nUnresolved;
    this.nWithoutRange = fields.nWithoutRange;
    this.missing = fields.missing;
    this.dataset = fields.dataset;
    this.fixed = fields.fixed;
    this.timingsMs = fields.timingsMs;
  }

  /** Share of right decisions at probability 0.5; says little without `metrics.majorityAccuracy` beside it. */
  get accuracy(): number {
    return this.metrics.accuracy;
  }

  /** Area under the ROC curve; null when a class is missing. */
  get auc(): number | null {
    return this.metrics.auc;
  }

  /** @param threshold - the accuracy to reach, [0, 1]. Passing says nothing about an edge: see `metrics.verdict`. */
  meetsMinimumAccuracy(threshold = 0.55): boolean {
    return this.accuracy >= threshold;
  }
}
