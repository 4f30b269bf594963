import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { DataError } from '../../core/index.ts';
import { tooLarge, unpackedBound } from '../file-bounds.ts';
import { type CsvRecord, CsvScanner, lengthRule } from './csv-scanner.ts';
import { gzipFault } from './gzip-fault.ts';
import type { CsvLayout } from './layouts.ts';

const LF = 10;
/** Size of one read, bytes. */

const CHUNK = 1 << 18;

/**
 * Visits the records of a CSV file after its header, gzipped or not; memory grows with the longest record, not with the file.
 *
 * @param visit - called with each record, which is used again for the next; what it throws ends the reading.
 * @throws {DataError} FILE_UNREADABLE when the file or its compression is damaged, or unpacks to too much; BAD_ROW for a line
 * that is too long.
 */
export async function visitRecords(layout: CsvLayout, visit: (record: CsvRecord) => void): Promise<void> {
  const { path, delimiter, limits, headerLine, encoding } = layout;
  const scanner = new CsvScanner(delimiter, limits.lineBytes);
  const decoder = new TextDecoder(encoding);
  const visitRow = (record: CsvRecord): void => {
    if (record.line > headerLine && !record.isComment()) visit(record);
  };
  for await (const bytes of encoding === 'utf-8' ? wholeLines(streamBytes(layout)) : streamBytes(layout)) {
    scanner.push(decoder.decode(bytes, { stream: true }), false, visitRow);
    if (scanner.nPending <= limits.lineBytes) continue;
    throw new DataError('BAD_ROW', `${path} line ${scanner.line} must ${lengthRule(limits.lineBytes)}`);
  }
  scanner.push(decoder.decode(), true, visitRow);
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

/** Cuts the bytes behind the last line end of each piece, so that the scanner has little to join. */
async function* wholeLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array | null = null;
  for await (const piece of pieces) {
    const end = piece.lastIndexOf(LF) + 1;
    if (end === 0) {
      // No line ends here; the scanner bounds how long one may be.
      if (rest !== null) yield rest;
      rest = null;
      yield piece;
      continue;
    }
    yield rest === null ? piece.subarray(0, end) : Buffer.concat([rest, piece.subarray(0, end)]);
    rest = piece.subarray(end);
  }
  if (rest !== null) yield rest;
}

async function* streamBytes(layout: CsvLayout): AsyncGenerator<Uint8Array> {
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
