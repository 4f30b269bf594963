import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { DataError } from '../../core/index.ts';
import { gzipFault } from './gzip-fault.ts';

/** One record of a CSV file: the 1-based physical line it starts on, its cells, and what its quotes must do, to follow `line N must`; null when they are fine. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
  readonly fault: string | null;
}

const QUOTE = 34;
const LF = 10;
const CR = 13;
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
  #text = '';
  #at = 0;
  #line = 1;
  #nextLine = 1;

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** Scans the next piece of text. @param isLast - nothing follows. @returns the records that it completes. */
  push(piece: string, isLast: boolean): CsvRecord[] {
    this.#text = this.#text.slice(this.#at) + piece;
    this.#at = 0;
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
    let at = this.#at;
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

/**
 * Streams the records of a CSV file, gzipped or not, in batches; memory grows with the longest record, not with the file.
 *
 * @throws {DataError} FILE_UNREADABLE when the file or its compression is damaged.
 */
export async function* streamCsvRecords(
  path: string,
  delimiter: string,
  isGzip: boolean,
): AsyncGenerator<readonly CsvRecord[]> {
  const scanner = new CsvScanner(delimiter);
  const decoder = new TextDecoder('utf-8');
  for await (const bytes of streamBytes(path, isGzip)) {
    const records = scanner.push(decoder.decode(bytes, { stream: true }), false);
    if (records.length > 0) yield records;
  }
  yield scanner.push(decoder.decode(), true);
}

/**
 * Decompresses a gzip file and drops the bytes: DuckDB verifies no checksum and reads a cut file as a shorter one.
 *
 * @throws {DataError} FILE_UNREADABLE when the file or its compression is damaged.
 */
export async function verifyGzip(path: string): Promise<void> {
  for await (const bytes of streamBytes(path, true)) void bytes;
}

async function* streamBytes(path: string, isGzip: boolean): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: CHUNK });
  const source = isGzip ? file.pipe(createGunzip({ chunkSize: CHUNK })) : file;
  file.on('error', (error) => source.destroy(error));
  try {
    for await (const bytes of source) yield bytes;
  } catch (cause) {
    const what = isGzip ? 'cannot be read as gzip' : 'cannot be read';
    throw new DataError('FILE_UNREADABLE', `${path} ${what}: ${gzipFault(cause)}`, { cause });
  } finally {
    file.destroy();
  }
}
