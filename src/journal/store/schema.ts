import type { DatabaseSync } from 'node:sqlite';
import { JournalError } from '../../core/index.ts';
import { BAR_BLOCKS, ENTRY_TABLES, INSTRUMENTS, OPEN_SIGNALS, TABLES, type Table, TOTALS } from '../codec/index.ts';

/** `ML4T` in ASCII: what tells this file from any other SQLite database. */
const APPLICATION_ID = 0x4d4c3454;
const SCHEMA_VERSION = 1;

/** `seq`, the columns of a table and `checksum`, in the order in which a row is trusted. */
export function rowColumns(table: Table): string {
  return ['seq', ...table.columns.map(({ name }) => name), 'checksum'].join(', ');
}

/** The statement that adds a row to a table, in the order of {@link rowColumns}. */
export function insertInto(table: Table, orWhat = ''): string {
  const marks = Array.from({ length: table.columns.length + 2 }, () => '?').join(', ');
  return `INSERT ${orWhat} INTO ${table.name} (${rowColumns(table)}) VALUES (${marks})`;
}

/** A table's primary key: where it holds entries, the order in which they were appended. */
export function keyOf(table: Table): string {
  if (table === INSTRUMENTS) return 'instrument_id';
  return table === TABLES.bars ? 'first_id' : 'seq';
}

function createTable(table: Table): string {
  const key = keyOf(table);
  const columns = [{ name: 'seq', type: 'int', nullable: false }, ...table.columns].map(({ name, type, nullable }) => {
    const sqlType = type === 'int' ? 'INTEGER' : type.toUpperCase();
    if (name === key) return `${name} ${sqlType} PRIMARY KEY`;
    return `${name} ${sqlType}${nullable ? '' : ' NOT NULL'}`;
  });
  const isKeyed = table.unique.length > 0 && table.unique[0] !== key;
  const unique = isKeyed ? [`UNIQUE (${table.unique.join(', ')})`] : [];
  return `CREATE TABLE ${table.name} (${[...columns, 'checksum BLOB NOT NULL', ...unique].join(', ')}) STRICT`;
}

/** Every statement that made the database, as it keeps them. */
const STATEMENTS: readonly string[] = [
  ...[...ENTRY_TABLES, BAR_BLOCKS, INSTRUMENTS, OPEN_SIGNALS, TOTALS].map(createTable),
  'CREATE INDEX bars_by_instrument ON bars (instrument_id)',
  'CREATE INDEX bar_blocks_by_instrument ON bar_blocks (instrument_id)',
  'CREATE INDEX instruments_by_run ON instruments (last_run)',
  'CREATE INDEX signals_by_instrument ON signals (instrument_id) WHERE entry_ts IS NOT NULL',
];

/** An empty file becomes a journal. */
function createSchema(db: DatabaseSync): void {
  db.exec(`BEGIN IMMEDIATE;
    ${STATEMENTS.join(';\n')};
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${SCHEMA_VERSION};
    COMMIT`);
}

/**
 * Makes an empty file a journal, and checks that any other is one that this version writes.
 *
 * @throws {JournalError} `JOURNAL_DAMAGED` when it is not.
 */
export function prepareSchema(db: DatabaseSync): void {
  if (readPragma(db, 'schema_version') === 0) createSchema(db);
  checkSchema(db);
}

/** @throws {JournalError} `JOURNAL_DAMAGED` when the file is not a journal that this version reads. */
export function checkSchema(db: DatabaseSync): void {
  const application = readPragma(db, 'application_id');
  const version = readPragma(db, 'user_version');
  if (application !== APPLICATION_ID) {
    throw new JournalError('JOURNAL_DAMAGED', 'the file is not a journal: its application id is another');
  }
  if (version !== SCHEMA_VERSION) {
    const sentence = `the journal must be of version ${SCHEMA_VERSION}, was ${version}`;
    throw new JournalError('JOURNAL_DAMAGED', `${sentence}: written by another version of this program, or damaged`);
  }
  const rows = db.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL').all();
  const found = rows.map((row) => Object.values(row)[0]);
  if (found.length === STATEMENTS.length && STATEMENTS.every((statement) => found.includes(statement))) return;
  throw new JournalError('JOURNAL_DAMAGED', 'the tables of the journal are not those that were made');
}

function readPragma(db: DatabaseSync, name: string): number {
  const row = db.prepare(`PRAGMA ${name}`).get();
  return Number(row === undefined ? Number.NaN : Object.values(row)[0]);
}
