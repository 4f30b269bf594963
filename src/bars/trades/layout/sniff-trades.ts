import { DataError } from '../../../core/index.ts';
import { checkRenamed, renamed } from '../../column-roles.ts';
import { CsvScanner } from '../../csv/csv-scanner.ts';
import { decimalOf, hasThousands } from '../../csv/decimals.ts';
import type { CsvLayout, ParquetLayout } from '../../csv/layouts.ts';
import type { HeadRecord } from '../../csv/recognise.ts';
import type { FileLimits } from '../../file-bounds.ts';
import { DELIMITERS, estimateRows, type HeadText, readContent, trimmed } from '../../file-layout.ts';
import type { ReadOptions } from '../../read-options.ts';
import { type Headerless, headerlessTrades } from './headerless.ts';
import { countTradeRoles } from './trade-columns.ts';

/** Minimum number of columns of trades that make a line a header: time, price and size, one of them renamed. */
const MIN_ROLES = 2;
const MAX_PREAMBLE = 30;

interface Header {
  readonly delimiter: string;
  readonly records: readonly HeadRecord[];
  readonly names: readonly string[];
  readonly headerLine: number;
  readonly vendor: string | null;
}

/**
 * Finds the layout of a file of trades from its first bytes: Parquet or CSV, delimiter, header or a layout without one.
 *
 * @param path - the file that was named, for sentences. @param file - the file that is read.
 * @throws {DataError} FILE_NOT_FOUND, FILE_UNREADABLE, EMPTY_FILE, UNKNOWN_FORMAT.
 */
export async function sniffTrades(
  path: string,
  file: string,
  limits: FileLimits,
  options: ReadOptions,
): Promise<CsvLayout | ParquetLayout> {
  const head = await readContent(path, file, { noun: 'trades', fileBytes: limits.fileBytes });
  if (head.text === null) return { format: 'parquet', path, file, size: head.size, limits };
  const header = findHeader(path, head, head.text, options);
  checkRenamed(path, header.names, options);
  const rows = header.records.filter(
    ({ line, cells }) => line > header.headerLine && cells[0]?.startsWith('#') !== true,
  );
  const columnNames = renamed(header.names, options);
  const mark = decimalOf({ path, delimiter: header.delimiter, names: columnNames, rows }, options);
  return {
    ...mark,
    format: 'csv',
    path,
    file,
    isGzip: head.isGzip,
    encoding: head.encoding,
    size: head.size,
    limits,
    delimiter: header.delimiter,
    hasThousands: hasThousands(rows, mark),
    vendor: header.vendor,
    stampedAt: null,
    utcOffset: '',
    headerLine: header.headerLine,
    columnNames,
    writtenNames: header.names,
    firstRow: rows[0]?.cells ?? null,
    firstValues: columnNames.map((_, j) => rows[0]?.cells[j] ?? ''),
    estimatedRows: estimateRows(head.text, head.nHeadBytes, head.size),
  };
}

/** Reads the header with the delimiter under which it names the most roles; an exchange's columns where there is no header. */
function findHeader(path: string, head: HeadText, text: string, options: ReadOptions): Header {
  const bytes = Buffer.from(text);
  const isWhole = head.size <= head.nHeadBytes;
  const countNamed = (cells: readonly string[]): number => countTradeRoles(renamed(trimmed(cells), options));
  let best: (Header & { readonly nRoles: number }) | null = null;
  for (const delimiter of DELIMITERS) {
    const records: HeadRecord[] = [];
    const scanner = new CsvScanner(delimiter);
    scanner.push(bytes, isWhole, (record) => records.push({ line: record.line, cells: record.cells() }));
    const at = records.slice(0, MAX_PREAMBLE).findIndex(({ cells }) => countNamed(cells) >= MIN_ROLES);
    const found = at < 0 ? null : headerAt(records, at);
    const nRoles = found === null ? 0 : countNamed(found.names);
    if (found !== null && nRoles > (best?.nRoles ?? 0)) best = { ...found, delimiter, nRoles };
    const plain = best === null ? headerlessTrades(records.map(({ cells }) => cells)) : null;
    if (plain !== null) return withoutHeader(plain, delimiter, records);
  }
  if (best !== null) return best;
  const [line = ''] = text.split('\n');
  const shown = JSON.stringify(line.length > 80 ? `${line.slice(0, 77)}...` : line.trim());
  throw new DataError(
    'UNKNOWN_FORMAT',
    `${path} is not a file of trades: its first line names no columns of them (timestamp,price,size,side), was ${shown}; --rename NAME=price and the like say which they are`,
  );
}

function headerAt(records: readonly HeadRecord[], at: number): Omit<Header, 'delimiter'> {
  const { cells, line } = records[at];
  return { records: records.slice(at), names: trimmed(cells), headerLine: line, vendor: null };
}

function withoutHeader({ names, vendor }: Headerless, delimiter: string, records: readonly HeadRecord[]): Header {
  return { delimiter, records, names, headerLine: 0, vendor: `${vendor} without a header` };
}
