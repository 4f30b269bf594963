import { TYPED_COLUMNS } from './0002-typed-columns.ts';
import type { Migration } from './migration.ts';

export { judgementsOfVersion1 } from './0002-typed-columns.ts';
export { migrate } from './migrate.ts';

/** Every step from the first version to today's, in order. */
export const MIGRATIONS: readonly Migration[] = [TYPED_COLUMNS];
