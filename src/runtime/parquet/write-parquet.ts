import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync } from 'node:zlib';
import { type Cell, type ColumnType, encodePage } from './encode-page.ts';
import { ThriftWriter } from './thrift-writer.ts';

const zstd = promisify(zstdCompress);
/** The fastest: half the time of the usual level for a tenth more bytes. */
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** Size up to which a page is compressed at once, in tenths of a millisecond: the way to a thread and back takes longer. Bytes. */
const SMALL_PAGE = 16_384;

export interface ParquetColumn {
  readonly name: string;
  readonly type: ColumnType;
}

export interface ParquetOptions {
  /** Runs a part of the work, some tenths of a millisecond, when its turn has come; by default at once. */
  readonly turn?: <T>(make: () => T) => T | Promise<T>;
  /** What the file says of itself beside its rows, by name; asked when all rows are written. */
  readonly properties?: () => Readonly<Record<string, string>>;
}

const MAGIC = Buffer.from('PAR1');
/** Number of pages of a column that make a group of rows. */
const PAGES_A_GROUP = 16;

// Numbers of the format's enumerations.
const TYPES = { boolean: 0, int64: 2, double: 5, text: 6 } as const satisfies Record<ColumnType, number>;
const OPTIONAL = 1;
const UTF8 = 0;
const PLAIN = 0;
const RLE = 3;
const ZSTD = 6;
const DATA_PAGE = 0;

/** The pages of one column in one group of rows. */
interface Chunk {
  readonly pages: Uint8Array[];
  nValues: number;
  nBytes: number;
  nPlainBytes: number;
}

/** Where the pages of a column stand in the file. */
interface WrittenChunk extends Omit<Chunk, 'pages'> {
  readonly column: ParquetColumn;
  readonly offset: number;
}

interface WrittenGroup {
  readonly nRows: number;
  readonly chunks: readonly WrittenChunk[];
}

/**
 * A table as the bytes of a Parquet file, in the order in which they stand in it: each group of rows is given away before the next is
 * made, so that a table of any length takes the memory of one group. Compressed by Zstandard; every column may have nulls.
 *
 * @param pages - rows by column: for each page and column the cells, the same number in all columns of a page, at least one.
 * @see https://github.com/apache/parquet-format, of which `pyarrow` and DuckDB read all that is used here.
 */
export async function* writeParquet(
  columns: readonly ParquetColumn[],
  pages: AsyncIterable<readonly (readonly Cell[])[]>,
  { turn = (make) => make(), properties = () => ({}) }: ParquetOptions = {},
): AsyncGenerator<Uint8Array> {
  const groups: WrittenGroup[] = [];
  let open = columns.map(newChunk);
  let offset = MAGIC.length;
  const close = (): Uint8Array => {
    const { group, bytes } = closeGroup(columns, open, offset);
    groups.push(group);
    offset += bytes.length;
    open = columns.map(newChunk);
    return bytes;
  };
  yield MAGIC;
  for await (const page of pages) {
    for (const [j, { type }] of columns.entries()) {
      const { plain, body } = await turn(() => madePage(encodePage(type, page[j])));
      addPage(open[j], {
        nValues: page[j].length,
        nPlainBytes: plain.length,
        body: body ?? (await zstd(plain, LEVEL)),
      });
    }
    if (open[0].pages.length >= 2 * PAGES_A_GROUP) yield close();
  }
  if (open[0].nValues > 0) yield close();
  const footer = footerOf(columns, groups, properties());
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  yield Buffer.concat([footer, length, MAGIC]);
}

function newChunk(): Chunk {
  return { pages: [], nValues: 0, nBytes: 0, nPlainBytes: 0 };
}

/** A page before and after compression; null where that is work for another thread. */
function madePage(plain: Buffer): { readonly plain: Buffer; readonly body: Buffer | null } {
  return { plain, body: plain.length > SMALL_PAGE ? null : zstdCompressSync(plain, LEVEL) };
}

