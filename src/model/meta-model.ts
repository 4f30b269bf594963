import { ConditionError } from '../core/index.ts';
import type { FeatureName, RegimeModel, VpinOptions } from '../domain/index.ts';
import { type Calibrator, calibrate } from './calibration/calibrator.ts';
import { type Explanation, explainPrediction } from './explanation/explain-prediction.ts';
import { foreignLearner } from './foreign/foreign-learner.ts';
import type { Predictor } from './learner.ts';
import { type ModelInputs, WINDOW_ALONE } from './model-inputs.ts';
import type { ModelColumns, ModelMetadata, ModelParts, OwnFeatures } from './model-metadata.ts';
import { probabilityLearner } from './sent/probability-learner.ts';

/** A model that was read, checked and may serve. */
export interface DecodedModel {
  /** Version: `m-` and the start of the file's checksum. */
  readonly version: string;
  readonly parts: ModelParts;
}

/** Prediction for one row of features. */
export interface Prediction {
  /** Probability of the predictor, before calibration. */
  readonly raw: number;
  /** Calibrated probability that the signal pays, [0, 1]. */
  readonly confidence: number;
}

/**
 * A model that may serve: predictor, calibrator, regime model and feature schema. It is made from what was decoded and
 * checked of a model file, so the model that serves is the one on disk.
 *
 * @see `readModel` in `ml4t-orchestrator/model/onnx`, which makes it from the bytes of a file.
 */
export class MetaModel {
  /** Version: `m-` and the start of the file's SHA-256. */
  readonly version: string;
  /** Names of its features, in the order of its input. */
  readonly featureNames: readonly FeatureName[];
  /** Those of its features that are not built in; null where all are. */
  readonly ownFeatures: OwnFeatures | null;
  /** Those of its features that are columns of the caller; null where none is. */
  readonly columnFeatures: ModelColumns | null;
  /** How many bars it reads. */
  readonly inputs: ModelInputs;
  /** Name of the learner that fitted it; `forest` for the built-in one. */
  readonly learnerName: string;
  readonly predictor: Predictor;
  readonly calibrator: Calibrator;
  readonly regime: RegimeModel | null;
  readonly vpin: VpinOptions;
  readonly metadata: ModelMetadata;
  /** What it was made from, which another thread makes it from again. */
  readonly decoded: DecodedModel;
  readonly #row: Float32Array;
  /** (2 * nFeatures,) lower and upper bound of each feature in turn; empty when unknown. */
  readonly #bounds: Float32Array;

  private constructor(decoded: DecodedModel) {
    const { version, parts } = decoded;
    this.decoded = decoded;
    this.version = version;
    this.featureNames = parts.featureNames;
    this.ownFeatures = parts.ownFeatures ?? null;
    this.columnFeatures = parts.columnFeatures ?? null;
    this.inputs = parts.inputs ?? WINDOW_ALONE;
    this.learnerName = parts.learner.value.name;
    this.predictor = parts.predictor;
    this.calibrator = parts.calibrator;
    this.regime = parts.regime;
    this.vpin = parts.vpin;
    this.metadata = parts.metadata;
    this.#row = new Float32Array(parts.featureNames.length);
    this.#bounds = boundsOf(parts);
  }

  /** Makes a model from what `decodeModel` decoded and checked. */
  static fromDecoded(decoded: DecodedModel): MetaModel {
    return new MetaModel(decoded);
  }

  /** Close time of the last training bar, UNIX ns; null when unknown. */
  get lastBarTs(): bigint | null {
    return this.metadata.lastBarTs;
  }

  /** Whether its predictor was made elsewhere and calibrated here (`ml4t calibrate`), so that it cannot be trained again here. */
  get isMadeElsewhere(): boolean {
    return this.metadata.config.trained_until !== undefined && !this.isOfProbability;
  }

  /** Whether it is the file of another program as it was exported: nothing of it was calibrated or judged on bars (`ml4t calibrate`). */
  get isUncalibrated(): boolean {
    return this.learnerName === foreignLearner.name && this.metadata.training.verdictFormat === 'unknown';
  }

  /** Whether its predictions are made outside: it calibrates the probability that comes with a signal. */
  get isOfProbability(): boolean {
    return this.learnerName === probabilityLearner.name;
  }

  /** Whether decisions of this model can be explained. */
  get isExplained(): boolean {
    return this.predictor.dividends !== undefined || this.predictor.shapley !== undefined;
  }

  /**
   * Predicts one row.
   *
   * @param features - (nFeatures,) in the order of `featureNames`; cast to float32 before any comparison.
   * @throws {ConditionError} for more or fewer features.
   */
  predict(features: Float64Array | Float32Array): Prediction {
    const { length } = this.#row;
    if (features.length !== length) throw new ConditionError('features', `${length} values`, features.length);
    // A loop, because `set` between unlike arrays leaves compiled code.
    for (let j = 0; j < length; j++) this.#row[j] = features[j];
    // Leaf values of a foreign forest may add up to slightly more than 1.
    const raw = Math.min(1, this.predictor.predictOne(this.#row));
    return { raw, confidence: calibrate(this.calibrator, raw) };
  }

  /**
   * Explains the confidence of {@link predict} by one contribution per feature, in units of the confidence; base and
   * contributions add up to it within 1e-9. With more than about 17 features it explains the raw probability only, and says so.
   * Takes about as long as a thousand predictions.
   *
   * @param features - as for {@link predict}.
   * @returns the explanation; null when the predictor cannot give one: a forest without node weights (foreign and older
   * files) or a very large one, or another learner without `dividends` and `shapley`.
   */
  explain(features: Float64Array | Float32Array): Explanation | null {
    const { confidence } = this.predict(features);
    return explainPrediction(this.predictor, this.calibrator, this.featureNames, this.#row, confidence);
  }

  /**
   * Finds the first feature outside the bounds of its training profile, compared in float32 as in the forest.
   *
   * @param features - as for {@link predict}.
   * @returns index of the feature; -1 when there is none or no profile is known.
   */
  outlier(features: Float64Array): number {
    for (let j = 0; j < this.#bounds.length; j += 2) {
      const value = Math.fround(features[j >> 1]);
      if (!(value >= this.#bounds[j] && value <= this.#bounds[j + 1])) return j >> 1;
    }
    return -1;
  }

  /** Share of the training windows with a lower VPIN, [0, 1]; null when the file does not record it. */
  toxicityPercentile(vpin: number): number | null {
    const { vpinQuantiles } = this.metadata;
    const n = vpinQuantiles.length;
    if (n < 2) return null;
    let above = 0;
    while (above < n && !(vpinQuantiles[above] >= vpin)) above++;
    if (above === n) return 1;
    if (above === 0) return 0;
    const [low, high] = [vpinQuantiles[above - 1], vpinQuantiles[above]];
    return (above - 1 + (vpin - low) / (high - low)) / (n - 1);
  }
}

function boundsOf({ featureNames, metadata }: ModelParts): Float32Array {
  const { featureProfiles } = metadata;
  if (featureProfiles === null) return new Float32Array(0);
  const unbounded = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return Float32Array.from(
    featureNames.flatMap((name) => {
      const { low, high } = featureProfiles[name] ?? unbounded;
      return [low, high];
    }),
  );
}
