/**
 * One record of a CSV file. The scanner uses it again for the next one, so nothing of it is kept: its cells are read by offset,
 * because most become numbers without ever being a string.
 */
export class CsvRecord {
  /** 1-based physical line it starts on. */
  line = 0;
  nCells = 0;
  /** What its quotes or its length must be, to follow `line N must`; null when they are fine. */
  fault: string | null = null;
  /** The text that its cells stand in. */
  text = '';
  /** Where each cell starts and ends in `text`, its quotes left out: two entries a cell. */
  readonly bounds: number[] = [];

  /** @returns the text of a cell, quotes undone. */
  cell(index: number): string {
    const start = this.bounds[2 * index];
    const cell = this.text.slice(start, this.bounds[2 * index + 1]);
    return this.text.charCodeAt(start - 1) === QUOTE ? cell.replaceAll('""', '"') : cell;
  }

  /** Whether it begins with `#`. */
  isComment(): boolean {
    return this.nCells > 0 && this.text.charCodeAt(this.bounds[0]) === HASH;
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
const LINE_END = /[\r\n]/;
/** Length from which a quote that is still open counts as never closed, characters. Other records have no limit. */
const MAX_RECORD = 1 << 20;

/**
 * Cuts CSV text into records, counting physical lines: quotes as in RFC 4180, lines that end in CRLF, LF or CR. Blank lines are
 * counted and skipped. Everything that is read as CSV is read by it: headers, bars and signals.
 */
export class CsvScanner {
  readonly #delimiter: number;
  readonly #lineBytes: number;
  readonly #record = new CsvRecord();
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

  /** Scans the next piece of text. @param isLast - nothing follows. @param visit - called with each record that it completes. */
  push(piece: string, isLast: boolean, visit: (record: CsvRecord) => void): void {
    const isOneLine = this.nPending > 0 && !this.#text.endsWith('\r') && !LINE_END.test(piece);
    // A joined string is read several times slower than one that comes whole.
    this.#text = this.nPending === 0 ? piece : this.#text.slice(this.#at) + piece;
    this.#at = 0;
    if (isOneLine && !isLast) return; // a long line is not scanned again with every piece of it
    const record = this.#record;
    record.text = this.#text;
    while (this.#at < this.#text.length) {
      if (!this.#scanRecord(isLast)) break;
      this.#line = this.#nextLine;
      const isBlank = record.nCells === 1 && record.fault === null && record.cell(0).trim() === '';
      if (!isBlank) visit(record);
    }
  }

  /** Scans one record from `#at`, or returns false (and stays) when its end is not in the text yet. */
  #scanRecord(isLast: boolean): boolean {
    const text = this.#text;
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
      if (text.charCodeAt(at) === QUOTE) {
        end = this.#closingQuote(at);
        if (end < 0 && !isLast && text.length - from < MAX_RECORD) return false;
        if (end < 0) return this.#skipToEnd();
        record.push(at + 1, end);
        end++;
        if (!this.#endsCell(end)) record.fault = 'have nothing between a closing quote and the next delimiter';
        while (!this.#endsCell(end)) end++;
      } else {
        for (; end < text.length; end++) {
          const code = text.charCodeAt(end);
          if (code === delimiter || code === LF || code === CR) break;
        }
        record.push(at, end);
      }
      const code = text.charCodeAt(end);
      if (code === delimiter) {
        at = end + 1;
        continue;
      }
      const isCutShort = end >= text.length || (code === CR && end + 1 === text.length);
      if (isCutShort && !isLast) return false;
      this.#at = code === CR && text.charCodeAt(end + 1) === LF ? end + 2 : end + 1;
      this.#nextLine++;
      if (end - from > this.#lineBytes) record.fault = lengthRule(this.#lineBytes);
      return true;
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

  #skipToEnd(): boolean {
    this.#at = this.#text.length;
    this.#record.fault = 'close every quote it opens';
    return true;
  }
}

/** What a line must be, to follow `line N must`. */
export function lengthRule(lineBytes: number): string {
  return `be at most ${lineBytes} bytes long (limits.line_bytes)`;
}
