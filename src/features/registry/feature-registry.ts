import { ConditionError, nearestName } from '../../core/index.ts';
import type { FeatureName, Own } from '../../domain/index.ts';
import type { FeatureDefinition } from '../feature-definition.ts';
import { FEATURES } from '../feature-set.ts';

/** The features that a program knows: the built-in ones, and those of the caller. */
export class FeatureRegistry {
  /** SHA-256 of the module that the features of the caller come from; null where there are none, or they are closures. */
  readonly hash: string | null;
  /** Export of that module; null without one. */
  readonly exportName: string | null;
  readonly #own: ReadonlyMap<FeatureName, FeatureDefinition>;
  readonly #byName: ReadonlyMap<FeatureName, FeatureDefinition>;

  /**
   * @param own - features beside the built-in ones.
   * @throws {ConditionError} for anything that `defineFeature` did not make, and for a name that is taken.
   */
  constructor(own: Own<readonly FeatureDefinition[]> = { value: [], source: null }) {
    const byName = new Map<FeatureName, FeatureDefinition>(Object.entries(FEATURES));
    const added = new Map<FeatureName, FeatureDefinition>();
    if (!Array.isArray(own.value))
      throw new ConditionError('features', 'a list of features made by defineFeature', own.value);
    for (const feature of own.value as readonly FeatureDefinition[]) {
      if (typeof feature?.kernel !== 'function')
        throw new ConditionError('features', 'a list of features made by defineFeature', feature);
      if (byName.has(feature.name)) throw new ConditionError('features', 'of different names', feature.name);
      byName.set(feature.name, feature);
      added.set(feature.name, feature);
    }
    this.hash = own.source?.hash ?? null;
    this.exportName = own.source?.exportName ?? null;
    this.#own = added;
    this.#byName = byName;
  }

  /** Names of all features, the built-in ones first. */
  get names(): FeatureName[] {
    return [...this.#byName.keys()];
  }

  get(name: FeatureName): FeatureDefinition | undefined {
    return this.#byName.get(name);
  }

  /** Whether a feature is one of the caller. */
  isOwn(name: FeatureName): boolean {
    return this.#own.has(name);
  }

  /** The columns of a training: the features that the settings list, then those of the caller that they do not list. */
  schema(listed: readonly FeatureName[]): readonly FeatureName[] {
    const unlisted = [...this.#own.keys()].filter((name) => !listed.includes(name));
    return unlisted.length === 0 ? listed : [...listed, ...unlisted];
  }

  /**
   * The features of a list, in its order.
   *
   * @param fieldOf - where the name at an index stands, for the error.
   * @throws {ConditionError} for a name that is not known, with the nearest one.
   */
  resolve(names: readonly FeatureName[], fieldOf: (i: number) => string = fieldInCode): FeatureDefinition[] {
    return names.map((name, i) => {
      const feature = this.#byName.get(name);
      if (feature !== undefined) return feature;
      const remedy = fieldOf === fieldInCode ? ', or your own, handed in as { features }' : ''; // a settings file brings none
      const rule = `one of ${this.names.join(', ')}${remedy} (did you mean ${nearestName(name, this.names)}?)`;
      throw new ConditionError(fieldOf(i), rule, name);
    });
  }
}

function fieldInCode(i: number): string {
  return `featureNames.${i}`;
}
