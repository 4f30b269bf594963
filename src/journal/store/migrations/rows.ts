import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { type Cell, checksumOf, type Table } from '../../codec/index.ts';
import { insertInto, rowColumns } from '../table-sql.ts';

/** Rows of an old table, in their order: `seq`, cells, `checksum`. @param name - what the table is called by now. */
export function* oldRows(db: DatabaseSync, table: Table, name: string): Generator<readonly Cell[]> {
  const rows = db.prepare(`SELECT ${rowColumns(table)} FROM ${name} ORDER BY seq`);
  for (const row of rows.iterate()) yield row as unknown as Cell[];
}

/** Adds rows under their old place, with a checksum of their new cells. */
export function inserter(db: DatabaseSync): (table: Table, seq: Cell, cells: readonly Cell[]) => void {
  const statements = new Map<Table, StatementSync>();
  return (table, seq, cells) => {
    const statement = statements.get(table) ?? db.prepare(insertInto(table));
    statements.set(table, statement);
    statement.run(...([seq, ...cells, checksumOf(table, Number(seq), cells)] as SQLInputValue[]));
  };
}

/** Moves a table out of the way of the one that replaces it. @returns its name from now on. */
export function renameOld(db: DatabaseSync, { name }: Table, version: number): string {
  db.exec(`ALTER TABLE ${name} RENAME TO ${name}_${version}`);
  return `${name}_${version}`;
}
