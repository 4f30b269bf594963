import { type FeatureName, parseFeaturePath } from '../../domain/index.ts';
import { contextFeature } from '../context/context-feature.ts';
import type { FeatureDefinition } from '../feature-definition.ts';
import { framedFeature } from '../frames/framed-feature.ts';

/**
 * The feature of a name `base[(n)][@frame][:INSTRUMENT]`, made from its base.
 *
 * @param find - the features by their plain names.
 * @returns undefined for a name that is none, a base that is not known, or one that has no parameter.
 * @throws {ConditionError} for parts that do not go together, as a frame of the regime.
 */
export function deriveFeature(
  name: FeatureName,
  find: (base: FeatureName) => FeatureDefinition | undefined,
): FeatureDefinition | undefined {
  const path = parseFeaturePath(name);
  const base = path === null ? undefined : find(path.base);
  if (path === null || base === undefined) return undefined;
  const { parameter, frame, instrument } = path;
  const looking = parameter === null ? base : base.withParameter?.(parameter);
  if (looking === undefined) return undefined;
  const framed = frame === null ? looking : framedFeature(looking, name, frame);
  const placed = instrument === null ? framed : contextFeature(framed, name, instrument);
  return placed.name === name ? placed : Object.freeze({ ...placed, name });
}
