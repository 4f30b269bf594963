import { DataError, show } from '../../core/index.ts';
import type { RowFault } from '../bar-rows.ts';
import type { Roles } from '../column-roles.ts';
import type { CsvRecord } from './csv-scanner.ts';
import { visitRecords } from './csv-stream.ts';
import type { CsvLayout } from './layouts.ts';
import type { RowColumns } from './row-columns.ts';

/** The error of a rule that a row breaks, or the rows together; the row is read again, because only numbers are kept. */
export async function rowFault(
  layout: CsvLayout,
  roles: Roles,
  columns: RowColumns,
  fault: RowFault,
): Promise<DataError> {
  if (fault.field === 'symbol') return new DataError('UNKNOWN_FORMAT', `${layout.path} ${fault.rule}`);
  const { index, field } = fault;
  const isTime = field === 'tsEvent';
  const column = roles[isTime ? 'time' : (field as keyof Roles)] ?? 0;
  const line = columns.lineOf(index);
  const textOf = (record: CsvRecord): string => (isTime ? columns.timeText(record) : record.cell(column));
  const [before, text] = await textsAt(layout, textOf, [columns.lineOf(index - 1), line]);
  const isOrder = isTime && /^(?:after|the only) /.test(fault.rule);
  const rule = fault.rule.replace(/the row before it(?: \([^)]*\))?/, `the row before it (${before.trim()})`);
  const received = isOrder ? text.trim() : show(isTime ? text : fault.received);
  return new DataError(
    'BAD_ROW',
    `${layout.path} line ${line}: ${layout.columnNames[column]} must be ${rule}, was ${received}`,
  );
}

/** The rule of a fault, where times name no zone with the zone first: the clock may have been put back. */
export function zonedRule({ rule, isClockBack = false }: RowFault, isWithoutZone: boolean): string {
  if (!isClockBack || !isWithoutZone) return rule;
  return rule
    .replace('another has other values; remove', 'where the clock was put back add --tz ZONE; else remove')
    .replace('or sorted by --sort', 'in the zone of --tz where the clock was put back, or sorted by --sort');
}

/** The texts on some lines, read again because only numbers are kept. */
async function textsAt(
  layout: CsvLayout,
  textOf: (record: CsvRecord) => string,
  lines: readonly number[],
): Promise<string[]> {
  const texts = lines.map(() => '');
  const look = (record: CsvRecord): void => {
    const k = lines.indexOf(record.line);
    if (k >= 0) texts[k] = textOf(record);
  };
  // The rows after the fault may end the reading.
  await visitRecords(layout, look).catch(() => undefined);
  return texts;
}
