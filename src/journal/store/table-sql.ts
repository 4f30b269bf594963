import { BAR_BLOCKS, INSTRUMENTS, isNumbered, TABLES, type Table, TOTALS } from '../codec/index.ts';

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

/** The statement that makes a table. */
export function createTable(table: Table): string {
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

/** The tables of a version that others have otherwise. */
export interface VersionTables {
  /** Tables of entries, by their codes. */
  readonly entries: readonly Table[];
  /** Signals that await an outcome. */
  readonly open: Table;
}

/** The statement that makes the index of an instrument's trades. */
export const SIGNALS_INDEX = 'CREATE INDEX signals_by_instrument ON signals (instrument_id) WHERE entry_ts IS NOT NULL';

/** The statement that makes the index by which a row is found by its number. */
export function numberIndex({ name }: Table): string {
  return `CREATE UNIQUE INDEX ${name}_by_number ON ${name} (number)`;
}

/** Every statement that makes the database, as it keeps them. */
export function createStatements({ entries, open }: VersionTables): string[] {
  return [
    ...[...entries, BAR_BLOCKS, INSTRUMENTS, open, TOTALS].map(createTable),
    'CREATE INDEX bars_by_instrument ON bars (instrument_id)',
    'CREATE INDEX bar_blocks_by_instrument ON bar_blocks (instrument_id)',
    'CREATE INDEX instruments_by_run ON instruments (last_run)',
    SIGNALS_INDEX,
    ...entries.filter(isNumbered).map(numberIndex),
  ];
}
