import type { Own } from '../domain/index.ts';
import type { BoostedTrees } from './boosting/boosted-trees.ts';
import { type BoostingPredictor, boostingPredictor } from './boosting/boosting-predictor.ts';
import {
  explainedForeign,
  type ForeignModel,
  type ForeignPredictor,
  foreignPredictor,
} from './foreign/foreign-predictor.ts';
import type { ForestArrays } from './forest/forest-arrays.ts';
import { type ForestPredictor, forestPredictor } from './forest/forest-predictor.ts';
import type { EncodedPredictor, Learner } from './learner.ts';
import type { DecodedModel } from './meta-model.ts';
import type { ModelParts } from './model-metadata.ts';
import {
  BOOSTING,
  decodePredictor,
  encodePredictor,
  FOREIGN,
  FOREST,
  isBoosting,
  isForeign,
  isForest,
  isProbability,
  PROBABILITY,
} from './own-learner.ts';
import { type SentProbability, sentProbability } from './sent/probability-learner.ts';

/** A decoded model as plain data, which threads exchange. */
export interface PlainModel {
  readonly version: string;
  readonly parts: Omit<ModelParts, 'learner' | 'predictor'>;
  readonly predictor:
    | { readonly forest: ForestArrays }
    | { readonly boosted: BoostedTrees }
    | { readonly foreign: ForeignModel }
    | { readonly meanSent: number }
    | { readonly encoded: EncodedPredictor; readonly importance: Float64Array | null };
}

/** The model without its functions. */
export function toPlainModel({ version, parts: { learner, predictor, ...parts } }: DecodedModel): PlainModel {
  if (isForest(learner)) return { version, parts, predictor: { forest: (predictor as ForestPredictor).forest } };
  if (isBoosting(learner)) return { version, parts, predictor: { boosted: (predictor as BoostingPredictor).boosted } };
  if (isForeign(learner)) return { version, parts, predictor: { foreign: (predictor as ForeignPredictor).foreign } };
  if (isProbability(learner)) return { version, parts, predictor: { meanSent: (predictor as SentProbability).mean } };
  const { importance } = predictor;
  return { version, parts, predictor: { encoded: encodePredictor(learner, predictor), importance } };
}

/** The model that {@link toPlainModel} took apart. @param learner - the one that fitted it. */
export function fromPlainModel({ version, parts, predictor: plain }: PlainModel, learner: Own<Learner>): DecodedModel {
  if ('forest' in plain) {
    return { version, parts: { ...parts, learner: FOREST, predictor: forestPredictor(plain.forest) } };
  }
  if ('boosted' in plain) {
    return { version, parts: { ...parts, learner: BOOSTING, predictor: boostingPredictor(plain.boosted) } };
  }
  if ('foreign' in plain) {
    const predictor = explainedForeign(foreignPredictor(plain.foreign), parts.goldenInputs);
    return { version, parts: { ...parts, learner: FOREIGN, predictor } };
  }
  if ('meanSent' in plain) {
    return { version, parts: { ...parts, learner: PROBABILITY, predictor: sentProbability(plain.meanSent) } };
  }
  const context = { featureNames: parts.featureNames, importance: plain.importance };
  return { version, parts: { ...parts, learner, predictor: decodePredictor(learner, plain.encoded, context) } };
}
