import { DataError, nearestName } from '../../core/index.ts';
import { SIGNAL_STRENGTH } from '../../domain/index.ts';
import type { Roles } from '../column-roles.ts';

/** What the strength of a signal must be, to follow `must be`. */
export const STRENGTH_RULE = 'in (0, 1], or empty for 1';

/** Which columns a file is asked for beside what it is for. */
export interface WantedColumns {
  /** Names as the file writes them, or as they are renamed; those that it lacks are left out. */
  readonly columns: readonly string[];
  /** Whether the strength of signals is read where the file has it. */
  readonly strength: boolean;
}

export const NOTHING_WANTED: WantedColumns = { columns: [], strength: false };

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
  { columns, strength }: WantedColumns,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const name of columns) {
    const index = name === SIGNAL_STRENGTH ? -1 : names.indexOf(name);
    if (index < 0) continue;
    if (names.includes(name, index + 1)) {
      throw new DataError('MISSING_COLUMN', `${path} has more than one column ${name}; keep or rename one`);
    }
    found.set(name, index);
  }
  const isStrengthWanted = strength || columns.includes(SIGNAL_STRENGTH);
  if (isStrengthWanted && roles.strength !== undefined) found.set(SIGNAL_STRENGTH, roles.strength);
  return found;
}

/** Names of columns that nothing reads. @param isNumeric - asked for the column at an index. */
export function unusedNames(
  names: readonly string[],
  { strength: _, ...roles }: Roles,
  values: ReadonlyMap<string, number>,
  isNumeric: (index: number) => boolean,
): string[] {
  const used = new Set([...Object.values(roles), ...values.values()]);
  return names.filter((_, j) => !used.has(j) && isNumeric(j));
}

/** The error of a column that no file has. @param candidates - names of columns that could be meant; the nearest is told. */
export function lostColumn(name: string, paths: readonly string[], candidates: readonly string[]): DataError {
  const [where, none] = paths.length === 1 ? [`${paths[0]} has`, 'no'] : [`neither ${paths.join(' nor ')} has`, 'a'];
  if (name === SIGNAL_STRENGTH) {
    const remedy = 'write the strength of signals beside them, in (0, 1], or leave it out';
    return new DataError('MISSING_COLUMN', `${where} ${none} column strength for ${SIGNAL_STRENGTH}; ${remedy}`);
  }
  const nearest = candidates.length === 0 ? '' : ` (did you mean ${nearestName(name, candidates)}?)`;
  return new DataError('MISSING_COLUMN', `${where} ${none} column ${JSON.stringify(name)}${nearest}`);
}
