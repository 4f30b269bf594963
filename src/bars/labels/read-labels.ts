import { parseNumberCell } from '../cells.ts';
import { withPlainFile } from '../containers/plain-file.ts';
import { checkRecordShape, visitRecords } from '../csv/csv-stream.ts';
import type { CsvLayout } from '../csv/layouts.ts';
import { fileTexts } from '../csv/times/file-texts.ts';
import type { TimeTexts } from '../csv/times/time-texts.ts';
import type { FileLimits } from '../file-bounds.ts';
import { sniffFile } from '../file-layout.ts';
import { TimeReader } from '../time-cells.ts';
import { findLabelColumns } from './label-columns.ts';
import { badRow, type LabelFile, type LabelOptions, LabelTable, type TimeOrRule } from './label-rows.ts';
import { readParquetLabels } from './parquet-labels.ts';

/**
 * Reads labels that a user made himself: `t0, t1` (`ts_event` of bars, in every form that bars may have), `side` (-1 or 1), `label`
 * (0 or 1) and `return` (gross, simple, in the direction of the side). CSV or Parquet, also in the containers of bars.
 *
 * @param options - as for bars; what they say of columns that are not here is ignored.
 * @throws {DataError} naming the file, and for a bad row its line, the broken rule and the value.
 */
export async function readLabels(path: string, options: LabelOptions = {}, limits?: FileLimits): Promise<LabelFile> {
  return withPlainFile(path, limits, async ({ file }) => {
    const naming = { rename: options.rename, elsewhere: Object.keys(options.rename ?? {}) };
    const layout = await sniffFile(path, limits, naming, file);
    return layout.format === 'csv' ? readCsvLabels(layout, options) : readParquetLabels(layout, options);
  });
}

async function readCsvLabels(layout: CsvLayout, options: LabelOptions): Promise<LabelFile> {
  const { path, columnNames, writtenNames } = layout;
  const places = findLabelColumns(path, columnNames);
  const starts = await fileTexts(layout, { time: places.t0, clock: null }, options);
  const ends = await fileTexts(layout, { time: places.t1, clock: null }, options);
  const reader = new TimeReader();
  const table = new LabelTable();
  await visitRecords(layout, (record) => {
    checkRecordShape(layout, record);
    const row = table.nRows;
    const where = `${path} line ${record.line}`;
    table.add({
      where,
      t0: readTime(starts, reader, record.cell(places.t0), row),
      t1: readTime(ends, reader, record.cell(places.t1), row),
      side: record.cell(places.side),
      label: record.cell(places.label),
      ret: record.cell(places.ret),
      number: (text) => parseNumberCell(text, layout),
    });
    refuseTwice(starts, where, 't0', record.cell(places.t0));
    refuseTwice(ends, where, 't1', record.cell(places.t1));
  });
  return { ...table.finish(path, options), names: writtenNames };
}

function readTime(texts: TimeTexts, reader: TimeReader, text: string, row: number): TimeOrRule {
  const cell = texts.read(text, row);
  return { text, read: typeof cell === 'string' ? cell : reader.read(cell.kind, cell.value) };
}

/** @throws {DataError} for a time that the clock of its zone showed twice: the order of events does not tell which it is. */
function refuseTwice(texts: TimeTexts, where: string, name: string, text: string): void {
  const { twiceRule } = texts;
  if (twiceRule !== null) throw badRow(where, name, twiceRule, text);
}
