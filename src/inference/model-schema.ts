import { FEATURES, type FeatureDefinition } from '../features/index.ts';
import type { MetaModel } from '../model/index.ts';

/** The features of the model that serves. */
export interface ModelSchema {
  readonly features: readonly FeatureDefinition[];
  /** Whether they cannot be computed from bars without taker volume. */
  readonly needsTakerVolume: boolean;
  /** Column of the built-in regime probability; -1 without one. */
  readonly regimeColumn: number;
  /** Column of the built-in volatility; -1 without one. */
  readonly volatilityColumn: number;
}

export const NO_SCHEMA: ModelSchema = { features: [], needsTakerVolume: false, regimeColumn: -1, volatilityColumn: -1 };

/** @param features - the definitions of the model's features, in the order of its input. */
export function schemaOf(features: readonly FeatureDefinition[], model: MetaModel): ModelSchema {
  const needs = new Set(features.flatMap((feature) => feature.needs));
  const splitsByTaker = needs.has('vpin') && model.vpin.classifier === 'aggressor';
  return {
    features,
    needsTakerVolume: needs.has('taker_buy_volume') || splitsByTaker,
    regimeColumn: features.indexOf(FEATURES.regime),
    volatilityColumn: features.indexOf(FEATURES.volatility),
  };
}
