export type ColumnType = 'int' | 'real' | 'text' | 'blob';
/** What a cell holds. Integers come back from the database as bigint. */
export type Cell = string | number | bigint | Uint8Array | null;

/** A table's columns by name, in the order in which records and rows have them. */
export type Columns = Readonly<Record<string, { readonly type: ColumnType; readonly nullable: boolean }>>;

export const INT = { type: 'int', nullable: false } as const;
export const REAL = { type: 'real', nullable: false } as const;
export const TEXT = { type: 'text', nullable: false } as const;
export const BLOB = { type: 'blob', nullable: false } as const;
export const INT_OR_NULL = { type: 'int', nullable: true } as const;
export const REAL_OR_NULL = { type: 'real', nullable: true } as const;
export const TEXT_OR_NULL = { type: 'text', nullable: true } as const;
export const BLOB_OR_NULL = { type: 'blob', nullable: true } as const;

interface ReadCells {
  readonly int: bigint;
  readonly real: number;
  readonly text: string;
  readonly blob: Uint8Array;
}

interface WrittenCells extends Omit<ReadCells, 'int'> {
  readonly int: bigint | number;
}

type CellOf<Cells, C> = C extends { readonly type: infer T extends keyof Cells; readonly nullable: infer N }
  ? Cells[T] | (N extends true ? null : never)
  : never;

/** The cells of a row as they are read, by the names of their columns. */
export type Row<C extends Columns> = { readonly [Name in keyof C]: CellOf<ReadCells, C[Name]> };
/** The cells of a row to be written: integers also as numbers. */
export type NewRow<C extends Columns> = { readonly [Name in keyof C]: CellOf<WrittenCells, C[Name]> };

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

/** A table of the journal: its columns without `seq` and `checksum`, which every one has. */
export interface Table {
  readonly name: string;
  /** First byte of each of its records, [0, 255]. */
  readonly code: number;
  readonly columns: readonly Column[];
  /** Columns by which the database finds a row, unique. */
  readonly unique: readonly string[];
}

/** A table whose columns the compiler knows by name. */
export interface TypedTable<C extends Columns> extends Table {
  /** Place of each column among the cells of a row. */
  readonly at: { readonly [Name in keyof C]: number };
}

/** Defines a table by its name, code, columns and what makes a row unique. */
export function defineTable<C extends Columns>(
  name: string,
  code: number,
  columns: C,
  unique: readonly (keyof C & string)[] = [],
): TypedTable<C> {
  const names: readonly (keyof C & string)[] = Object.keys(columns);
  return {
    name,
    code,
    columns: names.map((column) => ({ name: column, ...columns[column] })),
    unique,
    at: Object.fromEntries(names.map((column, place) => [column, place])) as TypedTable<C>['at'],
  };
}

/** A row by the names of its columns. @param cells - of the table's columns, in their order. */
export function rowOf<C extends Columns>(table: TypedTable<C>, cells: readonly Cell[]): Row<C> {
  const row: Record<string, Cell> = {};
  const { columns } = table;
  for (let i = 0; i < columns.length; i++) row[columns[i].name] = cells[i];
  return row as Row<C>;
}

/** The cells of a row in the order of the table's columns. */
export function cellsOf<C extends Columns>(table: TypedTable<C>, row: NewRow<C>): Cell[] {
  return table.columns.map(({ name }) => row[name] as Cell);
}

/** Whether rows of a table have a number, in their last column: 1, 2, 3 … in the order in which they were written. */
export function isNumbered({ columns }: Table): boolean {
  return columns.at(-1)?.name === 'number';
}
