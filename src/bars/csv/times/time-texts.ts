import { type IntegerUnit, unitOf } from '../../../core/index.ts';
import type { ReadOptions } from '../../read-options.ts';
import { EARLY_RULE, parseTimeCell, TIME_RULE, type TimeCell } from '../../time-cells.ts';
import type { CsvLayout } from '../layouts.ts';
import { dateOrderOf, orderRule } from './date-order.ts';
import { type FoldedRow, settleFolds } from './folds.ts';
import { isCompactDate, isUnit, otherReading, readInUnit } from './integer-times.ts';
import { isZone, LocalTimes, namesOffset } from './local-times.ts';
import type { TimeColumn } from './time-column.ts';
import { timeFormatReader } from './time-format.ts';
import { type DateOrder, isYearLast, vendorTime } from './vendor-time.ts';

/** Seconds of 1971: numbers below are days or row numbers. */
const FIRST_SECOND = 31_536_000;
/** The name of a zone behind a time, as Interactive Brokers write it. */
const NAMED_ZONE = /^(.*\d) ([A-Z][A-Za-z]+\/[A-Za-z_/+-]+\d*)$/;
const COMPACT_DIGITS = [8, 10, 12, 14];

/** How the dates of one file are written. */
interface Dates {
  readonly order: DateOrder | null;
  /** Whether the dates themselves show it, and not the vendor's layout. */
  readonly isShown: boolean;
}

/**
 * Finds how the times of a file are read; where only its dates can show whether the day or the month comes first, it is read once for that.
 *
 * @throws {DataError} BAD_ROW when some dates show the one order and others the other.
 * @throws {ConditionError} for a format or a zone that is none.
 */
export async function timeTextsOf(
  layout: CsvLayout,
  column: TimeColumn,
  options: Pick<ReadOptions, 'timeFormat' | 'tz'>,
): Promise<TimeTexts> {
  if (/^(gmt|local) time$/i.test(layout.columnNames[column.time]))
    return new TimeTexts(layout, { order: 'day first', isShown: false }, options);
  const isOpen = options.timeFormat === undefined && isYearLast(layout.firstRow?.[column.time] ?? '');
  const order = isOpen ? await dateOrderOf(layout, column) : null;
  return new TimeTexts(layout, { order, isShown: order !== null }, options);
}

/** Reads the times of one CSV file as text: by the caller's format and zone, else as the vendor writes them. */
export class TimeTexts {
  readonly #format: { readonly rule: string; readonly read: (text: string) => string | null } | null;
  /** The unit that was stated for integers, or that of the first one with decimals. */
  unit: IntegerUnit | null;
  readonly #hasUnit: boolean;
  readonly #zone: LocalTimes | null;
  /** The zone that the times name. */
  #named: { readonly name: string; readonly zone: LocalTimes } | null = null;
  readonly #utcOffset: string;
  readonly #dates: Dates;
  readonly #zoneNote: string;
  readonly #folded: FoldedRow[] = [];
  #hasLocal = false;

  constructor({ utcOffset }: CsvLayout, dates: Dates, { timeFormat, tz }: Pick<ReadOptions, 'timeFormat' | 'tz'>) {
    this.unit = timeFormat !== undefined && isUnit(timeFormat) ? timeFormat : null;
    this.#hasUnit = this.unit !== null;
    this.#format =
      timeFormat === undefined || this.#hasUnit
        ? null
        : { rule: `written as ${timeFormat}`, read: timeFormatReader(timeFormat) };
    this.#zone = tz === undefined ? null : new LocalTimes(tz);
    this.#utcOffset = this.#zone === null ? utcOffset : '';
    this.#dates = dates;
    this.#zoneNote = `times without a zone read as ${tz ?? `UTC${this.#utcOffset}`}`;
  }

  /** Whether nothing was said of how times are written. */
  get isPlain(): boolean {
    return this.#format === null && !this.#hasUnit;
  }

  /** Whether the order of day and month is known by the dates alone. */
  get isOrderShown(): boolean {
    return this.#dates.isShown;
  }

  /** Whether times without an offset are known to be there, and are those of UTC. */
  get isUtc(): boolean {
    return this.#hasLocal && this.#zone === null && this.#utcOffset === '';
  }

  /** The rule that a time breaks which the clock showed twice; null where none did so far. */
  get twiceRule(): string | null {
    const zone = this.#named?.zone ?? this.#zone;
    return zone === null || this.#folded.length === 0 ? null : zone.twiceRule;
  }

