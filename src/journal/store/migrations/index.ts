import { TYPED_COLUMNS } from './0002-typed-columns.ts';
import { GROSS_RETURNS } from './0003-gross-returns.ts';
import { STRENGTH } from './0004-strength.ts';
import { NUMBERS } from './0005-numbers.ts';
import { DETECTORS } from './0006-detectors.ts';
import { COLUMN_VALUES } from './0007-column-values.ts';
import type { Migration } from './migration.ts';

export { judgementsOfVersion1 } from './0002-typed-columns.ts';
export { keepCopy } from './keep-copy.ts';
export { migrate } from './migrate.ts';
export { type OlderRows, olderRows } from './versions/older-rows.ts';

/** Every step from the first version to today's, in order. */
export const MIGRATIONS: readonly Migration[] = [
  TYPED_COLUMNS,
  GROSS_RETURNS,
  STRENGTH,
  NUMBERS,
  DETECTORS,
  COLUMN_VALUES,
];
