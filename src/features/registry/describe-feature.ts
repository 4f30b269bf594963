import type { FeatureName } from '../../domain/index.ts';
import type { BuiltInFeature, FeatureDefinition, FeatureNeed, FeatureParameter } from '../feature-definition.ts';

/** What a list of features says of one. */
export interface FeatureDescription {
  readonly name: FeatureName;
  /** Empty where none is stated. */
  readonly unit: string;
  /** Lowest and highest value before the side of the trade, null for one without a limit; null where none is stated. */
  readonly range: readonly [low: number | null, high: number | null] | null;
  /** Whether the value is multiplied by the side of the trade. */
  readonly directional: boolean;
  readonly needs: readonly FeatureNeed[];
  /** Null for a feature of the caller. */
  readonly formula: string | null;
  /** Null for a feature of the caller. */
  readonly source: string | null;
  /** Number of the event's own bars that it reads, the event's included; null where that follows from their step. */
  readonly barsNeeded: number | null;
  /** Null for a feature whose name states none. */
  readonly parameter: FeatureParameter | null;
}

/** Describes a feature, for the page of all features and for `ml4t features`. */
export function describeFeature(feature: FeatureDefinition): FeatureDescription {
  const { name, unit, range, directional, needs, lookback } = feature;
  const { formula = null, source = null, parameter = null } = feature as Partial<BuiltInFeature>;
  const limit = (bound: number): number | null => (Number.isFinite(bound) ? bound : null);
  return {
    name,
    unit,
    range: range === null ? null : [limit(range[0]), limit(range[1])],
    directional,
    needs,
    formula,
    source,
    barsNeeded: feature.barsNeeded === undefined ? lookback : null,
    parameter,
  };
}

/** A range as a text: `0 to 1`, `>= 0`, `any`. */
export function rangeText(range: FeatureDescription['range']): string {
  const [low, high] = range ?? [null, null];
  if (low !== null && high !== null) return `${low} to ${high}`;
  if (low !== null) return `>= ${low}`;
  return high === null ? 'any' : `<= ${high}`;
}