  /** What was recognised, in short phrases. */
  get notes(): string[] {
    const { order, isShown } = this.#dates;
    return [...(isShown ? [`dates with the ${order}`] : []), ...(this.#hasLocal ? [this.#zoneNote] : [])];
  }

  /** @param row - of the file, 0-based. @returns the time, or the rule that the text breaks. */
  read(text: string, row: number): TimeCell | string {
    if (this.#hasUnit && this.unit !== null) return readInUnit(text, this.unit);
    if (this.#format !== null) {
      const iso = this.#format.read(text);
      return iso === null ? this.#format.rule : this.#inZone(iso, parseTimeCell(iso), text, row);
    }
    const cell = parseTimeCell(text);
    if (cell === null || (cell.kind === 'integer' && COMPACT_DIGITS.includes(text.trim().length)))
      return this.#readUncertain(text, cell, row);
    if (cell.kind === 'fraction') this.unit ??= unitOf(BigInt(text.split('.')[0].trim()));
    return cell.kind === 'iso-8601' ? this.#inZone(text, cell, text, row) : cell;
  }

  /**
   * Replaces the times that the clock showed twice, which the order of rows settles.
   *
   * @param time - (nRows,) of all rows that were read. @returns the first that stays unsettled, and its rule; null without one.
   */
  settle(time: BigInt64Array): (FoldedRow & { readonly rule: string }) | null {
    const zone = this.#named?.zone ?? this.#zone;
    const row = zone === null ? null : settleFolds(time, this.#folded);
    return zone === null || row === null ? null : { ...row, rule: zone.twiceRule };
  }

  /** Reads digits that may spell a date, and texts that are no time of ISO-8601. */
  #readUncertain(text: string, cell: TimeCell | null, row: number): TimeCell | string {
    const digits = text.trim();
    // Files of UNIX time whose first digits happen to spell a date are refused, too.
    const rule = cell === null || row > 0 ? null : otherReading(digits);
    if (rule !== null) return rule;
    if (cell !== null && !isCompactDate(digits)) return cell;
    const named = NAMED_ZONE.exec(digits);
    if (named !== null) return this.#inNamedZone(named[1], named[2], row);
    const iso = vendorTime(text, this.#dates.order);
    return iso === null ? this.#ruleOf(text) : this.#inZone(iso, parseTimeCell(iso), text, row);
  }

  #ruleOf(text: string): string {
    if (isYearLast(text)) return this.#dates.order === null ? orderRule(text) : `a date with the ${this.#dates.order}`;
    const number = Number(text.trim().replace(',', '.'));
    if (text.trim() !== '' && Math.abs(number) < FIRST_SECOND) return EARLY_RULE;
    return /\d/.test(text) ? `${TIME_RULE}, or as --time-format says` : TIME_RULE;
  }

  /** @param iso - the time in ISO-8601. @param cell - what it reads as in UTC; null for no date of the calendar. */
  #inZone(iso: string, cell: TimeCell | null, text: string, row: number): TimeCell | string {
    if (cell === null) return this.#format?.rule ?? this.#ruleOf(text);
    // Asked once in most files: each row costs as much as reading it.
    if (this.isUtc) return cell;
    if (namesOffset(iso)) return cell;
    this.#hasLocal = true;
    if (this.#zone === null)
      return this.#utcOffset === '' ? cell : (parseTimeCell(`${iso}${this.#utcOffset}`) ?? TIME_RULE);
    return this.#toUtc(this.#zone, cell.value, text, row);
  }

  #inNamedZone(clock: string, name: string, row: number): TimeCell | string {
    this.#named ??= isZone(name) ? { name, zone: new LocalTimes(name) } : null;
    if (this.#named?.name !== name) return 'in one zone that is known (America/New_York)';
    const cell = parseTimeCell(vendorTime(clock, this.#dates.order) ?? clock);
    return cell === null ? TIME_RULE : this.#toUtc(this.#named.zone, cell.value, `${clock} ${name}`, row);
  }

  #toUtc(zone: LocalTimes, local: bigint, text: string, row: number): TimeCell | string {
    const utc = zone.toUtc(local);
    if (typeof utc === 'string') return utc;
    if (typeof utc === 'bigint') return { kind: 'iso-8601', value: utc };
    const [early, late] = utc;
    this.#folded.push({ row, text, early, late });
    return { kind: 'iso-8601', value: early };
  }
}
