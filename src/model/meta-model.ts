import { ConditionError } from '../core/index.ts';
import type { FeatureName, RegimeModel, VpinOptions } from '../domain/index.ts';
import { type Calibrator, calibrate } from './calibrator.ts';
import { type Explanation, explainPrediction } from './explanation/explain-prediction.ts';
import type { ForestArrays } from './forest-arrays.ts';
import { type ForestPredictor, predictForest } from './forest-predictor.ts';
import type { ModelMetadata, ModelParts } from './model-metadata.ts';
import { type DecodedModel, type DecodeOptions, decodeModel } from './onnx/decode-model.ts';

/** What a model says of one set of features. */
export interface Opinion {
  /** The forest's probability, before calibration. */
  readonly raw: number;
  /** The calibrated probability that the signal pays. */
  readonly confidence: number;
}

/**
 * A model that may serve: forest, calibrator, regime model and feature schema as one. It only ever comes from the bytes of a
 * model file, so what serves is what is on disk.
 */
export class MetaModel {
  /** `m-` and the start of the file's SHA-256. */
  readonly version: string;
  /** The features it looks at, in the order in which it takes them. */
  readonly featureNames: readonly FeatureName[];
  readonly forest: ForestArrays;
  readonly calibrator: Calibrator;
  readonly regime: RegimeModel | null;
  readonly vpin: VpinOptions;
  readonly metadata: ModelMetadata;
  readonly #predictor: ForestPredictor;
  readonly #row: Float32Array;
  /** Least and greatest value of each feature in turn; empty where unknown. */
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

  /** A model whose file was read and checked elsewhere: what {@link decodeModel} gave there, carried over as plain data. */
  static fromDecoded(decoded: DecodedModel): MetaModel {
    return new MetaModel(decoded);
  }

  /** Close of the last bar it was trained on, UNIX ns; null where nobody knows. */
  get lastBarTs(): bigint | null {
    return this.metadata.lastBarTs;
  }

  /**
   * @param features - (nFeatures,) in the order of `featureNames`; cast to float32 before any comparison.
   * @throws {ConditionError} for more or fewer: what is missing would be taken from the row asked before.
   */
  predict(features: Float64Array | Float32Array): Opinion {
    const { length } = this.#row;
    if (features.length !== length) throw new ConditionError('features', `${length} values`, features.length);
    this.#row.set(features);
    // Leaf values of a forest that is not ours may add up to a hair more than 1.
    const raw = Math.min(1, this.#predictor.predictOne(this.#row));
    return { raw, confidence: calibrate(this.calibrator, raw) };
  }

  /**
   * What moved the confidence of {@link predict}: one contribution a feature, in units of the confidence, which add up to it with
   * the base to 1e-9; see {@link Explanation}. Takes about as long as a thousand predictions.
   *
   * @param features - as for {@link predict}. @returns null where the file does not hold what it takes (foreign and older ones), or
   * the forest is very large.
   */
  explain(features: Float64Array | Float32Array): Explanation | null {
    const { confidence } = this.predict(features);
    return explainPrediction(this.forest, this.calibrator, this.featureNames, this.#row, confidence);
  }

  /**
   * The first feature that lies far outside the training rows: over the bounds of its profile, as float32, which the forest
   * compares.
   *
   * @param features - as for {@link predict}. @returns its position; -1 where none does, or no profile is known.
   */
  outlier(features: Float64Array): number {
    for (let j = 0; j < this.#bounds.length; j += 2) {
      const value = Math.fround(features[j >> 1]);
      if (!(value >= this.#bounds[j] && value <= this.#bounds[j + 1])) return j >> 1;
    }
    return -1;
  }

  /** Share of the training windows whose VPIN was lower, [0, 1]; null where the file does not know. */
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
  const everything = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return Float32Array.from(
    featureNames.flatMap((name) => {
      const { low, high } = featureProfiles[name] ?? everything;
      return [low, high];
    }),
  );
}
