const YEAR_FIRST = /^(\d{4})[./](\d{1,2})[./](\d{1,2})(?:[ T]+(\S.*))?$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})[ T]+(\S.*)$/;
const DAY_FIRST = /^(\d{1,2})\.(\d{1,2})\.(\d{4})[ T]+(\S.*)$/;
const CLOCK = /^(\d{1,2}):?(\d{2})(?::?(\d{2})(\.\d{1,9})?)?\s*(?:GMT|UTC)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * Writes a vendor's time as ISO-8601, where the order of its parts is certain: `2024.12.30 00:15`, `2024/12/30`, `20241230 001500`, and
 * `30.12.2024 00:15:00.000`, when `isDayFirst` says that the vendor writes so.
 *
 * @returns null for any other form; whether it is a date of the calendar is for the reader of ISO-8601.
 */
export function vendorTime(text: string, isDayFirst: boolean): string | null {
  const cell = text.trim();
  const dayFirst = isDayFirst ? DAY_FIRST.exec(cell) : null;
  const [, first, month, last, clock] = dayFirst ?? YEAR_FIRST.exec(cell) ?? COMPACT.exec(cell) ?? [];
  if (first === undefined) return null;
  const [year, day] = dayFirst === null ? [first, last] : [last, first];
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (clock === undefined) return date;
  const parts = CLOCK.exec(clock);
  if (parts === null) return null;
  const [, hour, minute, second = '00', fraction = '', offset = ''] = parts;
  return `${date}T${hour.padStart(2, '0')}:${minute}:${second}${fraction}${offset}`;
}

const DATE_ONLY = /^(\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{8})$/;
const CLOCK_ONLY = /^(\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?|\d{4}|\d{6})$/;

/**
 * The column of the clock, where date and time of day are two columns.
 *
 * @param names - of the columns, as they are written. @param firstRow - their cells, which tell a time of day from a whole time.
 */
export function clockColumn(names: readonly string[], firstRow: readonly string[] | null): number | null {
  const plain = names.map((name) => name.toLowerCase().replace(/[<>]/g, ''));
  const [date, clock] = [plain.indexOf('date'), plain.indexOf('time')];
  if (date < 0 || clock < 0 || firstRow === null) return null;
  const isPair = DATE_ONLY.test(firstRow[date]?.trim() ?? '') && CLOCK_ONLY.test(firstRow[clock]?.trim() ?? '');
  return isPair ? clock : null;
}
