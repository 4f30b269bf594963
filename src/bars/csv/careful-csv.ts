import { DataError, show } from '../../core/index.ts';
import { allocateBarColumns, type BarColumns, type BarFault, findBarFault } from '../../domain/index.ts';
import { NUMBER_FIELDS, type NumberField } from '../bar-rows.ts';
import { parseNumberCell, parseSideCell, SIGNAL_RULE } from '../cells.ts';
import type { Roles } from '../column-roles.ts';
import { repairOhlc } from '../file-bars.ts';
import { parseTimeCell, TIME_RULE, TimeReader, type TimeUnit } from '../time-cells.ts';
import { type CsvRecord, streamCsvRecords } from './csv-records.ts';
import type { CsvLayout } from './layouts.ts';

/** Number of rows between two calls of `onRows`. */
const PROGRESS_ROWS = 10_000;

export interface CarefulBars {
  readonly columns: BarColumns;
  /** (nBars,) the side of each bar, or null where the file has none. */
  readonly side: Int8Array | null;
  readonly timeUnit: TimeUnit;
  readonly nRepaired: number;
}

/**
 * Reads a CSV file row by row, slowly, with the physical line of every row: so it finds the line of a fault after the fast
 * reader failed, and reads where DuckDB is not installed.
 *
 * @param onRows - called now and then with the number of rows read.
 * @throws {DataError} BAD_ROW at the first bad row, naming its line, the rule and the value; EMPTY_FILE without rows.
 */
export async function readCsvCarefully(
  layout: CsvLayout,
  roles: Roles,
  allowOhlcRepair: boolean,
  onRows: (nRows: number) => void = () => undefined,
): Promise<CarefulBars> {
  const reader = new CarefulReader(layout, roles, allowOhlcRepair);
  for await (const record of dataRecords(layout)) {
    reader.add(record);
    if (reader.nRows % PROGRESS_ROWS === 0) onRows(reader.nRows);
  }
  return reader.finish();
}

/** The physical line of row `row` (0-based; the header and blank lines are no rows). */
export async function locateCsvRow(layout: CsvLayout, row: number): Promise<number> {
  let index = 0;
  for await (const record of dataRecords(layout)) {
    if (index === row) return record.line;
    index++;
  }
  return layout.headerLine;
}

/** The records after the header, in order. */
export async function* dataRecords(layout: CsvLayout): AsyncGenerator<CsvRecord> {
  for await (const records of streamCsvRecords(layout)) {
    for (const record of records) if (record.line > layout.headerLine) yield record;
  }
}

/** @throws {DataError} BAD_ROW unless the record has well-formed quotes and as many cells as the header. */
export function checkRecordShape(layout: CsvLayout, record: CsvRecord): void {
  const where = `${layout.path} line ${record.line}`;
  if (record.fault !== null) throw new DataError('BAD_ROW', `${where} must ${record.fault}`);
  const nWanted = layout.columnNames.length;
  const nCells = record.cells.length;
  // A delimiter at the end of a line adds an empty cell, which is ignored.
  const isFine = nCells === nWanted || (nCells === nWanted + 1 && record.cells[nWanted] === '');
  if (!isFine) throw new DataError('BAD_ROW', `${where} must have ${nWanted} cells like the header, has ${nCells}`);
}

class CarefulReader {
  readonly #layout: CsvLayout;
  readonly #roles: Roles;
  readonly #repair: boolean;
  readonly #fields: readonly NumberField[];
  readonly #times = new TimeReader();
  readonly #rows: number[][];
  readonly #tsEvent: bigint[] = [];
  readonly #side: number[] = [];
  /** The previous bar and this one, so that the domain checks the rules of a bar. */
  readonly #pair: BarColumns;
  #previousTime = '';
  #nRepaired = 0;

  constructor(layout: CsvLayout, roles: Roles, repair: boolean) {
    this.#layout = layout;
    this.#roles = roles;
    this.#repair = repair;
    const hasTaker = roles.takerBuyVolume !== undefined && roles.volume !== undefined;
    this.#fields = NUMBER_FIELDS.filter((name) => roles[name] !== undefined && (name !== 'takerBuyVolume' || hasTaker));
    this.#rows = this.#fields.map(() => []);
    this.#pair = allocateBarColumns(2, hasTaker);
  }

