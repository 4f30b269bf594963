import type { BoostingSettings, ForestSettings } from '../domain/index.ts';
import type { ShapleyValues } from './explanation/tree-shapley.ts';
import type { LearnerPool } from './forest/learner-pool.ts';
import type { ModelGraph } from './model-graph.ts';

/** Predicts the probability of label 1. It may reuse buffers, so each thread needs one of its own. */
export interface Predictor {
  /** @param row - (nFeatures,) float32 values, not to be changed. @returns the probability of label 1, [0, 1]. */
  predictOne(row: Float32Array): number;
  /**
   * @param x - (nRows, nFeatures) row-major, not to be changed.
   * @returns (nRows,) with the same bits as {@link predictOne} of each row.
   */
  predictMany(x: Float32Array, nRows: number): Float64Array;
  /** (nFeatures,) importance of each feature in training, >= 0, summing to 1; null when the learner has none. */
  readonly importance: Float64Array | null;
  /** What it is, in a few words, where its learner does not say it. */
  readonly description?: string;
  /** Counts that describe its size, by plural noun, e.g. `{ trees: 100, nodes: 4321 }`. */
  readonly size?: Readonly<Record<string, number>>;
  /**
   * Explains one prediction exactly: how much every set of features adds to the probability beyond its subsets (Harsanyi
   * dividends of the game whose value is the prediction when only the features of the set are known). Without this method
   * and {@link shapley} a model serves, and its decisions have no explanation.
   *
   * @param row - (nFeatures,) float32 values.
   * @returns (2^nFeatures,) dividends by bit set, bit j for feature j, which add up to the prediction; null when they are
   * not available for this predictor.
   */
  dividends?(row: Float32Array): Float64Array | null;
  /**
   * Shapley values of the same game, for rows of which {@link dividends} are too many, or of a game whose values are log-odds. An
   * explanation by them is of the probability before calibration only.
   *
   * @param row - (nFeatures,) float32 values. @returns null when they are not available for this predictor.
   */
  shapley?(row: Float32Array): ShapleyValues | null;
}

/** When the labels of rows began and ended, in ticks of one clock. */
export interface LabelSpans {
  /** (nRows,) tick of each event, never falling. */
  readonly start: Int32Array;
  /** (nRows,) tick at which its label, and the embargo after it, had ended; >= start. */
  readonly end: Int32Array;
}

/** What a fit may use beside its rows. */
export interface LearnerContext {
  /** Seed of everything random; the same rows and seed give the same predictor, bit for bit. */
  readonly seed: number;
  /** (nFeatures,) names of the columns, in their order. */
  readonly featureNames: readonly string[];
  /** Settings of the built-in learners, which others may read. */
  readonly settings: { readonly forest: ForestSettings; readonly boosting: BoostingSettings };
  /**
   * When the label of each row began and ended. Rows are in the order of time, so that a fit may hold its last ones back to judge
   * itself, without those whose labels reach into them.
   */
  readonly spans: LabelSpans;
  /** Runs the tasks of the built-in learners on the threads of the training. */
  readonly pool: LearnerPool;
  /** Reports that steps are done; see {@link Learner.steps}. */
  readonly onSteps: (nDone: number) => void;
  /** Becomes aborted when the training is cancelled; a long fit should then throw. */
  readonly signal: { readonly aborted: boolean };
}

/**
 * A predictor in a model file: as operators, which every ONNX runtime can run, or as bytes, which only its learner can
 * read; the file then says that it needs the learner's module.
 */
export type EncodedPredictor = { readonly graph: ModelGraph } | { readonly bytes: Uint8Array };

/** What is known of a predictor that is decoded. */
export interface DecodeContext {
  /** (nFeatures,) names of the columns, in their order. */
  readonly featureNames: readonly string[];
  /** (nFeatures,) importance that the predictor had when it was encoded, or null. */
  readonly importance: Float64Array | null;
  /** Maximum number of splits above a leaf of the built-in trees; by default that of the settings. */
  readonly treeLevels?: number;
}

/**
 * Learns to predict a label from rows of features. Everything else of a model is made around it and is the same for every
 * learner: features, labels, weights, purged walk-forward, calibration, bounds, verdict, monitoring. A probability is
 * used as a float32, as in an ONNX graph.
 *
 * @see `learnerContract` in `ml4t-orchestrator/testing`, which checks all that is promised here.
 */
export interface Learner<P extends Predictor = Predictor> {
  /** Name in the model file: lower-case letters, digits, `-` and `_`, a letter first; not the name of a built-in learner. */
  readonly name: string;
  /** Number of steps of one fit, for the progress of a training; 1 by default. */
  steps?(settings: LearnerContext['settings']): number;
  /**
   * Fits a predictor. A fit depends on its arguments only: no clock, no other randomness than the seed, no I/O.
   *
   * @param x - (nRows, nFeatures) row-major, finite, not to be changed. @param y - (nRows,) 0 or 1, not to be changed.
   * @param w - (nRows,) sample weights, finite, >= 0, not all 0. Only their ratios matter, and
   * the label of a row of weight 0 does not.
   * @throws when nothing can be learned from the rows; the training then fails with the message.
   */
  fit(x: Float32Array, y: Uint8Array, w: Float64Array, context: LearnerContext): P | Promise<P>;
  /** Encodes a predictor of {@link fit} or {@link decode}, always in the same way. */
  encode(predictor: P): EncodedPredictor;
  /** Decodes what {@link encode} returned; the predictions have the same bits. @throws when it cannot be read. */
  decode(encoded: EncodedPredictor, context: DecodeContext): P;
}
