import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { DataError, parseNumber } from '../core/index.ts';
import { DEFAULT_LIMITS } from '../domain/index.ts';
import { systemFault, unfitKind } from '../runtime/index.ts';
import type { DecimalMark } from './cells.ts';
import { checkRenamed, countRoles, renamed } from './column-roles.ts';
import { parseValueCell } from './columns/value-cells.ts';
import { CsvScanner } from './csv/csv-scanner.ts';
import { decimalOf, hasThousands } from './csv/decimals.ts';
import { gzipFault } from './csv/gzip-fault.ts';
import type { CsvLayout, ParquetLayout } from './csv/layouts.ts';
import {
  type HeadRecord,
  headerIndex,
  headerless,
  isHistData,
  tickerHeader,
  withClose,
  withVolume,
} from './csv/recognise.ts';
import type { FileLimits } from './file-bounds.ts';
import type { NamingOptions } from './read-options.ts';

const HEAD_BYTES = 1 << 16;
/** Maximum size of the unpacked first bytes. */
const UNPACKED_HEAD_BYTES = 1 << 20;
export const DELIMITERS = [',', ';', '\t', '|'];

/**
 * Finds the layout of a file from its first bytes: Parquet or CSV (by content, not by extension), gzip or not, delimiter, header.
 *
 * @param path - the file that was named, for sentences.
 * @param file - the file that is read, where it was unpacked from the other.
 * @throws {DataError} FILE_NOT_FOUND, FILE_UNREADABLE, EMPTY_FILE, UNKNOWN_FORMAT.
 */
export async function sniffFile(
  path: string,
  limits: FileLimits = DEFAULT_LIMITS,
  options: NamingOptions = {},
  file = path,
): Promise<CsvLayout | ParquetLayout> {
  const head = await readContent(path, file, { noun: 'bars', fileBytes: limits.fileBytes });
  const { size } = head;
  if (head.text === null) return { format: 'parquet', path, file, size, limits };
  const { isGzip, encoding, text, nHeadBytes } = head;
  const isWhole = size <= nHeadBytes;
  return {
    format: 'csv',
    path,
    file,
    isGzip,
    encoding,
    size,
    limits,
    ...readHeader(path, text, isWhole, options),
    estimatedRows: estimateRows(text, nHeadBytes, size),
  };
}

/** The first bytes of a file as text. */
export interface HeadText {
  /** Size on disk, bytes. */
  readonly size: number;
  /** Null where the file is Parquet. */
  readonly text: string | null;
  readonly isGzip: boolean;
  readonly encoding: CsvLayout['encoding'];
  /** Number of bytes on disk that the text is of. */
  readonly nHeadBytes: number;
}

/**
 * Reads the first bytes of a file of CSV, gzipped or not, and knows one of Parquet.
 *
 * @param path - the file that was named, for sentences. @param file - the file that is read.
 * @param options - what its rows should be, and its maximum size.
 * @throws {DataError} FILE_NOT_FOUND, FILE_UNREADABLE, EMPTY_FILE, UNKNOWN_FORMAT.
 */
export async function readContent(
  path: string,
  file: string,
  { noun, fileBytes }: { readonly noun: string; readonly fileBytes: number },
): Promise<HeadText> {
  const { bytes, size } = await readHead(file, path);
  if (size > fileBytes) {
    const rule = `at most ${fileBytes} bytes (limits.file_bytes)`;
    throw new DataError('FILE_UNREADABLE', `${path} must have ${rule}, has ${size}`);
  }
  if (size === 0) throw new DataError('EMPTY_FILE', `${path} is empty`);
  const nHeadBytes = bytes.length;
  const isParquet = bytes.subarray(0, 4).toString('latin1') === 'PAR1';
  if (isParquet) return { size, text: null, isGzip: false, encoding: 'utf-8', nHeadBytes };
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const content = isGzip ? await unzipHead(path, bytes) : bytes;
  const encoding = encodingOf(content);
  if (encoding === 'utf-8' && content.includes(0)) {
    throw new DataError(
      'UNKNOWN_FORMAT',
      `${path} is a binary file, not ${noun} in CSV, JSON (both also .gz), Parquet, feather or zip; unpack or export it as one`,
    );
  }
  const text = new TextDecoder(encoding).decode(content);
  if (text.trim() === '') throw new DataError('EMPTY_FILE', `${path} is empty`);
  return { size, text, isGzip, encoding, nHeadBytes };
}

