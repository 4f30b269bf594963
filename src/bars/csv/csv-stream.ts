import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { DataError } from '../../core/index.ts';
import { tooLarge, unpackedBound } from '../file-bounds.ts';
import { type CsvRecord, CsvScanner, lengthRule } from './csv-scanner.ts';
import { gzipFault } from './gzip-fault.ts';
import type { CsvLayout } from './layouts.ts';

/** Size of one read, bytes. */
const CHUNK = 1 << 18;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Visits the records of a CSV file after its header, gzipped or not; memory grows with the longest record, not with the file.
 *
 * @param visit - called with each record, which is used again for the next; what it throws ends the reading.
 * @param afterPiece - awaited after the records of each piece of the file, so that what they gave can be passed on.
 * @throws {DataError} FILE_UNREADABLE when the file or its compression is damaged, or unpacks to too much; BAD_ROW for a line
 * that is too long.
 */
export async function visitRecords(
  layout: CsvLayout,
  visit: (record: CsvRecord) => void,
  afterPiece?: () => Promise<void>,
): Promise<void> {
  const { path, delimiter, limits, headerLine } = layout;
  const scanner = new CsvScanner(delimiter, limits.lineBytes);
  const visitRow = (record: CsvRecord): void => {
    if (record.line > headerLine && !record.isComment()) visit(record);
  };
  for await (const piece of utf8Pieces(layout)) {
    scanner.push(piece, false, visitRow);
    if (afterPiece !== undefined) await afterPiece();
    if (scanner.nPending <= limits.lineBytes) continue;
    throw new DataError('BAD_ROW', `${path} line ${scanner.line} must ${lengthRule(limits.lineBytes)}`);
  }
  scanner.push(Buffer.alloc(0), true, visitRow);
  if (afterPiece !== undefined) await afterPiece();
}

/** @throws {DataError} BAD_ROW unless the record has well-formed quotes and as many cells as the header. */
export function checkRecordShape(layout: CsvLayout, record: CsvRecord): void {
  const { fault, nCells } = record;
  const nWanted = layout.columnNames.length;
  if (fault === null && nCells === nWanted) return;
  const where = `${layout.path} line ${record.line}`;
  if (fault !== null) throw new DataError('BAD_ROW', `${where} must ${fault}`);
  // A delimiter at the end of a line adds an empty cell, which is ignored.
  if (nCells === nWanted + 1 && record.cell(nWanted) === '') return;
  throw new DataError('BAD_ROW', `${where} must have ${nWanted} cells like the header, has ${nCells}`);
}

/** The content in UTF-8, without its byte order mark. */
async function* utf8Pieces(layout: CsvLayout): AsyncGenerator<Buffer> {
  if (layout.encoding === 'utf-8') {
    let isFirst = true;
    for await (const piece of streamBytes(layout)) {
      yield isFirst && piece.indexOf(BYTE_ORDER_MARK) === 0 ? piece.subarray(BYTE_ORDER_MARK.length) : piece;
      isFirst = false;
    }
    return;
  }
  const decoder = new TextDecoder(layout.encoding);
  for await (const piece of streamBytes(layout)) yield Buffer.from(decoder.decode(piece, { stream: true }));
  yield Buffer.from(decoder.decode());
}

async function* streamBytes(layout: CsvLayout): AsyncGenerator<Buffer> {
  const { path, isGzip } = layout;
  const bound = isGzip ? unpackedBound(layout) : Infinity;
  let nBytes = 0;
  const file = createReadStream(layout.file, { highWaterMark: CHUNK });
  const source = isGzip ? file.pipe(createGunzip({ chunkSize: CHUNK })) : file;
  file.on('error', (error) => source.destroy(error));
  try {
    for await (const bytes of source) {
      nBytes += bytes.length;
      if (nBytes > bound) throw tooLarge(layout, 'more');
      yield bytes;
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const what = isGzip ? 'cannot be read as gzip' : 'cannot be read';
    throw new DataError('FILE_UNREADABLE', `${path} ${what}: ${gzipFault(cause)}`, { cause });
  } finally {
    file.destroy();
  }
}
