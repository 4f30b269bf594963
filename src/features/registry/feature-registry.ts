import { ConditionError, nearestName } from '../../core/index.ts';
import { COLUMN_NAME_RULE, type FeatureName, isColumnName, type Own } from '../../domain/index.ts';
import { columnFeature } from '../columns/column-feature.ts';
import type { FeatureDefinition } from '../feature-definition.ts';
import { FEATURES } from '../feature-set.ts';

/** Columns of the caller that are features. */
export interface ColumnChoice {
  readonly columns: readonly FeatureName[];
  /** Those of them that are multiplied by the side of the trade. */
  readonly directional: readonly FeatureName[];
}

const NO_CHOICE: ColumnChoice = { columns: [], directional: [] };

/** The features that a program knows: the built-in ones, those of the caller, and columns. */
export class FeatureRegistry {
  /** SHA-256 of the module that the features of the caller come from; null where there are none, or they are closures. */
  readonly hash: string | null;
  /** Export of that module; null without one. */
  readonly exportName: string | null;
  readonly #own: ReadonlyMap<FeatureName, FeatureDefinition>;
  readonly #columns: ReadonlyMap<FeatureName, FeatureDefinition>;
  readonly #byName: ReadonlyMap<FeatureName, FeatureDefinition>;

  /**
   * @param own - features beside the built-in ones.
   * @param choice - columns that are features.
   * @throws {ConditionError} for anything that `defineFeature` did not make, and for a name that is taken.
   */
  constructor(own: Own<readonly FeatureDefinition[]> = { value: [], source: null }, choice: ColumnChoice = NO_CHOICE) {
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
    this.#columns = columnsOf(choice, byName);
    for (const [name, feature] of this.#columns) byName.set(name, feature);
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

  /** Whether a feature is a column. */
  isColumn(name: FeatureName): boolean {
    return this.#columns.has(name);
  }

  /** The features of a training: those that the settings list, then those of the caller that they do not list, then columns. */
  schema(listed: readonly FeatureName[]): readonly FeatureName[] {
    const unlisted = [...this.#own.keys(), ...this.#columns.keys()].filter((name) => !listed.includes(name));
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

/** @param taken - features that have their names already. @throws {ConditionError} */
function columnsOf(
  { columns, directional }: ColumnChoice,
  taken: ReadonlyMap<FeatureName, FeatureDefinition>,
): ReadonlyMap<FeatureName, FeatureDefinition> {
  columns.forEach((name, i) => {
    if (!isColumnName(name)) throw new ConditionError(`columns.${i}`, COLUMN_NAME_RULE, name);
    if (taken.has(name) || columns.indexOf(name) !== i)
      throw new ConditionError(`columns.${i}`, 'another name than that of a feature', name);
  });
  directional.forEach((name, i) => {
    if (columns.includes(name)) return;
    const nearest = columns.length === 0 ? '' : ` (did you mean ${nearestName(name, columns)}?)`;
    throw new ConditionError(`directional.${i}`, `one of the columns ${columns.join(', ')}${nearest}`, name);
  });
  return new Map(columns.map((name) => [name, columnFeature(name, directional.includes(name))]));
}

function fieldInCode(i: number): string {
  return `featureNames.${i}`;
}
