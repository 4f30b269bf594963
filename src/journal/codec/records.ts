import { hash } from 'node:crypto';
import { ConditionError, JournalError } from '../../core/index.ts';
import type { JournalEntry } from '../../ports/index.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import {
  type Cell,
  type Column,
  type Columns,
  cellsOf,
  type NewRow,
  type Row,
  rowOf,
  type Table,
  type TypedTable,
} from './define-table.ts';
import { ENTRY_TABLES, TABLES } from './tables.ts';

/** A table of entries as {@link writeEntry} sees it: of which kind, it finds out by the entry. */
interface AnyEntryTable extends TypedTable<Columns> {
  readonly toRow: (entry: JournalEntry) => NewRow<Columns>;
}

const BY_KIND = new Map(ENTRY_TABLES.map((table) => [table.kind as string, table as unknown as AnyEntryTable]));
/** Of a record, the code of its table and its place in the journal. */
const HEAD = 9;

/** One entry on its way to the database. */
export interface OpenRecord {
  readonly table: Table;
  readonly cells: Cell[];
}

/**
 * Appends an entry as a record behind its length: the code of its table, room for its place in the journal, its cells.
 *
 * @throws {ConditionError} for a cell that cannot be written; nothing is appended then.
 */
export function writeEntry(writer: ByteWriter, entry: JournalEntry): void {
  const table = BY_KIND.get(entry.kind);
  if (table === undefined) throw new ConditionError('kind', 'a kind of journal entry', entry.kind);
  const start = writer.length;
  try {
    writer.u32(0);
    writeRecord(writer, table, 0, cellsOf(table, table.toRow(entry)));
    writer.u32At(start, writer.length - start - 4);
  } catch (error) {
    writer.truncate(start);
    throw error;
  }
}

/** The record again as its table's cells, integers as bigint. */
export function openRecord(record: Uint8Array): OpenRecord {
  const reader = new ByteReader(record, HEAD);
  const table = ENTRY_TABLES[record[0]];
  return { table, cells: table.columns.map((column) => readCell(reader, column)) };
}

/**
 * The checksum of a record: SHA-256 over table, place and every cell. It stands beside the row and holds for that row alone,
 * so that one row can be trusted without reading its neighbours; a row that vanished is missed by its place.
 *
 * @param seq - the record's place in the journal, and `number` that among those of its table, null where it has none; written into
 * the record.
 */
export function sealRecord(record: Uint8Array, seq: number, number: number | null): Uint8Array {
  const view = new DataView(record.buffer, record.byteOffset);
  view.setBigInt64(1, BigInt(seq), true);
  if (number !== null) view.setBigInt64(record.length - 8, BigInt(number), true);
  return hash('sha256', record, 'buffer');
}

const scratch = new ByteWriter();

/** The checksum of a row as its cells say. */
export function checksumOf(table: Table, seq: number, cells: readonly Cell[]): Uint8Array {
  scratch.truncate(0);
  writeRecord(scratch, table, seq, cells);
  return hash('sha256', scratch.since(0), 'buffer');
}

/**
 * The cells of a row as it was read: `seq`, the table's columns, `checksum`.
 *
 * @throws {JournalError} `JOURNAL_DAMAGED` when they are not what was written.
 */
export function trustedCells(table: Table, row: readonly Cell[]): readonly Cell[] {
  const cells = row.slice(1, -1);
  const checksum = row[row.length - 1];
  if (!(checksum instanceof Uint8Array) || !isSame(safeChecksum(table, row[0], cells), checksum)) {
    throw new JournalError('JOURNAL_DAMAGED', `row ${row[0]} of ${table.name} is not as it was written`);
  }
  return cells;
}

/** A row by its columns' names. @throws {JournalError} `JOURNAL_DAMAGED` when it is not as it was written. */
export function trustedRow<C extends Columns>(table: TypedTable<C>, row: readonly Cell[]): Row<C> {
  return rowOf(table, trustedCells(table, row));
}

/** What a row of a table holds of its entry. @throws {JournalError} `JOURNAL_DAMAGED` when it is not as it was written. */
export function trustedEntry<Name extends keyof typeof TABLES>(
  name: Name,
  row: readonly Cell[],
): ReturnType<(typeof TABLES)[Name]['toEntry']> {
  return entryOf(name, trustedCells(TABLES[name], row));
}

/** What cells hold of their entry. @param cells - of the table's columns, in their order. */
export function entryOf<Name extends keyof typeof TABLES>(
  name: Name,
  cells: readonly Cell[],
): ReturnType<(typeof TABLES)[Name]['toEntry']> {
  const table = TABLES[name] as unknown as TypedTable<Columns> & { readonly toEntry: (row: Row<Columns>) => unknown };
  return table.toEntry(rowOf(table, cells)) as ReturnType<(typeof TABLES)[Name]['toEntry']>;
}

/** A damaged row may hold what no cell of its column may: that is no checksum either. */
function safeChecksum(table: Table, seq: Cell, cells: readonly Cell[]): Uint8Array | null {
  try {
    return checksumOf(table, Number(seq), cells);
  } catch {
    return null;
  }
}

function isSame(a: Uint8Array | null, b: Uint8Array): boolean {
  return a !== null && Buffer.compare(a, b) === 0;
}

function writeRecord(writer: ByteWriter, table: Table, seq: number, cells: readonly Cell[]): void {
  writer.u8(table.code);
  writer.int(seq);
  const { columns } = table;
  for (let i = 0; i < columns.length; i++) writeCell(writer, columns[i], cells[i]);
}

function writeCell(writer: ByteWriter, column: Column, cell: Cell): void {
  if (cell === null) {
    if (!column.nullable) throw new ConditionError(column.name, 'there', null);
    writer.u8(0);
    return;
  }
  if (column.nullable) writer.u8(1);
  if (column.type === 'text' && typeof cell === 'string') writer.text(cell);
  else if (column.type === 'blob' && cell instanceof Uint8Array) writer.blob(cell);
  else if (column.type === 'int' && typeof cell === 'bigint') writer.i64(cell);
  else if (column.type === 'int' && Number.isSafeInteger(cell)) writer.int(cell as number);
  // The database keeps no sign of a zero: neither does the record, so that both say the same.
  else if (column.type === 'real' && Number.isFinite(cell)) writer.f64((cell as number) + 0);
  else throw new ConditionError(column.name, `a value of type ${column.type}`, cell);
}

function readCell(reader: ByteReader, column: Column): Cell {
  if (column.nullable && reader.u8() === 0) return null;
  if (column.type === 'text') return reader.text();
  if (column.type === 'blob') return reader.blob();
  return column.type === 'int' ? reader.i64() : reader.f64();
}
