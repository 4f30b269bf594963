import type { ReadOptions } from '../../read-options.ts';
import { parseTimeCell, TIME_RULE, type TimeCell } from '../../time-cells.ts';
import type { CsvLayout } from '../layouts.ts';
import { LocalTimes, namesOffset } from './local-times.ts';
import { timeFormatReader } from './time-format.ts';
import { vendorTime } from './vendor-time.ts';

/** Reads the times of one CSV file as text: by the caller's format and zone, else as the vendor writes them. */
export class TimeTexts {
  readonly #format: { readonly rule: string; readonly read: (text: string) => string | null } | null;
  readonly #zone: LocalTimes | null;
  readonly #utcOffset: string;
  readonly #isDayFirst: boolean;

  /** @throws {ConditionError} for a format or a zone that is none. */
  constructor({ utcOffset }: CsvLayout, timeName: string, { timeFormat, tz }: Pick<ReadOptions, 'timeFormat' | 'tz'>) {
    this.#format =
      timeFormat === undefined ? null : { rule: `written as ${timeFormat}`, read: timeFormatReader(timeFormat) };
    this.#zone = tz === undefined ? null : new LocalTimes(tz);
    this.#utcOffset = this.#zone === null ? utcOffset : '';
    this.#isDayFirst = /^(gmt|local) time$/i.test(timeName);
  }

  /** @returns the time, or the rule that the text breaks. */
  read(text: string): TimeCell | string {
    const cell = this.#format === null ? parseTimeCell(text) : null;
    if (cell !== null && (cell.kind !== 'iso-8601' || this.#zone === null)) return cell;
    const iso =
      this.#format === null ? (cell === null ? vendorTime(text, this.#isDayFirst) : text) : this.#format.read(text);
    const rule = this.#format?.rule ?? TIME_RULE;
    if (iso === null) return rule;
    const isLocal = !namesOffset(iso);
    const written = parseTimeCell(isLocal ? `${iso}${this.#utcOffset}` : iso);
    if (written === null || this.#zone === null || !isLocal) return written ?? rule;
    const value = this.#zone.toUtc(written.value);
    return typeof value === 'string' ? value : { kind: 'iso-8601', value };
  }
}
