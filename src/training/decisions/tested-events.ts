import type { DecisionStatistics } from '../../decision/index.ts';
import type { CalibrationSpread } from '../../model/index.ts';
import type { Accounts, ValidationMetrics } from '../../validation/index.ts';
import type { FoldDecisions } from './fold-decisions.ts';

/** What the walk-forward found out about every event. Rows are events; NaN in the first block, which only trains. */
export interface TestedEvents {
  /** (nEvents,) test fold, 0-based; -1 where untested. */
  readonly fold: Int16Array;
  /** (nEvents,) the predictor's probability. */
  readonly rawProbability: Float64Array;
  /** (nEvents,) the same after the fold's calibrator. */
  readonly probability: Float64Array;
  /** (nEvents,) 1 where the fold's model would answer: all features within what it was fitted on. */
  readonly isAnswered: Uint8Array;
  /** (nEvents,) factor for the regime, by the fold's regime model, as it would be served. */
  readonly regimeWeight: Float64Array;
  /** (nEvents,) VPIN of the window; where it has no volume, what would be served by the windows of the labels before. */
  readonly toxicity: Float64Array;
  /** (nEvents,) base rate of the labels that had ended before each event; also in the first block. */
  readonly baseRate: Float64Array;
  readonly decisions: FoldDecisions;
  /** Decision statistics of the model file. */
  readonly statistics: DecisionStatistics;
  /** How sure the probabilities are; null where nothing calibrates. */
  readonly spread: CalibrationSpread | null;
  readonly metrics: ValidationMetrics;
  /** Of nothing where none was asked for. */
  readonly accounts: Accounts;
}
