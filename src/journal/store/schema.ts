import type { DatabaseSync } from 'node:sqlite';
import { JournalError } from '../../core/index.ts';
import { ENTRY_TABLES, OPEN_SIGNALS } from '../codec/index.ts';
import { keepCopy, MIGRATIONS, migrate } from './migrations/index.ts';
import { createStatements, type VersionTables } from './table-sql.ts';

/** `ML4T` in ASCII: marks this file among other SQLite databases. */
const APPLICATION_ID = 0x4d4c3454;
/** What this program writes. It goes up by one with every migration. */
const SCHEMA_VERSION = 7;
const TODAY: VersionTables = { entries: ENTRY_TABLES, open: OPEN_SIGNALS };

/** The tables of the version a journal is of. @throws {JournalError} `JOURNAL_DAMAGED` for no version that is known. */
export function tablesOf(db: DatabaseSync): VersionTables {
  const version = readPragma(db, 'user_version');
  const older = MIGRATIONS.find(({ from }) => from === version);
  if (version === SCHEMA_VERSION) return TODAY;
  if (older !== undefined) return { entries: older.tablesBefore, open: older.openBefore };
  const who =
    version > SCHEMA_VERSION ? 'written by a newer version of this program, which alone may use it' : 'it is damaged';
  throw new JournalError('JOURNAL_DAMAGED', `the journal must be of version ${SCHEMA_VERSION}, was ${version}: ${who}`);
}

/**
 * Makes an empty file a journal, brings one of an older version up to this one, and checks any other.
 *
 * @param path - of the database: the copy of what is migrated stands beside it.
 * @throws {JournalError} `JOURNAL_DAMAGED` when it is not a journal that this version writes; `JOURNAL_FULL` when there is no room
 * for the copy.
 */
export function prepareSchema(db: DatabaseSync, path: string): void {
  if (readPragma(db, 'schema_version') === 0) createSchema(db);
  checkSchema(db);
  const steps = MIGRATIONS.filter(({ from }) => from >= readPragma(db, 'user_version'));
  if (steps.length > 0) keepCopy(db, path, steps[0]);
  for (const step of steps) {
    migrate(db, step);
    checkSchema(db);
  }
}

/** An empty file becomes a journal. */
function createSchema(db: DatabaseSync): void {
  db.exec(`BEGIN IMMEDIATE;
    ${createStatements(TODAY).join(';\n')};
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${SCHEMA_VERSION};
    COMMIT`);
}

/** @throws {JournalError} `JOURNAL_DAMAGED` when the file is not a journal, or of a version that cannot be read. */
export function checkSchema(db: DatabaseSync): void {
  if (readPragma(db, 'application_id') !== APPLICATION_ID) {
    throw new JournalError('JOURNAL_DAMAGED', 'the file is not a journal: its application id is another');
  }
  const statements = createStatements(tablesOf(db));
  // Another program may leave statistics for the planner behind (ANALYZE, PRAGMA optimize); they hold nothing of ours.
  const rows = db.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_stat*'").all();
  const found = rows.map((row) => Object.values(row)[0]);
  if (found.length === statements.length && statements.every((statement) => found.includes(statement))) return;
  throw new JournalError('JOURNAL_DAMAGED', 'the tables of the journal are not those that were made');
}

function readPragma(db: DatabaseSync, name: string): number {
  const row = db.prepare(`PRAGMA ${name}`).get();
  return Number(row === undefined ? Number.NaN : Object.values(row)[0]);
}