interface Page {
  readonly nValues: number;
  readonly nPlainBytes: number;
  /** Compressed. */
  readonly body: Uint8Array;
}

/** Adds a page, its header and its body. */
function addPage(chunk: Chunk, { nValues, nPlainBytes, body }: Page): void {
  const header = pageHeader(nValues, nPlainBytes, body.length);
  chunk.pages.push(header, body);
  chunk.nValues += nValues;
  chunk.nBytes += header.length + body.length;
  chunk.nPlainBytes += header.length + nPlainBytes;
}

function pageHeader(nValues: number, nPlainBytes: number, nBytes: number): Uint8Array {
  const thrift = new ThriftWriter();
  thrift.i32(1, DATA_PAGE);
  thrift.i32(2, nPlainBytes);
  thrift.i32(3, nBytes);
  thrift.struct(5, () => {
    thrift.i32(1, nValues);
    thrift.i32(2, PLAIN);
    thrift.i32(3, RLE);
    thrift.i32(4, RLE);
  });
  return thrift.finish();
}

function closeGroup(
  columns: readonly ParquetColumn[],
  chunks: readonly Chunk[],
  start: number,
): { readonly group: WrittenGroup; readonly bytes: Buffer } {
  let offset = start;
  const written = chunks.map(({ pages: _, ...chunk }, j) => {
    const at = offset;
    offset += chunk.nBytes;
    return { ...chunk, column: columns[j], offset: at };
  });
  const group = { nRows: chunks[0].nValues, chunks: written };
  return { group, bytes: Buffer.concat(chunks.flatMap(({ pages }) => pages)) };
}

/** The metadata of the file, with the place of every column of every group. */
function footerOf(
  columns: readonly ParquetColumn[],
  groups: readonly WrittenGroup[],
  properties: Readonly<Record<string, string>>,
): Uint8Array {
  const thrift = new ThriftWriter();
  const root = { name: 'schema', nChildren: columns.length };
  thrift.i32(1, 2); // the format's version
  thrift.structs(2, [root, ...columns], (element) => writeSchemaElement(thrift, element));
  thrift.i64(
    3,
    groups.reduce((sum, { nRows }) => sum + nRows, 0),
  );
  thrift.structs(4, groups, (group) => writeGroup(thrift, group));
  thrift.structs(5, Object.entries(properties), ([key, value]) => {
    thrift.text(1, key);
    thrift.text(2, value);
  });
  thrift.text(6, 'ml4t-orchestrator');
  return thrift.finish();
}

function writeSchemaElement(
  thrift: ThriftWriter,
  element: ParquetColumn | { readonly name: string; readonly nChildren: number },
): void {
  if ('nChildren' in element) {
    thrift.text(4, element.name);
    thrift.i32(5, element.nChildren);
    return;
  }
  const isText = element.type === 'text';
  thrift.i32(1, TYPES[element.type]);
  thrift.i32(3, OPTIONAL);
  thrift.text(4, element.name);
  if (!isText) return;
  thrift.i32(6, UTF8);
  thrift.struct(10, () => thrift.struct(1, () => undefined)); // the logical type STRING, which has no fields
}

function writeGroup(thrift: ThriftWriter, { nRows, chunks }: WrittenGroup): void {
  thrift.structs(1, chunks, (chunk) => {
    thrift.i64(2, chunk.offset);
    thrift.struct(3, () => {
      thrift.i32(1, TYPES[chunk.column.type]);
      thrift.i32s(2, [PLAIN, RLE]);
      thrift.texts(3, [chunk.column.name]);
      thrift.i32(4, ZSTD);
      thrift.i64(5, chunk.nValues);
      thrift.i64(6, chunk.nPlainBytes);
      thrift.i64(7, chunk.nBytes);
      thrift.i64(9, chunk.offset);
    });
  });
  thrift.i64(
    2,
    chunks.reduce((sum, { nPlainBytes }) => sum + nPlainBytes, 0),
  );
  thrift.i64(3, nRows);
}
