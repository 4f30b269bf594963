import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from './migration.ts';

/**
 * Brings a journal one version on, in one transaction. Whatever goes wrong, and whenever the process ends, the journal is whole:
 * the old one, or the new one.
 *
 * @throws {JournalError} `JOURNAL_DAMAGED` | `JOURNAL_FULL`; the journal stays as it was.
 */
export function migrate(db: DatabaseSync, migration: Migration): void {
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
