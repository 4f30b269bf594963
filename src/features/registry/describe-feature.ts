import { type FeatureName, parseFeaturePath } from '../../domain/index.ts';
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
  /** Number of bars that it needs, the event's included; null where that depends on their step, which was not given. */
  readonly barsNeeded: number | null;
  /** Instrument whose bars they are; null for the event's own. */
  readonly instrument: string | null;
  /** Null for a feature whose name states none. */
  readonly parameter: FeatureParameter | null;
}

/**
 * Describes a feature, for the page of all features and for `ml4t features`.
 *
 * @param stepNs - step of the bars, ns; null where it is not known.
 */
export function describeFeature(feature: FeatureDefinition, stepNs: bigint | null = null): FeatureDescription {
  const { name, unit, range, directional, needs, instrument = null } = feature;
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
    barsNeeded: barsNeededAt(feature, stepNs),
    instrument,
    parameter,
  };
}

function barsNeededAt(feature: FeatureDefinition, stepNs: bigint | null): number | null {
  const { name, lookback, instrument, barsNeeded, contextBarsNeeded } = feature;
  const needed = instrument === undefined ? barsNeeded : contextBarsNeeded;
  if (needed === undefined) return lookback;
  const isOfSteps = instrument === undefined || parseFeaturePath(name)?.frame !== null;
  return isOfSteps && stepNs === null ? null : needed(stepNs);
}

/** A range as a text: `0 to 1`, `>= 0`, `any`. */
export function rangeText(range: FeatureDescription['range']): string {
  const [low, high] = range ?? [null, null];
  if (low !== null && high !== null) return `${low} to ${high}`;
  if (low !== null) return `>= ${low}`;
  return high === null ? 'any' : `<= ${high}`;
}
