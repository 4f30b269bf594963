import { open } from 'node:fs/promises';
import { STRUCT, ThriftCursor } from './thrift-cursor.ts';

const TAIL_BYTES = 8;
const MAGIC = 'PAR1';
/** Fields of FileMetaData, SchemaElement, LogicalType, TimestampType and TimeUnit in parquet.thrift. */
const SCHEMA = 2;
const NAME = 4;
const LOGICAL_TYPE = 10;
const TIMESTAMP = 8;
const IS_UTC = 1;
const UNIT = 2;
const NANOS = 3;
/** A boolean field is its own header, whose lower half says which it is. */
const TRUE = 1;

/** A column of nanoseconds in a Parquet file. */
export interface NanosecondColumn {
  readonly name: string;
  /** Whether its times are UTC; else they show the clock of a zone that the file does not name. */
  readonly isUtc: boolean;
  /** Where in the file the byte stands whose lower half says it: 1 for UTC, 2 for not. */
  readonly flagAt: number;
}

/**
 * The columns of nanoseconds, as the footer of a Parquet file declares them; none for a file that cannot be read.
 *
 * @see parquet.thrift, FileMetaData. DuckDB reads and writes UTC in microseconds only.
 */
export async function nanosecondColumns(file: string): Promise<NanosecondColumn[]> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(TAIL_BYTES);
    await handle.read(tail, 0, TAIL_BYTES, Math.max(0, size - TAIL_BYTES));
    const length = tail.readUInt32LE(0);
    const start = size - TAIL_BYTES - length;
    if (tail.toString('latin1', 4) !== MAGIC || start < 0) return [];
    const footer = Buffer.alloc(length);
    await handle.read(footer, 0, length, start);
    return columnsIn(footer).map((column) => ({ ...column, flagAt: column.flagAt + start }));
  } finally {
    await handle.close();
  }
}

/** A footer that breaks the rules is left to the reader of the rows, which says so. */
function columnsIn(footer: Uint8Array): NanosecondColumn[] {
  try {
    const cursor = new ThriftCursor(footer);
    for (const { id, type } of cursor.fields()) {
      if (id !== SCHEMA) {
        cursor.skip(type);
        continue;
      }
      const { size } = cursor.listHeader();
      return Array.from({ length: size }, () => schemaElement(cursor)).filter((column) => column !== null);
    }
    return [];
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function schemaElement(cursor: ThriftCursor): NanosecondColumn | null {
  let name = '';
  let time: Omit<NanosecondColumn, 'name'> | null = null;
  for (const { id, type } of cursor.fields()) {
    if (id === NAME) name = cursor.text();
    else if (id === LOGICAL_TYPE && type === STRUCT) time = logicalType(cursor);
    else cursor.skip(type);
  }
  return time === null ? null : { name, ...time };
}

function logicalType(cursor: ThriftCursor): Omit<NanosecondColumn, 'name'> | null {
  let flag: { readonly type: number; readonly at: number } | null = null;
  let isNanos = false;
  for (const { id, type } of cursor.fields()) {
    if (id !== TIMESTAMP || type !== STRUCT) {
      cursor.skip(type);
      continue;
    }
    for (const field of cursor.fields()) {
      if (field.id === IS_UTC) flag = field;
      if (field.id !== UNIT || field.type !== STRUCT) {
        cursor.skip(field.type);
        continue;
      }
      for (const unit of cursor.fields()) {
        isNanos = unit.id === NANOS;
        cursor.skip(unit.type);
      }
    }
  }
  return flag === null || !isNanos ? null : { isUtc: flag.type === TRUE, flagAt: flag.at };
}