  get nRows(): number {
    return this.#tsEvent.length;
  }

  add(record: CsvRecord): void {
    checkRecordShape(this.#layout, record);
    const pair = this.#pair;
    for (const column of Object.values(pair)) column?.copyWithin(0, 1);
    pair.tsEvent[1] = this.#readTime(record);
    for (const field of this.#fields) column(pair, field)[1] = this.#readNumber(record, field);
    const one = lastOf(pair);
    if (this.#repair) this.#nRepaired += repairOhlc(one);
    const fault = findBarFault(this.#tsEvent.length === 0 ? one : pair);
    if (fault !== null) throw this.#barFault(record, fault);
    if (this.#roles.signal !== undefined) this.#side.push(this.#readSide(record));
    this.#tsEvent.push(pair.tsEvent[1]);
    for (let j = 0; j < this.#fields.length; j++) this.#rows[j].push(column(pair, this.#fields[j])[1]);
    this.#previousTime = record.cells[this.#roles.time ?? 0].trim();
  }

  finish(): CarefulBars {
    const n = this.#tsEvent.length;
    const timeUnit = this.#times.unit;
    if (n === 0 || timeUnit === null) {
      throw new DataError('EMPTY_FILE', `${this.#layout.path} has a header but no bars`);
    }
    const columns = allocateBarColumns(n, this.#pair.takerBuyVolume !== null, true);
    columns.tsEvent.set(this.#tsEvent);
    for (let j = 0; j < this.#fields.length; j++) column(columns, this.#fields[j]).set(this.#rows[j]);
    const side = this.#roles.signal === undefined ? null : Int8Array.from(this.#side);
    return { columns, side, timeUnit, nRepaired: this.#nRepaired };
  }

  #readTime(record: CsvRecord): bigint {
    const { name, text } = this.#cell(record, this.#roles.time);
    const cell = parseTimeCell(text);
    const ns = cell === null ? TIME_RULE : this.#times.read(cell.kind, cell.value);
    if (typeof ns === 'string') throw this.#badCell(record, name, ns, text);
    return ns;
  }

  #readNumber(record: CsvRecord, field: NumberField): number {
    const { name, text } = this.#cell(record, this.#roles[field]);
    const value = parseNumberCell(text, this.#layout.decimal);
    if (value === null) throw this.#badCell(record, name, 'a number', text);
    return value;
  }

  #readSide(record: CsvRecord): number {
    const { name, text } = this.#cell(record, this.#roles.signal);
    const side = parseSideCell(text);
    if (side === null) throw this.#badCell(record, name, SIGNAL_RULE, text);
    return side;
  }

  #cell(record: CsvRecord, index = 0): { name: string; text: string } {
    return { name: this.#layout.columnNames[index], text: record.cells[index] };
  }

  #badCell(record: CsvRecord, name: string, rule: string, text: string): DataError {
    const received = text.trim() === '' ? 'empty' : show(text);
    return new DataError(
      'BAD_ROW',
      `${this.#layout.path} line ${record.line}: ${name} must be ${rule}, was ${received}`,
    );
  }

  #barFault(record: CsvRecord, fault: BarFault): DataError {
    const isTime = fault.field === 'tsEvent';
    const { name, text } = this.#cell(record, this.#roles[isTime ? 'time' : (fault.field as NumberField)]);
    const rule = isTime ? `after the row before it (${this.#previousTime})` : fault.rule;
    const received = isTime ? text.trim() : show(fault.received);
    return new DataError(
      'BAD_ROW',
      `${this.#layout.path} line ${record.line}: ${name} must be ${rule}, was ${received}`,
    );
  }
}

function column(columns: BarColumns, field: NumberField): Float64Array {
  return columns[field] ?? columns.volume;
}

/** The second row of a pair, as a view. */
function lastOf(pair: BarColumns): BarColumns {
  return {
    tsEvent: pair.tsEvent.subarray(1),
    open: pair.open.subarray(1),
    high: pair.high.subarray(1),
    low: pair.low.subarray(1),
    close: pair.close.subarray(1),
    volume: pair.volume.subarray(1),
    takerBuyVolume: pair.takerBuyVolume?.subarray(1) ?? null,
  };
}
