import { ConditionError } from '../../../core/index.ts';
import type { ColumnValues } from '../../../domain/index.ts';
import { isName, MAX_NAMES, type NamedValues, nameRule } from '../../../wire/index.ts';

/**
 * Checks the features of a signal that a program handed in; a wire has its own check.
 *
 * @throws {ConditionError} for anything but numbers by names of columns; one that is not finite is missing.
 */
export function checkSentFeatures(features: NamedValues): void {
  if (typeof features !== 'object' || Array.isArray(features)) {
    throw new ConditionError('features', 'an object of numbers by name', features);
  }
  const entries = Object.entries(features);
  if (entries.length > MAX_NAMES) throw new ConditionError('features', `at most ${MAX_NAMES} names`, entries.length);
  for (const [name, value] of entries) {
    if (!isName(name)) throw new ConditionError('features', nameRule(name), name);
    if (typeof value !== 'number') throw new ConditionError(`features.${name}`, 'a number', value);
  }
}

/** Checks the names of columns beside bars. @throws {ConditionError} */
export function checkSentColumns(columns: ColumnValues): void {
  if (columns.size > MAX_NAMES) throw new ConditionError('bars.features', `at most ${MAX_NAMES} names`, columns.size);
  for (const name of columns.keys()) if (!isName(name)) throw new ConditionError('bars.features', nameRule(name), name);
}

/** Features as one text, whatever the order of their names; a value that is not finite is null. Empty for none. */
export function textOfFeatures(features: NamedValues): string {
  const names = Object.keys(features).sort();
  if (names.length === 0) return '';
  return `features ${JSON.stringify(names.map((name) => [name, features[name]]))} `;
}

/** Columns of bars as one text, likewise. */
export function textOfColumns(columns: ColumnValues): string {
  const names = [...columns.keys()].sort();
  return `columns ${JSON.stringify(names.map((name) => [name, Array.from(columns.get(name) ?? [])]))} `;
}
