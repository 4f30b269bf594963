import { DataError, show } from '../../core/index.ts';
import { sharedFloats, sharedSigned, sharedTimes } from '../../math/index.ts';
import { type FetchedRows, NUMBER_FIELDS, type NumberField } from '../bar-rows.ts';
import { isGroupedCell, parseNumberCell, parseSideCell, parseVolumeCell, SIGNAL_RULE } from '../cells.ts';
import { otherSide, type Roles, sameSideRule } from '../column-roles.ts';
import { parseValueCell, VALUE_RULE } from '../columns/value-cells.ts';
import { SymbolColumn } from '../rows/symbol-column.ts';
import { type TimeCell, TimeReader } from '../time-cells.ts';
import type { CsvRecord } from './csv-scanner.ts';
import { checkRecordShape } from './csv-stream.ts';
import type { CsvLayout } from './layouts.ts';
import { plainNumber, QuickTimes, quickInteger } from './quick-cells.ts';
import { RowLines } from './row-lines.ts';
import { type TimeColumn, timeTextOf } from './times/time-column.ts';
import type { TimeTexts } from './times/time-texts.ts';

/** Rows that a column has room for at least, and at most, before the first one is read; it doubles. Room that is not used takes no memory. */
const LEAST_ROOM = 4096;
const MOST_ROOM = 1 << 24;
const MINUS = 45;

/** Where what is read of a CSV file stands. */
export interface ReadPlaces {
  readonly roles: Roles;
  readonly time: TimeColumn;
  /** The index of each wanted column that the file has. */
  readonly values: ReadonlyMap<string, number>;
}

/** The rows of a CSV file as columns, in the order of the file: cells are read, the rules of a bar are not checked. */
export class RowColumns {
  readonly #layout: CsvLayout;
  readonly #roles: Roles;
  /** A second column of sides, which must agree. */
  readonly #otherSide: number | null;
  readonly #timeColumn: TimeColumn;
  readonly #texts: TimeTexts;
  readonly #fields: readonly NumberField[];
  readonly #separator: number;
  readonly #quick = new QuickTimes();
  #kind: TimeCell['kind'] | null = null;
  #room: number;
  #time: BigInt64Array;
  readonly #lines = new RowLines();
  #side: Int8Array;
  readonly #numbers: Float64Array[];
  /** Names and indices of the wanted columns, and their values. */
  readonly #wanted: readonly (readonly [name: string, index: number])[];
  readonly #values: Float64Array[];
  readonly #symbols: SymbolColumn | null;
  /** Whether the first volume is empty; all must be then, and the file has none. */
  hasEmptyVolume = false;
  nRows = 0;

