import type { ReadOptions } from '../../read-options.ts';
import type { CsvLayout } from '../layouts.ts';
import type { TimeColumn } from './time-column.ts';
import { type TimeTexts, timeTextsOf } from './time-texts.ts';

/** How the times of a file beside the bars are read: by the format of the bars where the first one has it, else as if none was said. */
export async function fileTexts(
  layout: CsvLayout,
  column: TimeColumn,
  { timeFormat, tz }: Pick<ReadOptions, 'timeFormat' | 'tz'>,
): Promise<TimeTexts> {
  const texts = (): Promise<TimeTexts> => timeTextsOf(layout, column, { timeFormat, tz });
  const { firstRow } = layout;
  if (timeFormat === undefined || firstRow === null) return texts();
  const first = [firstRow[column.time], ...(column.clock === null ? [] : [firstRow[column.clock]])].join(' ');
  const isOther = typeof (await texts()).read(first, 0) === 'string';
  return isOther ? timeTextsOf(layout, column, { tz }) : texts();
}
