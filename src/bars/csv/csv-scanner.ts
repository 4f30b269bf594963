/**
 * One record of a CSV file. The scanner uses it again for the next one, so nothing of it is kept: its cells are read by offset,
 * because most become numbers without ever being a text.
 */
export class CsvRecord {
  /** 1-based physical line it starts on. */
  line = 0;
  nCells = 0;
  /** What its quotes or its length must be, to follow `line N must`; null when they are fine. */
  fault: string | null = null;
  /** The UTF-8 bytes that its cells stand in. */
  bytes: Buffer = Buffer.alloc(0);
  /** Where each cell starts and ends in `bytes`, its quotes left out: two entries a cell. */
  readonly bounds: number[] = [];

  /** @returns the text of a cell, quotes undone. */
  cell(index: number): string {
    const start = this.bounds[2 * index];
    const cell = this.bytes.toString('utf8', start, this.bounds[2 * index + 1]);
    return this.bytes[start - 1] === QUOTE ? cell.replaceAll('""', '"') : cell;
  }

  /** Whether it begins with `#`. */
  isComment(): boolean {
    return this.nCells > 0 && this.bytes[this.bounds[0]] === HASH;
  }

  cells(): string[] {
    return Array.from({ length: this.nCells }, (_, index) => this.cell(index));
  }

  /** Adds a cell. */
  push(start: number, end: number): void {
    this.bounds[2 * this.nCells] = start;
    this.bounds[2 * this.nCells + 1] = end;
    this.nCells++;
  }
}

const HASH = 35;
const QUOTE = 34;
const LF = 10;
const CR = 13;
/** Length from which a quote that is still open counts as never closed, bytes. Other records have no limit. */
const MAX_RECORD = 1 << 20;

/**
 * Cuts CSV in UTF-8 into records, counting physical lines: quotes as in RFC 4180, lines that end in CRLF, LF or CR. Blank lines are
 * counted and skipped. Everything that is read as CSV is read by it: headers, bars and signals.
 */
export class CsvScanner {
  readonly #delimiter: number;
  readonly #lineBytes: number;
  readonly #record = new CsvRecord();
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #line = 1;
  #nextLine = 1;

  /** @param delimiter - one character of ASCII. @param lineBytes - maximum length of a record without a fault. */
  constructor(delimiter: string, lineBytes = Infinity) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#lineBytes = lineBytes;
  }

  /** Number of bytes that wait for the end of their record. */
  get nPending(): number {
    return this.#bytes.length - this.#at;
  }

  /** 1-based physical line of the next record. */
  get line(): number {
    return this.#line;
  }

  /**
   * Scans the next piece.
   *
   * @param piece - must not change while a record of it is visited. @param isLast - nothing follows. @param visit - called with each
   * record that it completes.
   */
  push(piece: Buffer, isLast: boolean, visit: (record: CsvRecord) => void): void {
    const isOneLine = this.nPending > 0 && this.#bytes.at(-1) !== CR && !piece.includes(LF) && !piece.includes(CR);
    this.#bytes = this.nPending === 0 ? piece : Buffer.concat([this.#bytes.subarray(this.#at), piece]);
    this.#at = 0;
    if (isOneLine && !isLast) return; // a long line is not scanned again with every piece of it
    const record = this.#record;
    record.bytes = this.#bytes;
    while (this.#at < this.#bytes.length) {
      if (!this.#scanRecord(isLast)) break;
      this.#line = this.#nextLine;
      const isBlank = record.nCells === 1 && record.fault === null && record.cell(0).trim() === '';
      if (!isBlank) visit(record);
    }
  }

  /** Scans one record from `#at`, or returns false (and stays) when its end is not in the bytes yet. */
  #scanRecord(isLast: boolean): boolean {
    const bytes = this.#bytes;
    const delimiter = this.#delimiter;
    const record = this.#record;
    const from = this.#at;
    record.line = this.#line;
    record.nCells = 0;
    record.fault = null;
    this.#nextLine = this.#line;
    let at = from;
    for (;;) {
      let end = at;
      if (bytes[at] === QUOTE) {
        end = this.#closingQuote(at);
        if (end < 0 && !isLast && bytes.length - from < MAX_RECORD) return false;
        if (end < 0) return this.#skipToEnd();
        record.push(at + 1, end);
        end++;
        if (!this.#endsCell(end)) record.fault = 'have nothing between a closing quote and the next delimiter';
        while (!this.#endsCell(end)) end++;
      } else {
        for (; end < bytes.length; end++) {
          const code = bytes[end];
          if (code === delimiter || code === LF || code === CR) break;
        }
        record.push(at, end);
      }
      const code = bytes[end];
      if (code === delimiter) {
        at = end + 1;
        continue;
      }
      const isCutShort = end >= bytes.length || (code === CR && end + 1 === bytes.length);
      if (isCutShort && !isLast) return false;
      this.#at = code === CR && bytes[end + 1] === LF ? end + 2 : end + 1;
      this.#nextLine++;
      if (end - from > this.#lineBytes) record.fault = lengthRule(this.#lineBytes);
      return true;
    }
  }

  #endsCell(at: number): boolean {
    if (at >= this.#bytes.length) return true;
    const code = this.#bytes[at];
    return code === this.#delimiter || code === LF || code === CR;
  }

  /** The index of the quote that closes the one at `start` (a doubled one does not), or -1; counts the lines in between. */
  #closingQuote(start: number): number {
    const bytes = this.#bytes;
    for (let at = start + 1; at < bytes.length; at++) {
      const code = bytes[at];
      if (code === LF || (code === CR && bytes[at + 1] !== LF)) this.#nextLine++;
      if (code !== QUOTE) continue;
      if (bytes[at + 1] !== QUOTE) return at;
      at++;
    }
    return -1;
  }

  #skipToEnd(): boolean {
    this.#at = this.#bytes.length;
    this.#record.fault = 'close every quote it opens';
    return true;
  }
}

/** What a line must be, to follow `line N must`. */
export function lengthRule(lineBytes: number): string {
  return `be at most ${lineBytes} bytes long (limits.line_bytes)`;
}
