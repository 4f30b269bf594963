import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { DataError } from '../../core/index.ts';
import { BAR_BYTES, tooLarge, unpackedBound } from '../file-bounds.ts';
import { gzipFault } from './gzip-fault.ts';
import type { CsvLayout } from './layouts.ts';

/** One record of a CSV file: the 1-based physical line it starts on, its cells, and what its quotes must do, to follow `line N must`; null when they are fine. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
  readonly fault: string | null;
}

const QUOTE = 34;
const LF = 10;
const CR = 13;
const LINE_END = /[\r\n]/;
/** Length from which a quote that is still open counts as never closed, characters. Other records have no limit. */
export const MAX_RECORD = 1 << 20;
/** Size of one read, bytes. */
const CHUNK = 1 << 18;

/**
 * Cuts CSV text into records, counting physical lines: quotes as in RFC 4180, lines that end in CRLF, LF or CR. Blank lines are
 * counted and skipped. Reads headers, signal files, and files of bars that DuckDB could not read.
 */
export class CsvScanner {
  readonly #delimiter: number;
  readonly #lineBytes: number;
  #text = '';
  #at = 0;
  #line = 1;
  #nextLine = 1;

  /** @param lineBytes - maximum length of a record without a fault. */
  constructor(delimiter: string, lineBytes = Infinity) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#lineBytes = lineBytes;
  }

  /** Number of characters that wait for the end of their record. */
  get nPending(): number {
    return this.#text.length - this.#at;
  }

  /** 1-based physical line of the next record. */
  get line(): number {
    return this.#line;
  }

  /** Scans the next piece of text. @param isLast - nothing follows. @returns the records that it completes. */
  push(piece: string, isLast: boolean): CsvRecord[] {
    const isOneLine = this.nPending > 0 && !this.#text.endsWith('\r') && !LINE_END.test(piece);
    this.#text = this.#text.slice(this.#at) + piece;
    this.#at = 0;
    if (isOneLine && !isLast) return []; // a long line is not scanned again with every piece of it
    const records: CsvRecord[] = [];
    while (this.#at < this.#text.length) {
      const record = this.#scanRecord(isLast);
      if (record === null) break;
      this.#line = this.#nextLine;
      const isBlank = record.cells.length === 1 && record.fault === null && record.cells[0].trim() === '';
      if (!isBlank) records.push(record);
    }
    return records;
  }

  /** Scans one record from `#at`, or returns null (and stays) when its end is not in the text yet. */
  #scanRecord(isLast: boolean): CsvRecord | null {
    const text = this.#text;
    const cells: string[] = [];
    const line = this.#line;
    this.#nextLine = line;
    let fault: string | null = null;
    const from = this.#at;
    let at = from;
    for (;;) {
      let end = at;
      if (text.charCodeAt(at) === QUOTE) {
        end = this.#closingQuote(at);
        if (end < 0 && !isLast && text.length - this.#at < MAX_RECORD) return null;
        if (end < 0) return this.#skipToEnd(line, cells);
        cells.push(text.slice(at + 1, end).replaceAll('""', '"'));
        end++;
        if (!this.#endsCell(end)) fault = 'have nothing between a closing quote and the next delimiter';
        while (!this.#endsCell(end)) end++;
      } else {
        while (!this.#endsCell(end)) end++;
        cells.push(text.slice(at, end));
      }
      if (text.charCodeAt(end) === this.#delimiter && end < text.length) {
        at = end + 1;
        continue;
      }
      const isCutShort = end >= text.length || (text.charCodeAt(end) === CR && end + 1 === text.length);
      if (isCutShort && !isLast) return null;
      this.#at = text.charCodeAt(end) === CR && text.charCodeAt(end + 1) === LF ? end + 2 : end + 1;
      this.#nextLine++;
      if (end - from > this.#lineBytes) fault = lengthRule(this.#lineBytes);
      return { line, cells, fault };
    }
  }

  #endsCell(at: number): boolean {
    if (at >= this.#text.length) return true;
    const code = this.#text.charCodeAt(at);
    return code === this.#delimiter || code === LF || code === CR;
  }

  /** The index of the quote that closes the one at `start` (a doubled one does not), or -1; counts the lines in between. */
  #closingQuote(start: number): number {
    for (let at = start + 1; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === LF || (code === CR && this.#text.charCodeAt(at + 1) !== LF)) this.#nextLine++;
      if (code !== QUOTE) continue;
      if (this.#text.charCodeAt(at + 1) !== QUOTE) return at;
      at++;
    }
    return -1;
  }

  #skipToEnd(line: number, cells: readonly string[]): CsvRecord {
    this.#at = this.#text.length;
    return { line, cells, fault: 'close every quote it opens' };
  }
}

/** What a line must be, to follow `line N must`. */
function lengthRule(lineBytes: number): string {
  return `be at most ${lineBytes} bytes long (limits.line_bytes)`;
}

/**
 * Streams the records of a CSV file, gzipped or not, in batches; memory grows with the longest record, not with the file.
 *
 * @throws {DataError} FILE_UNREADABLE when the file or its compression is damaged, or unpacks to too much; BAD_ROW for a line
 * that is too long.
 */
export async function* streamCsvRecords(layout: CsvLayout): AsyncGenerator<readonly CsvRecord[]> {
  const { path, delimiter, limits } = layout;
  const scanner = new CsvScanner(delimiter, limits.lineBytes);
  const decoder = new TextDecoder(layout.encoding);
  for await (const bytes of streamBytes(layout)) {
    const records = scanner.push(decoder.decode(bytes, { stream: true }), false);
    if (records.length > 0) yield records;
    if (scanner.nPending <= limits.lineBytes) continue;
    throw new DataError('BAD_ROW', `${path} line ${scanner.line} must ${lengthRule(limits.lineBytes)}`);
  }
  yield scanner.push(decoder.decode(), true);
}

/**
 * Decompresses a gzip file and drops the bytes: DuckDB verifies no checksum, reads a cut file as a shorter one, and unpacks
 * without a bound.
 *
 * @throws {DataError} FILE_UNREADABLE when the file or its compression is damaged, or unpacks to too much.
 */
export async function verifyGzip(layout: CsvLayout): Promise<void> {
  const maxLines = Math.floor(unpackedBound(layout) / BAR_BYTES);
  let nLines = 0;
  for await (const bytes of streamBytes(layout)) {
    for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) nLines++;
    if (nLines > maxLines) throw tooLarge(layout, `more than ${maxLines} lines`);
  }
}

async function* streamBytes(layout: CsvLayout): AsyncGenerator<Uint8Array> {
  const { path, isGzip } = layout;
  const bound = isGzip ? unpackedBound(layout) : Infinity;
  let nBytes = 0;
  const file = createReadStream(path, { highWaterMark: CHUNK });
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