  /** @param texts - reads the times of `places.time`. */
  constructor(layout: CsvLayout, places: ReadPlaces, texts: TimeTexts) {
    const { roles } = places;
    this.#timeColumn = places.time;
    this.#texts = texts;
    this.#layout = layout;
    this.#roles = roles;
    this.#otherSide = otherSide(layout.columnNames, roles);
    this.#separator = layout.decimal.charCodeAt(0);
    // Without a volume its bought part means nothing.
    this.#fields = NUMBER_FIELDS.filter(
      (name) => roles[name] !== undefined && (name !== 'takerBuyVolume' || roles.volume !== undefined),
    );
    this.#symbols = roles.symbol === undefined ? null : new SymbolColumn();
    const guess = Math.ceil(1.1 * (layout.estimatedRows ?? 0));
    this.#room = Math.min(Math.max(guess, LEAST_ROOM), MOST_ROOM);
    this.#time = sharedTimes(this.#room);
    this.#side = sharedSigned(this.#room);
    this.#numbers = this.#fields.map(() => sharedFloats(this.#room));
    this.#wanted = [...places.values];
    this.#values = this.#wanted.map(() => sharedFloats(this.#room));
  }

  /** @throws {DataError} BAD_ROW for a record of another shape, and for a cell of the wrong kind. */
  add(record: CsvRecord): void {
    checkRecordShape(this.#layout, record);
    if (this.nRows === this.#room) this.#resize(2 * this.#room);
    const i = this.nRows;
    this.#time[i] = this.#readTime(record);
    for (let j = 0; j < this.#fields.length; j++) this.#numbers[j][i] = this.#readNumber(record, this.#fields[j]);
    for (let j = 0; j < this.#wanted.length; j++) this.#values[j][i] = this.#readValue(record, this.#wanted[j][1]);
    if (this.#roles.signal !== undefined) this.#side[i] = this.#readSide(record, this.#roles.signal);
    this.#symbols?.add(record.cell(this.#roles.symbol ?? 0));
    this.#lines.add(i, record.line);
    this.nRows++;
  }

  /** What was recognised, in short phrases. */
  get notes(): string[] {
    return this.hasEmptyVolume ? ['volumes are empty'] : [];
  }

  /** The physical line of a row (0-based). */
  lineOf(row: number): number {
    return this.#lines.of(row);
  }

  /**
   * The columns, on shared memory, where they were read.
   *
   * @throws {DataError} BAD_ROW for a time that the clock of its zone showed twice, where the order of rows does not settle it.
   */
  finish(): FetchedRows {
    const n = this.nRows;
    const unsettled = this.#texts.settle(this.#time.subarray(0, n));
    if (unsettled !== null) {
      const { row, rule, text } = unsettled;
      throw this.#fault(this.lineOf(row), this.#timeColumn.time, rule, text);
    }
    if (n < this.#room / 2) this.#resize(n);
    const numbers = this.#fields.map((field, j) => [field, this.#numbers[j].subarray(0, n)] as const);
    return {
      time: this.#time.subarray(0, n),
      timeKind: this.#kind ?? 'integer',
      numbers: Object.fromEntries(numbers),
      values: new Map(this.#wanted.map(([name], j) => [name, this.#values[j].subarray(0, n)])),
      side: this.#roles.signal === undefined ? null : this.#side.subarray(0, n),
      symbols: this.#symbols?.finish() ?? null,
    };
  }

  /** @param room - for all rows that were read, at least. */
  #resize(room: number): void {
    const moved = <T extends { set(from: T): void; subarray(start: number, end: number): T }>(from: T, to: T): T => {
      to.set(from.subarray(0, this.nRows));
      return to;
    };
    this.#room = room;
    this.#time = moved(this.#time, sharedTimes(room));
    this.#side = moved(this.#side, sharedSigned(room));
    for (const columns of [this.#numbers, this.#values]) {
      for (let j = 0; j < columns.length; j++) columns[j] = moved(columns[j], sharedFloats(room));
    }
  }

  #readTime(record: CsvRecord): bigint {
    const quick = this.#quickTime(record);
    if (quick !== null) return quick;
    const text = this.timeText(record);
    const cell = this.#texts.read(text, this.nRows);
    if (typeof cell === 'string') throw this.#badTime(record, cell);
    this.#kind ??= cell.kind;
    if (cell.kind !== this.#kind) throw this.#badTime(record, this.#otherKind(cell));
    return cell.value;
  }

  /** The time of a form that is read without a text of its own; null for all others, and for what the first row is not. */
  #quickTime(record: CsvRecord): bigint | null {
    const { time, clock } = this.#timeColumn;
    if (!this.#texts.isPlain || clock !== null) return null;
    const { bytes, bounds } = record;
    const start = bounds[2 * time];
    const end = bounds[2 * time + 1];
    if (this.#kind === 'integer') return quickInteger(bytes, start, end);
    const ns = this.#kind === 'iso-8601' ? this.#quick.read(bytes, start, end) : null;
    // A clock without an offset is read by what is known of its zone, and is said to be one.
    return ns !== null && this.#quick.isLocal && !this.#texts.isUtc ? null : ns;
  }

  /** The whole time, which may stand in two columns. */
  timeText(record: CsvRecord): string {
    return timeTextOf(record, this.#timeColumn);
  }

  /** The rule that a time of another kind than the first breaks. */
  #otherKind(cell: TimeCell): string {
    const times = new TimeReader();
    times.read(this.#kind ?? cell.kind, this.#time[0]);
    return String(times.read(cell.kind, cell.value));
  }

  #readNumber(record: CsvRecord, field: NumberField): number {
    const index = this.#roles[field] ?? 0;
    const { bytes, bounds } = record;
    const quick = plainNumber(bytes, bounds[2 * index], bounds[2 * index + 1], this.#separator);
    if (!Number.isNaN(quick) && !this.hasEmptyVolume) return quick;
    if (field === 'volume' && this.#isEmptyVolume(record, index)) return 0;
    const isVolume = field === 'volume' || field === 'takerBuyVolume';
    const parse = isVolume ? parseVolumeCell : parseNumberCell;
    const value = parse(record.cell(index), this.#layout);
    if (value === null) throw this.#badCell(record, index, numberRule(record.cell(index)));
    return value;
  }

  #isEmptyVolume(record: CsvRecord, index: number): boolean {
    const isEmpty = record.cell(index).trim() === '';
    if (this.nRows === 0) this.hasEmptyVolume = isEmpty;
    if (this.hasEmptyVolume && !isEmpty) throw this.#badCell(record, index, 'empty like the rows before it');
    return this.hasEmptyVolume;
  }

  /** The value of a wanted column, NaN where there is none. */
  #readValue(record: CsvRecord, index: number): number {
    const { bytes, bounds } = record;
    const [start, end] = [bounds[2 * index], bounds[2 * index + 1]];
    const isNegative = bytes[start] === MINUS;
    const quick = plainNumber(bytes, isNegative ? start + 1 : start, end, this.#separator);
    if (!Number.isNaN(quick)) return isNegative ? -quick : quick;
    const value = parseValueCell(record.cell(index), this.#layout);
    if (value === null) throw this.#badCell(record, index, valueRule(record.cell(index)));
    return value;
  }

  #readSide(record: CsvRecord, index: number): number {
    const side = parseSideCell(record.cell(index));
    if (side === null) throw this.#badCell(record, index, SIGNAL_RULE);
    const other = this.#otherSide;
    if (other !== null && parseSideCell(record.cell(other)) !== side)
      throw this.#badCell(record, other, sameSideRule(this.#layout.columnNames[index]));
    return side;
  }

  #badTime(record: CsvRecord, rule: string): DataError {
    return this.#badCell(record, this.#roles.time ?? 0, rule, this.timeText(record));
  }

  #badCell(record: CsvRecord, index: number, rule: string, text: string = record.cell(index)): DataError {
    return this.#fault(record.line, index, rule, text);
  }

  #fault(line: number, index: number, rule: string, text: string): DataError {
    const { path, columnNames } = this.#layout;
    const received = text.trim() === '' ? 'empty' : show(text);
    return new DataError('BAD_ROW', `${path} line ${line}: ${columnNames[index]} must be ${rule}, was ${received}`);
  }
}

function numberRule(text: string): string {
  return isGroupedCell(text) ? 'a number whose decimals are known: add --decimal . or --decimal ,' : 'a number';
}

function valueRule(text: string): string {
  return isGroupedCell(text) ? numberRule(text) : VALUE_RULE;
}
