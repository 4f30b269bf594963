import { ConditionError, nearestName } from '../../core/index.ts';
import {
  baseOf,
  COLUMN_NAME_RULE,
  FEATURE_PATH_RULE,
  type FeatureName,
  FRAME_RULE,
  isColumnName,
  isDerivedName,
  type Own,
  parseFeaturePath,
  printFeaturePath,
  TIME_OF_DAY,
} from '../../domain/index.ts';
import { columnFeature } from '../columns/column-feature.ts';
import type { FeatureDefinition } from '../feature-definition.ts';
import { FEATURES } from '../feature-set.ts';
import { deriveFeature } from './derive-feature.ts';

/** Columns of the caller that are features. */
export interface ColumnChoice {
  readonly columns: readonly FeatureName[];
  /** Those of them that are multiplied by the side of the trade. */
  readonly directional: readonly FeatureName[];
}

/** What {@link TIME_OF_DAY} stands for. */
const WAVES: readonly FeatureName[] = ['time_of_day_sin', 'time_of_day_cos'];

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
  /** Features with a parameter, a frame or an instrument that were asked for, so that a name always gives the same object. */
  readonly #derived = new Map<FeatureName, FeatureDefinition>();

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
    this.#columns = columnsOf(choice, added);
    for (const [name, feature] of this.#columns) byName.set(name, feature);
    this.#byName = byName;
  }

  /** Names of all features, the built-in ones first. */
  get names(): FeatureName[] {
    return [...this.#byName.keys()];
  }

  /**
   * A feature by its name, which may have a parameter, a frame and an instrument; undefined for none.
   *
   * @throws {ConditionError} for parts that do not go together, as a frame of the regime.
   */
  get(name: FeatureName): FeatureDefinition | undefined {
    const known = this.#byName.get(name) ?? this.#derived.get(name);
    if (known !== undefined) return known;
    const derived = deriveFeature(name, (base) => this.#byName.get(base));
    if (derived !== undefined) this.#derived.set(name, derived);
    return derived;
  }

  /** Whether a feature is one of the caller, or is derived from one. */
  isOwn(name: FeatureName): boolean {
    return this.#own.has(baseOf(name));
  }

  /** Whether a feature is a column. */
  isColumn(name: FeatureName): boolean {
    return this.#columns.has(name);
  }

  /** Whether a feature is derived from a column, e.g. that of another instrument. */
  isOfColumn(name: FeatureName): boolean {
    return !this.isColumn(name) && this.#columns.has(baseOf(name));
  }

  /**
   * The features of a training: those that the settings list, then those of the caller of which they list none, then columns. The
   * time of day is two features.
   *
   * @throws {ConditionError} for a column of the name of a built-in feature that is listed too: one name cannot be both.
   */
  schema(listed: readonly FeatureName[]): readonly FeatureName[] {
    this.#checkNotBoth(listed);
    const spread = listed.includes(TIME_OF_DAY)
      ? listed.flatMap((name) => (name === TIME_OF_DAY ? WAVES : [name]))
      : listed;
    const bases = new Set(spread.map(baseOf));
    const own = [...this.#own.keys()].filter((name) => !bases.has(name));
    const columns = [...this.#columns.keys()].filter((name) => !spread.includes(name));
    return own.length + columns.length === 0 ? spread : [...spread, ...own, ...columns];
  }

  /**
   * The features of a list, in its order; the time of day is two.
   *
   * @param fieldOf - where the name at an index stands, for the error.
   * @throws {ConditionError} for a name that is not known, with the nearest one.
   */
  resolve(names: readonly FeatureName[], fieldOf: (i: number) => string = fieldInCode): FeatureDefinition[] {
    return names.flatMap((name, i) => {
      if (name === TIME_OF_DAY) return this.resolve(WAVES, () => fieldOf(i));
      const feature = this.get(name);
      if (feature !== undefined) return feature;
      const remedy = fieldOf === fieldInCode ? ', or your own, handed in as { features }' : ''; // a settings file brings none
      throw new ConditionError(fieldOf(i), this.#ruleOf(name, remedy), name);
    });
  }

  #checkNotBoth(listed: readonly FeatureName[]): void {
    for (const name of this.#columns.keys()) {
      if (!listed.includes(name) || !Object.hasOwn(FEATURES, name)) continue;
      const rule =
        'another name than that of a built-in feature in feature_names; rename the column, or leave the feature out';
      throw new ConditionError(`columns.${[...this.#columns.keys()].indexOf(name)}`, rule, name);
    }
  }

  /** What a name that is none must be. */
  #ruleOf(name: FeatureName, remedy: string): string {
    const path = parseFeaturePath(name);
    if (path === null && isDerivedName(name)) return `${FEATURE_PATH_RULE}; a frame is ${FRAME_RULE}`;
    const base = path?.base ?? name;
    if (this.#byName.has(base)) return `without a parameter: ${base} has none`;
    const nearest = nearestName(base, [...this.names, TIME_OF_DAY]);
    const meant = path === null ? nearest : printFeaturePath({ ...path, base: nearest });
    return `one of ${this.names.join(', ')}${remedy} (did you mean ${meant}?)`;
  }
}

/** @param taken - features of the caller, which have their names already. @throws {ConditionError} */
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
