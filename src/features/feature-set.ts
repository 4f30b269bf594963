import { ConditionError, checkOneOf, checkSameLength } from '../core/index.ts';
import {
  type BarSeries,
  type BuiltInFeatureName,
  FEATURE_NAMES,
  type FeatureName,
  WINDOW_BARS,
} from '../domain/index.ts';
import type { BuiltInFeature, FeatureContext, FeatureDefinition } from './feature-definition.ts';
import { ScratchTile } from './feature-tile.ts';
import { meanReversionFeature } from './mean-reversion.ts';
import { momentumFeature } from './momentum.ts';
import { normalizedAtrFeature } from './normalized-atr.ts';
import { regimeFeature } from './regime/regime-feature.ts';
import { checkRegimeModel } from './regime/regime-filter.ts';
import { trendStrengthFeature } from './trend-strength.ts';
import { volOfVolFeature } from './vol-of-vol.ts';
import { volatilityFeature } from './volatility.ts';
import { volumeRatioFeature } from './volume-ratio.ts';
import { checkClassifiable, checkVpinOptions } from './vpin/vpin.ts';
import { vpinFeature } from './vpin/vpin-feature.ts';

/** The built-in features, by name. */
export const FEATURES: Readonly<Record<BuiltInFeatureName, BuiltInFeature>> = {
  volatility: volatilityFeature,
  momentum: momentumFeature,
  regime: regimeFeature,
  trend_strength: trendStrengthFeature,
  normalized_atr: normalizedAtrFeature,
  vol_of_vol: volOfVolFeature,
  mean_reversion: meanReversionFeature,
  volume_ratio: volumeRatioFeature,
  vpin: vpinFeature,
};

/** Tiles that no call uses. A feature of the caller may compute others, and its call needs a tile beside the outer one's. */
const FREE_TILES: ScratchTile[] = [];

/**
 * Computes features at given bars, with the same bits for training (many rows of a long series) and for live signals (one
 * row of 100 bars). Row k uses the bars rows[k] - W + 1 .. rows[k] and no others.
 *
 * @param features - columns of the result, in this order: definitions, or names of built-in features.
 * @param rows - (nRows,) bar indices, each in [W - 1, nBars); any order, fastest when increasing.
 * @param side - (nRows,) direction of each row's trade: -1, 0 or 1.
 * @param out - array for the result, at least nRows * nFeatures long; a new one when left out.
 * @returns (nRows, nFeatures), row-major, `out[k * nFeatures + j]`; finite for every valid bar of ordinary magnitude, NaN where an
 * input of the feature is missing.
 * @throws {ConditionError} for an unknown name, a row without a full window, an unusable context, or unequal lengths.
 * @throws {FeatureError} where a feature of the caller gives no usable value.
 */
export function computeFeatures(
  features: readonly (FeatureName | FeatureDefinition)[],
  bars: BarSeries,
  rows: Int32Array,
  side: Int8Array,
  context: FeatureContext,
  out: Float64Array = new Float64Array(rows.length * features.length),
): Float64Array {
  checkInputs(features, bars, rows, side, context);
  const nFeatures = features.length;
  if (out.length < rows.length * nFeatures) {
    throw new ConditionError('out', `at least ${rows.length * nFeatures} long`, out.length);
  }
  const tile = FREE_TILES.pop() ?? new ScratchTile();
  tile.open(bars, rows, side, context);
  try {
    for (let k = 0; k < rows.length; k = tile.end) {
      tile.moveTo(k);
      for (let j = 0; j < nFeatures; j++) definitionOf(features[j]).kernel(tile, out, nFeatures, j);
    }
  } finally {
    tile.close();
    FREE_TILES.push(tile);
  }
  return out;
}

function checkInputs(
  features: readonly (FeatureName | FeatureDefinition)[],
  bars: BarSeries,
  rows: Int32Array,
  side: Int8Array,
  context: FeatureContext,
): void {
  checkSameLength('side', side, 'rows', rows);
  for (let k = 0; k < rows.length; k++) {
    if (rows[k] < WINDOW_BARS - 1 || rows[k] >= bars.length) {
      throw new ConditionError(`rows[${k}]`, `in [${WINDOW_BARS - 1}, ${bars.length - 1}]`, rows[k]);
    }
    if (side[k] < -1 || side[k] > 1) throw new ConditionError(`side[${k}]`, '-1, 0 or 1', side[k]);
  }
  for (const feature of features) {
    if (typeof feature === 'string') checkOneOf<string>('featureNames', feature, FEATURE_NAMES);
    for (const need of definitionOf(feature).needs) {
      if (need === 'vpin') {
        checkVpinOptions(context.vpin);
        checkClassifiable(context.vpin.classifier, bars);
      } else if (need === 'regime') {
        if (context.regime !== null) checkRegimeModel(context.regime);
      } else if (bars.takerBuyVolume === null) {
        throw new ConditionError('bars', `with takerBuyVolume, which ${definitionOf(feature).name} needs`, 'without');
      }
    }
  }
}

function definitionOf(feature: FeatureName | FeatureDefinition): FeatureDefinition {
  return typeof feature === 'string' ? FEATURES[feature as BuiltInFeatureName] : feature;
}
