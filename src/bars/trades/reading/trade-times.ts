import { type IntegerUnit, NS_PER_UNIT, unitOf, unitRange } from '../../../core/index.ts';
import type { CsvRecord } from '../../csv/csv-scanner.ts';
import { QuickTimes, quickInteger } from '../../csv/quick-cells.ts';
import { type TimeColumn, timeTextOf } from '../../csv/times/time-column.ts';
import type { TimeTexts } from '../../csv/times/time-texts.ts';
import { type TimeCell, type TimeKind, TimeReader, type TimeUnit } from '../../time-cells.ts';

const T = 84;
/** BitMEX writes it between day and clock: `2018-12-01D00:00:02.123456000`. */
const D = 68;

/** Turns times into nanoseconds one after the other, integers of one unit, or of milliseconds and microseconds as Binance has them. */
export class NanosReader {
  readonly #times = new TimeReader();
  #from = 0;
  #below = 0;
  #unitNs = 1n;

  get unit(): TimeUnit | null {
    return this.#times.unit;
  }

  /** @returns UNIX ns, or the rule that the time breaks. */
  read(kind: TimeKind, value: bigint): bigint | string {
    if (kind !== 'integer') return this.#times.read(kind, value);
    const size = Number(value);
    if (size >= this.#from && size < this.#below) return value * this.#unitNs;
    const ns = this.#times.read(kind, value);
    if (typeof ns === 'string') return ns;
    const unit: IntegerUnit = unitOf(value) ?? 'ns';
    ({ first: this.#from, end: this.#below } = unitRange(unit));
    this.#unitNs = NS_PER_UNIT[unit];
    return ns;
  }
}

/** Reads the times of one CSV file of trades. */
export class TradeTimes {
  readonly #column: TimeColumn;
  readonly #texts: TimeTexts;
  readonly #nanos = new NanosReader();
  readonly #quick = new QuickTimes();
  #kind: TimeCell['kind'] | null = null;
  #nRows = 0;

  /** @param texts - reads the times of the column as text. */
  constructor(column: TimeColumn, texts: TimeTexts) {
    this.#column = column;
    this.#texts = texts;
  }

  /** How the file writes its times; null before the first. */
  get unit(): TimeUnit | null {
    return this.#nanos.unit;
  }

  /** What was recognised, in short phrases. */
  get notes(): readonly string[] {
    return this.#texts.notes;
  }

  textOf(record: CsvRecord): string {
    return timeTextOf(record, this.#column);
  }

  /** @returns UNIX ns, or the rule that the time breaks. */
  read(record: CsvRecord): bigint | string {
    const row = this.#nRows++;
    const quick = this.#quickTime(record);
    if (quick !== null) return this.#nanos.read(this.#kind ?? 'integer', quick);
    const cell = this.#texts.read(this.textOf(record), row);
    if (typeof cell === 'string') return cell;
    // The order of all rows would settle it, and only a few are in memory.
    if (this.#texts.twiceRule !== null) return this.#texts.twiceRule;
    this.#kind ??= cell.kind;
    return this.#nanos.read(cell.kind, cell.value);
  }

  /** The time of a form that is read where it stands; null for all others, and for the first one. */
  #quickTime({ bytes, bounds }: CsvRecord): bigint | null {
    const { time, clock } = this.#column;
    const [start, end] = [bounds[2 * time], bounds[2 * time + 1]];
    if (bytes[start + 10] === D && end - start >= 19) bytes[start + 10] = T;
    if (!this.#texts.isPlain || clock !== null) return null;
    if (this.#kind === 'integer') return quickInteger(bytes, start, end);
    const ns = this.#kind === 'iso-8601' ? this.#quick.read(bytes, start, end) : null;
    // A clock without an offset is read by what is known of its zone, and is said to be one.
    return ns !== null && this.#quick.isLocal && !this.#texts.isUtc ? null : ns;
  }
}
