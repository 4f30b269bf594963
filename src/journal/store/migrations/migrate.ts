import type { DatabaseSync } from 'node:sqlite';
import { keepCopy } from './keep-copy.ts';
import type { Migration } from './migration.ts';

/**
 * Brings a journal one version on: first a copy of what there is, then one transaction. Whatever goes wrong, and whenever the
 * process ends, the journal is whole: the old one, or the new one.
 *
 * @param path - of the database. @throws {JournalError} `JOURNAL_DAMAGED` | `JOURNAL_FULL`; the journal stays as it was.
 */
export function migrate(db: DatabaseSync, path: string, migration: Migration): void {
  keepCopy(db, path, migration);
  try {
    db.exec('BEGIN IMMEDIATE');
    migration.run(db);
    db.exec(`PRAGMA user_version = ${migration.from + 1}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
