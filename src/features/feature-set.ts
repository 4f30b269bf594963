import { ConditionError, checkOneOf, checkSameLength } from '../core/index.ts';
import {
  type BarSeries,
  BUILT_IN_FEATURE_NAMES,
  type BuiltInFeatureName,
  type FeatureName,
  WINDOW_BARS,
} from '../domain/index.ts';
import { dayOfWeekFeature } from './clock/day-of-week.ts';
import { minutesSinceOpenFeature } from './clock/minutes-since-open.ts';
import { timeOfDayCosFeature, timeOfDaySinFeature } from './clock/time-of-day.ts';
import { computeRows } from './compute/compute-rows.ts';
import type { BuiltInFeature, FeatureContext, FeatureDefinition } from './feature-definition.ts';
import { adxFeature } from './indicators/adx.ts';
import { bollingerBFeature } from './indicators/bollinger-b.ts';
import { efficiencyRatioFeature } from './indicators/efficiency-ratio.ts';
import { fracDiffFeature } from './indicators/frac-diff.ts';
import { macdHistogramFeature } from './indicators/macd-histogram.ts';
import { rsiFeature } from './indicators/rsi.ts';
import { amihudIlliquidityFeature } from './liquidity/amihud-illiquidity.ts';
import { corwinSchultzSpreadFeature } from './liquidity/corwin-schultz-spread.ts';
import { orderFlowImbalanceFeature } from './liquidity/order-flow-imbalance.ts';
import { rollSpreadFeature } from './liquidity/roll-spread.ts';
import { meanReversionFeature } from './mean-reversion.ts';
import { momentumFeature } from './momentum.ts';
import { normalizedAtrFeature } from './normalized-atr.ts';
import { garmanKlassVolatilityFeature } from './ranges/garman-klass-volatility.ts';
import { parkinsonVolatilityFeature } from './ranges/parkinson-volatility.ts';
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
  rsi: rsiFeature,
  macd_histogram: macdHistogramFeature,
  bollinger_b: bollingerBFeature,
  adx: adxFeature,
  efficiency_ratio: efficiencyRatioFeature,
  parkinson_volatility: parkinsonVolatilityFeature,
  garman_klass_volatility: garmanKlassVolatilityFeature,
  amihud_illiquidity: amihudIlliquidityFeature,
  corwin_schultz_spread: corwinSchultzSpreadFeature,
  roll_spread: rollSpreadFeature,
  order_flow_imbalance: orderFlowImbalanceFeature,
  frac_diff: fracDiffFeature,
  time_of_day_sin: timeOfDaySinFeature,
  time_of_day_cos: timeOfDayCosFeature,
  day_of_week: dayOfWeekFeature,
  minutes_since_open: minutesSinceOpenFeature,
};

/**
 * Computes features at given bars, with the same bits for training (many rows of a long series) and for live signals (one
 * row of the bars its model needs). Row k uses the bars rows[k] - n + 1 .. rows[k] and no others, n being what the feature needs; where
 * there are fewer it is missing.
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
  computeRows(features.map(definitionOf), bars, rows, side, context, out);
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
  checkRows(rows, side, bars.length);
  for (const feature of features) {
    if (typeof feature === 'string') checkOneOf<string>('featureNames', feature, BUILT_IN_FEATURE_NAMES);
    const definition = definitionOf(feature);
    checkFeatureContext([definition], context);
    for (const need of definition.needs) {
      if (need === 'vpin') checkClassifiable(context.vpin.classifier, bars);
      else if (need === 'taker_buy_volume' && bars.takerBuyVolume === null) {
        throw new ConditionError('bars', `with takerBuyVolume, which ${definition.name} needs`, 'without');
      }
    }
  }
}

/** Checks what features read besides bars, as {@link computeFeatures} does. @throws {ConditionError} for a parameter out of range. */
export function checkFeatureContext(
  features: readonly FeatureDefinition[],
  { regime, vpin }: Pick<FeatureContext, 'regime' | 'vpin'>,
): void {
  for (const { needs } of features) {
    if (needs.includes('vpin')) checkVpinOptions(vpin);
    if (needs.includes('regime') && regime !== null) checkRegimeModel(regime);
  }
}

/** Functions of their own, because V8 gives up the compiled code of a loop again and again when rare code follows it. */
function checkRows(rows: Int32Array, side: Int8Array, nBars: number): void {
  const k = firstBad(rows, side, nBars);
  if (k === rows.length) return;
  if (rows[k] < WINDOW_BARS - 1 || rows[k] >= nBars) {
    throw new ConditionError(`rows[${k}]`, `in [${WINDOW_BARS - 1}, ${nBars - 1}]`, rows[k]);
  }
  throw new ConditionError(`side[${k}]`, '-1, 0 or 1', side[k]);
}

/** Index of the first row without a full window or with a side that is none; nRows where there is none. */
function firstBad(rows: Int32Array, side: Int8Array, nBars: number): number {
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    const row = rows[k];
    const s = side[k];
    if (row < WINDOW_BARS - 1 || row >= nBars || s < -1 || s > 1) return k;
  }
  return n;
}

function definitionOf(feature: FeatureName | FeatureDefinition): FeatureDefinition {
  return typeof feature === 'string' ? FEATURES[feature as BuiltInFeatureName] : feature;
}
