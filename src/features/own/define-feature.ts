import { ConditionError, checkInteger, checkKnownKeys, checkOneOf } from '../../core/index.ts';
import { BUILT_IN_FEATURE_NAMES, FEATURE_NAME_RULE, type FeatureName, isFeatureName } from '../../domain/index.ts';
import { FEATURE_NEEDS, type FeatureDefinition, type FeatureNeed } from '../feature-definition.ts';
import { type ComputeFeature, windowKernel } from './window-kernel.ts';

/** A feature as its author writes it. */
export interface FeatureSpec {
  /** Lower-case letters, digits and `_`, beginning with a letter; not the name of a built-in feature. */
  readonly name: FeatureName;
  /** Number of bars that `compute` sees, the event's own included. A model says how many bars it needs. */
  readonly lookback: number;
  /** Unit of the value, for tables. */
  readonly unit?: string;
  /** Whether the value is multiplied by the side of the trade (−1, 0 or 1), so that it means the same for long and short. */
  readonly directional?: boolean;
  /** What it reads besides bars. */
  readonly needs?: readonly FeatureNeed[];
  /** Lowest and highest value that `compute` may return; a value outside is an error. */
  readonly range?: readonly [low: number, high: number];
  /** Pure: the same window gives the same bits, and the window stays as it is. */
  readonly compute: ComputeFeature;
}

const KEYS: readonly (keyof FeatureSpec)[] = ['name', 'lookback', 'unit', 'directional', 'needs', 'range', 'compute'];

/**
 * Defines a feature of your own. Training and live signals run the same `compute` on a window of exactly `lookback` bars, so it
 * cannot look ahead. Check it by `featureContract` of `ml4t-orchestrator/testing`.
 *
 * @example
 * export default [
 *   defineFeature({ name: 'range_position', lookback: 20, range: [0, 1], compute: ({ high, low, close, n }) => {
 *     const [top, bottom] = [Math.max(...high), Math.min(...low)];
 *     return top > bottom ? (close[n - 1] - bottom) / (top - bottom) : 0.5;
 *   } }),
 * ];
 *
 * @returns the definition, frozen.
 * @throws {ConditionError} naming the field, its rule and the value received.
 */
export function defineFeature(spec: FeatureSpec): FeatureDefinition {
  checkSpec(spec);
  const { name, lookback, unit = '', directional = false, needs = [], range = null, compute } = spec;
  const declared = {
    name,
    unit,
    lookback,
    directional,
    needs: Object.freeze([...needs]),
    range: range === null ? null : Object.freeze([range[0], range[1]] as const),
  };
  return Object.freeze({ ...declared, kernel: windowKernel(declared, compute) });
}

function checkSpec(spec: FeatureSpec): void {
  checkKnownKeys(spec, KEYS, 'a field of a feature');
  const { name, lookback, unit = '', directional = false, needs = [], range, compute } = spec;
  if (!isFeatureName(name)) throw new ConditionError('name', `${FEATURE_NAME_RULE}, and no column of a data set`, name);
  if (BUILT_IN_FEATURE_NAMES.some((builtIn) => builtIn === name)) {
    throw new ConditionError('name', 'another than that of a built-in feature', name);
  }
  checkInteger('lookback', lookback, 1);
  if (typeof unit !== 'string') throw new ConditionError('unit', 'a text', unit);
  if (typeof directional !== 'boolean') throw new ConditionError('directional', 'true or false', directional);
  if (!Array.isArray(needs)) throw new ConditionError('needs', `a list of ${FEATURE_NEEDS.join(', ')}`, needs);
  for (const need of needs) checkOneOf('needs', need, FEATURE_NEEDS);
  if (range !== undefined && !(Array.isArray(range) && range.length === 2 && range[0] < range[1])) {
    throw new ConditionError('range', '[low, high] with low < high', range);
  }
  if (typeof compute !== 'function') throw new ConditionError('compute', 'a function', compute);
}
