import { DataError, nearestName } from '../../core/index.ts';
import { type FeatureName, SIGNAL_PROBABILITY, SIGNAL_STRENGTH } from '../../domain/index.ts';
import type { Roles } from '../column-roles.ts';

/** The role of a column that belongs to a signal itself. */
export const ROLE_OF_SIGNAL: ReadonlyMap<FeatureName, 'strength' | 'probability'> = new Map([
  [SIGNAL_STRENGTH, 'strength'],
  [SIGNAL_PROBABILITY, 'probability'],
]);

/** Which columns a file is asked for beside what it is for. */
export interface WantedColumns {
  /** Names as the file writes them, or as they are renamed; those that it lacks are left out. */
  readonly columns: readonly string[];
  /** Those of the signals themselves, such as their strength, that are read where the file has them, wanted or not. */
  readonly ofSignals: readonly FeatureName[];
}

export const NOTHING_WANTED: WantedColumns = { columns: [], ofSignals: [] };

/**
 * Where the wanted columns of a file stand, by name.
 *
 * @param path - names the file in an error. @param names - of its columns, in order. @param roles - of the same file.
 * @throws {DataError} MISSING_COLUMN when several columns have a wanted name.
 */
export function findColumns(
  path: string,
  names: readonly string[],
  roles: Roles,
  { columns, ofSignals }: WantedColumns,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const name of columns) {
    const index = ROLE_OF_SIGNAL.has(name) ? -1 : names.indexOf(name);
    if (index < 0) continue;
    if (names.includes(name, index + 1)) {
      throw new DataError('MISSING_COLUMN', `${path} has more than one column ${name}; keep or rename one`);
    }
    found.set(name, index);
  }
  for (const [name, role] of ROLE_OF_SIGNAL) {
    const index = roles[role];
    const isWanted = ofSignals.includes(name) || columns.includes(name);
    if (isWanted && index !== undefined) found.set(name, index);
  }
  return found;
}

/** Names of columns that nothing reads. @param isNumeric - asked for the column at an index. */
export function unusedNames(
  names: readonly string[],
  { strength: _strength, probability: _probability, ...roles }: Roles,
  values: ReadonlyMap<string, number>,
  isNumeric: (index: number) => boolean,
): string[] {
  const used = new Set([...Object.values(roles), ...values.values()]);
  return names.filter((_, j) => !used.has(j) && isNumeric(j));
}

/** The error of a column that no file has. @param candidates - names of columns that could be meant; the nearest is told. */
export function lostColumn(name: string, paths: readonly string[], candidates: readonly string[]): DataError {
  const [where, none] = paths.length === 1 ? [`${paths[0]} has`, 'no'] : [`neither ${paths.join(' nor ')} has`, 'a'];
  const role = ROLE_OF_SIGNAL.get(name);
  if (role !== undefined) {
    const range = role === 'strength' ? '(0, 1]' : '[0, 1]';
    const remedy = `write the ${role} of signals beside them, in ${range}, or leave it out`;
    return new DataError('MISSING_COLUMN', `${where} ${none} column ${role} for ${name}; ${remedy}`);
  }
  const nearest = candidates.length === 0 ? '' : ` (did you mean ${nearestName(name, candidates)}?)`;
  return new DataError('MISSING_COLUMN', `${where} ${none} column ${JSON.stringify(name)}${nearest}`);
}
