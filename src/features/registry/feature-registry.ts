import { ConditionError } from '../../core/index.ts';
import type { FeatureDefinition } from '../feature-definition.ts';
import { FEATURES } from '../feature-set.ts';

/** The features that a program knows: the built-in ones, and those that the caller brings. */
export class FeatureRegistry {
  readonly #byName: ReadonlyMap<string, FeatureDefinition>;

  /** @param own - features beside the built-in ones. @throws {ConditionError} for a name that is taken. */
  constructor(own: readonly FeatureDefinition[] = []) {
    const byName = new Map<string, FeatureDefinition>(Object.entries(FEATURES));
    for (const feature of own) {
      if (byName.has(feature.name)) throw new ConditionError('features', 'of different names', feature.name);
      byName.set(feature.name, feature);
    }
    this.#byName = byName;
  }

  /** Names of all features, the built-in ones first. */
  get names(): string[] {
    return [...this.#byName.keys()];
  }

  get(name: string): FeatureDefinition | undefined {
    return this.#byName.get(name);
  }
}
