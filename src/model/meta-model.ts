import { ConditionError } from '../core/index.ts';
import type { FeatureName, RegimeModel, VpinOptions } from '../domain/index.ts';
import { type Calibrator, calibrate } from './calibration/calibrator.ts';
import { type Explanation, explainPrediction } from './explanation/explain-prediction.ts';
import type { ForestArrays } from './forest/forest-arrays.ts';
import { type ForestPredictor, predictForest } from './forest/forest-predictor.ts';
import type { ModelMetadata, ModelParts } from './model-metadata.ts';
import { type DecodedModel, type DecodeOptions, decodeModel } from './onnx/decode-model.ts';

/** Prediction for one row of features. */
export interface Prediction {
  /** Probability of the forest, before calibration. */
  readonly raw: number;
  /** Calibrated probability that the signal pays, [0, 1]. */
  readonly confidence: number;
}

/**
 * A model that may serve: forest, calibrator, regime model and feature schema. It is only made from the bytes of a model
 * file, so the model that serves is the one on disk.
 */
export class MetaModel {
  /** Version: `m-` and the start of the file's SHA-256. */
  readonly version: string;
  /** Names of its features, in the order of its input. */
  readonly featureNames: readonly FeatureName[];
  readonly forest: ForestArrays;
  readonly calibrator: Calibrator;
  readonly regime: RegimeModel | null;
  readonly vpin: VpinOptions;
  readonly metadata: ModelMetadata;
  readonly #predictor: ForestPredictor;
  readonly #row: Float32Array;
  /** (2 * nFeatures,) lower and upper bound of each feature in turn; empty when unknown. */
  readonly #bounds: Float32Array;

  private constructor({ version, parts }: DecodedModel) {
    this.version = version;
    this.featureNames = parts.featureNames;
    this.forest = parts.forest;
    this.calibrator = parts.calibrator;
    this.regime = parts.regime;
    this.vpin = parts.vpin;
    this.metadata = parts.metadata;
    this.#predictor = predictForest(parts.forest);
    this.#row = new Float32Array(parts.featureNames.length);
    this.#bounds = boundsOf(parts);
  }

  /** @throws {ModelError} when the bytes are not a model that may serve. */
  static decode(bytes: Uint8Array, options: DecodeOptions): MetaModel {
    return new MetaModel(decodeModel(bytes, options));
  }

  /** Makes a model from the plain data of {@link decodeModel}, which may come from another thread. */
  static fromDecoded(decoded: DecodedModel): MetaModel {
    return new MetaModel(decoded);
  }

  /** Close time of the last training bar, UNIX ns; null when unknown. */
  get lastBarTs(): bigint | null {
    return this.metadata.lastBarTs;
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
    this.#row.set(features);
    // Leaf values of a foreign forest may add up to slightly more than 1.
    const raw = Math.min(1, this.#predictor.predictOne(this.#row));
    return { raw, confidence: calibrate(this.calibrator, raw) };
  }

  /**
   * Explains the confidence of {@link predict} by one contribution per feature, in units of the confidence; base and
   * contributions add up to it within 1e-9. Takes about as long as a thousand predictions.
   *
   * @param features - as for {@link predict}.
   * @returns the explanation; null when the file has no node weights (foreign and older files) or the forest is very large.
   */
  explain(features: Float64Array | Float32Array): Explanation | null {
    const { confidence } = this.predict(features);
    return explainPrediction(this.forest, this.calibrator, this.featureNames, this.#row, confidence);
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
    const above = vpinQuantiles.findIndex((quantile) => quantile >= vpin);
    if (above < 0) return 1;
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
