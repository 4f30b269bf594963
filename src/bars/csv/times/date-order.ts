import { DataError } from '../../../core/index.ts';
import type { CsvRecord } from '../csv-scanner.ts';
import { visitRecords } from '../csv-stream.ts';
import type { CsvLayout } from '../layouts.ts';
import { type TimeColumn, timeTextOf } from './time-column.ts';
import { type DateOrder, YEAR_AT_END } from './vendor-time.ts';

const LAST_MONTH = 12;

/** The rule that such a date breaks where nothing shows its order: it names the formats that it may have. */
export function orderRule(text: string): string {
  const [, , separator, , year, clock] = YEAR_AT_END.exec(text) ?? [];
  const isShort = year?.length === 2;
  const orders = [
    ['d', 'm', isShort ? 'y' : 'Y'],
    ['m', 'd', isShort ? 'y' : 'Y'],
    ...(isShort ? [['y', 'm', 'd']] : []),
  ];
  const time = clockFormat(clock ?? '');
  const formats = orders.map((words) => `"${words.map((word) => `%${word}`).join(separator)}${time}"`);
  return `a date that shows which is the day: say --time-format ${formats.join(' or ')}, as it is written`;
}

/** The clock behind a date, in strftime's words. */
function clockFormat(text: string): string {
  return text
    .replace(/^( *)\d{6}$/, '$1%H%M%S')
    .replace(/^( *)\d{4}$/, '$1%H%M')
    .replace(/^(\D*)\d{1,2}(?=:.*[ap]m\s*$)/i, '$1%I')
    .replace(/^(\D*)\d{1,2}(?=:)/, '$1%H')
    .replace(/:\d{2}/, ':%M')
    .replace(/:\d{2}/, ':%S')
    .replace(/(?<=%S\.)\d+/, '%f')
    .replace(/[ap]m\s*$/i, '%p');
}

/** The order that one date shows: its day is above 12. With two digits the year may come first, which only a day in the middle excludes. */
function shownOrder(text: string): DateOrder | null {
  const [, first, , second, year] = YEAR_AT_END.exec(text) ?? [];
  if (first === undefined || Number(first) > LAST_MONTH === Number(second) > LAST_MONTH) return null;
  if (Number(second) > LAST_MONTH) return 'month first';
  return year.length === 4 ? 'day first' : null;
}

/**
 * The order of day and month in the dates of a file; it is read once for this.
 *
 * @returns null where no date shows it.
 * @throws {DataError} BAD_ROW when one date shows the one order and another the other.
 */
export async function dateOrderOf(layout: CsvLayout, column: TimeColumn): Promise<DateOrder | null> {
  const { path, columnNames } = layout;
  let found: { readonly order: DateOrder; readonly line: number } | null = null;
  const look = (record: CsvRecord): void => {
    if (record.nCells <= Math.max(column.time, column.clock ?? 0)) return;
    const text = timeTextOf(record, column);
    const order = shownOrder(text);
    if (order === null) return;
    found ??= { order, line: record.line };
    if (found.order === order) return;
    const rule = `a date with the ${found.order} like line ${found.line}, was ${text.trim()}`;
    throw new DataError('BAD_ROW', `${path} line ${record.line}: ${columnNames[column.time]} must be ${rule}`);
  };
  await visitRecords(layout, look);
  return (found as { readonly order: DateOrder } | null)?.order ?? null;
}
