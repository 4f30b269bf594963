import type { CsvRecord } from '../csv-scanner.ts';

/** Where the time of a row stands. */
export interface TimeColumn {
  readonly time: number;
  /** The time of day, where `time` is the date alone. */
  readonly clock: number | null;
}

/** The whole time of a row. */
export function timeTextOf(record: CsvRecord, { time, clock }: TimeColumn): string {
  return clock === null ? record.cell(time) : `${record.cell(time).trim()} ${record.cell(clock).trim()}`;
}

const DATE_ONLY =
  /^(\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2})|\d{8}|\d{1,2}[- ][a-z]{3,9}[- ]\d{4})$/i;
const CLOCK_ONLY = /^(\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m)?|\d{4}|\d{6})$/i;

/**
 * The column of the time of day, where it stands beside the date.
 *
 * @param names - of the columns, as they are written. @param firstRow - their cells, which tell a time of day from a whole time.
 */
export function clockColumn(names: readonly string[], firstRow: readonly string[] | null): number | null {
  const plain = names.map((name) => name.toLowerCase().replace(/[<>]/g, ''));
  const [date, clock] = [plain.indexOf('date'), plain.indexOf('time')];
  if (date < 0 || clock < 0 || firstRow === null) return null;
  return isDateAndClock(firstRow[date] ?? '', firstRow[clock] ?? '') ? clock : null;
}

/** Whether two cells are a date and a time of day. */
export function isDateAndClock(date: string, clock: string): boolean {
  return DATE_ONLY.test(date.trim()) && CLOCK_ONLY.test(clock.trim());
}
