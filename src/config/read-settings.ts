import { ConditionError, HIDDEN, nearestName } from '../core/index.ts';
import { snakeName } from './key-names.ts';
import { shownValue } from './secret-like.ts';
import { isRule, type SettingRule, type SettingTable, type TableEntry } from './setting-rule.ts';

type Group = Exclude<TableEntry, SettingRule<unknown>>;
type NameOf = (snakeName: string) => string;

/**
 * Reads the settings of a table from a snake_case record; what is missing or undefined takes its default.
 *
 * @param nameOf - the name of a snake_case setting as the caller wrote it, for errors.
 * @returns the settings in camelCase, in the order of the table, lists copied.
 * @throws {ConditionError} for the first broken rule in the order of the table; a group's unknown keys come after its settings.
 */
export function readSettings<T>(table: SettingTable<T>, record: unknown, nameOf: NameOf): T {
  return readGroup(table as Group, record, [], nameOf) as T;
}

/** The dotted snake_case names of the settings of a table, in its order; of all, or of those that `isWanted`. */
export function namesOf<T>(
  table: SettingTable<T>,
  isWanted: (rule: SettingRule<unknown>) => boolean = () => true,
): string[] {
  const names = (group: Group, prefix: string): string[] =>
    Object.entries(group).flatMap(([key, entry]) => {
      const name = prefix + snakeName(key);
      if (isRule(entry)) return isWanted(entry) ? [name] : [];
      return names(entry, `${name}.`);
    });
  return names(table as Group, '');
}

function readGroup(group: Group, record: unknown, path: readonly string[], nameOf: NameOf): Record<string, unknown> {
  if (!isRecord(record)) {
    const shown = record === undefined || record === null ? record : HIDDEN;
    throw new ConditionError(nameOf(path.join('.')) || 'config', 'an object of settings', shown);
  }
  const settings: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(group)) {
    const name = snakeName(key);
    const inside = [...path, name];
    const value = record[name];
    settings[key] = isRule(entry)
      ? readSetting(entry, value, inside, nameOf)
      : readGroup(entry, value === undefined ? {} : value, inside, nameOf);
  }
  checkKnown(Object.keys(group).map(snakeName), record, path, nameOf);
  return settings;
}

function readSetting(
  { check, default: standard }: SettingRule<unknown>,
  value: unknown,
  path: readonly string[],
  nameOf: NameOf,
): unknown {
  const checked = check(value === undefined ? standard : value);
  if ('value' in checked) return checked.value;
  const { rule, index } = checked;
  const setting = path.join('.');
  const name = nameOf(setting);
  if (index === null) throw new ConditionError(name, rule, shownValue(setting, value));
  throw new ConditionError(`${name}.${index}`, rule, shownValue(setting, (value as readonly unknown[])[index]));
}

function checkKnown(
  known: readonly string[],
  record: Readonly<Record<string, unknown>>,
  path: readonly string[],
  nameOf: NameOf,
): void {
  for (const key in record) {
    if (known.includes(key)) continue;
    const rule = `a known setting (did you mean ${nameOf(nearestName(key, known))}?)`;
    throw new ConditionError(nameOf([...path, key].join('.')), rule, HIDDEN);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