/** By the byte order mark. */
function encodingOf(bytes: Buffer): CsvLayout['encoding'] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** The first bytes of a file. @param path - the file of sentences. */
export async function readHead(file: string, path: string): Promise<{ bytes: Buffer; size: number }> {
  try {
    const info = await stat(file);
    const unfit = unfitKind(info);
    if (unfit !== null) throw new DataError('FILE_UNREADABLE', `${path} cannot be read: ${unfit}`);
    const handle = await open(file, 'r');
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return { bytes: buffer.subarray(0, bytesRead), size: info.size };
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new DataError('FILE_NOT_FOUND', `${path} does not exist`, { cause });
    }
    throw new DataError('FILE_UNREADABLE', `${path} cannot be read: ${systemFault(cause)}`, { cause });
  }
}

/** The first bytes of what a gzip file holds. */
export async function unzipHead(path: string, bytes: Buffer): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of Readable.from([bytes]).pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }))) {
      pieces.push(piece as Buffer);
      length += (piece as Buffer).length;
      if (length >= UNPACKED_HEAD_BYTES) break;
    }
    return Buffer.concat(pieces);
  } catch (cause) {
    throw new DataError('FILE_UNREADABLE', `${path} cannot be read as gzip: ${gzipFault(cause)}`, { cause });
  }
}

/** Reads the header with the delimiter under which it names the most roles; a vendor's columns where there is no header. */
function readHeader(path: string, text: string, isWhole: boolean, options: NamingOptions) {
  const countNamed = (cells: readonly string[]): number => countRoles(renamed(trimmed(cells), options));
  const bytes = Buffer.from(text);
  let best = { nRoles: -1, delimiter: ',', records: [] as readonly HeadRecord[] };
  for (const delimiter of DELIMITERS) {
    const all: HeadRecord[] = [];
    const scanner = new CsvScanner(delimiter);
    scanner.push(bytes, isWhole, (record) => all.push({ line: record.line, cells: record.cells() }));
    if (all.length === 0) continue;
    const records = all.slice(headerIndex(all, countNamed));
    const nRoles = countNamed(records[0].cells);
    const isBetter =
      nRoles > best.nRoles || (nRoles === 0 && best.nRoles === 0 && headerless(records, options) !== null);
    if (isBetter) best = { nRoles, delimiter, records };
  }
  const { nRoles, delimiter, records } = best;
  const plain = { names: trimmed(records[0]?.cells), headerLine: records[0]?.line ?? 1, vendor: null };
  const header = nRoles > 0 ? (tickerHeader(path, records) ?? plain) : headerless(records, options);
  if (header === null) {
    throw new DataError('UNKNOWN_FORMAT', `${path} is not a file of bars: ${whyNot(plain.names, delimiter)}`);
  }
  checkRenamed(path, header.names, options);
  const rows = records.filter(({ line, cells }) => line > header.headerLine && cells[0]?.startsWith('#') !== true);
  const columnNames = withVolume(withClose(renamed(header.names, options)), rows);
  const mark = decimalOf({ path, delimiter, names: columnNames, rows }, options);
  return {
    ...mark,
    delimiter,
    hasThousands: hasThousands(rows, mark),
    vendor: header.vendor,
    stampedAt: /^(MetaTrader|HistData)/.test(header.vendor ?? '') ? ('open' as const) : null,
    // HistData documents Eastern Standard Time, without daylight saving.
    utcOffset: header.vendor?.startsWith('HistData') ? '-05:00' : '',
    headerLine: header.headerLine,
    columnNames,
    writtenNames: header.names,
    firstRow: rows[0]?.cells ?? null,
    firstValues: columnNames.map((_, j) => rows.find(({ cells }) => hasValue(cells[j], mark))?.cells[j] ?? ''),
  };
}

/** Whether a cell is not one of those that stand for no value. */
function hasValue(cell: string | undefined, mark: DecimalMark): boolean {
  return cell !== undefined && !Number.isNaN(parseValueCell(cell, mark) ?? 0);
}

/** The names of columns; the mark of a comment before the first one is no part of it. */
export function trimmed(cells: readonly string[] = []): readonly string[] {
  return cells.map((cell, j) => (j === 0 ? cell.replace(/^\s*#/, '') : cell).trim());
}

function whyNot(names: readonly string[], delimiter: string): string {
  const first = names.join(delimiter);
  if (isHistData(first.split(/[;,]/)[0])) {
    return 'its times are in the zone of the vendor, HistData or NinjaTrader: say --tz Etc/GMT+5 or --tz UTC';
  }
  const isNumbers = names.length > 1 && names.every((name) => parseNumber(name) !== null);
  return isNumbers
    ? 'its first line holds numbers, and must name the columns (timestamp,open,high,low,close,volume)'
    : `its first line names no column of bars: ${JSON.stringify(first.length > 80 ? `${first.slice(0, 77)}...` : first)}; --rename NAME=close and the like say which they are`;
}

/** Estimated number of rows of a file, null where its head has too few. */
export function estimateRows(text: string, nBytes: number, size: number): number | null {
  const nLines = text.split('\n').length;
  return nLines < 3 ? null : Math.round((nLines / nBytes) * size);
}
