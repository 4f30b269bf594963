import { resolveRoles } from '../column-roles.ts';
import { withPlainFile } from '../containers/plain-file.ts';
import { visitRecords } from '../csv/csv-stream.ts';
import type { CsvLayout } from '../csv/layouts.ts';
import type { FileLimits } from '../file-bounds.ts';
import { sniffFile } from '../file-layout.ts';
import { sqlName, sqlPath, withDuckDb } from '../parquet/duckdb.ts';
import type { ReadOptions } from '../read-options.ts';
import { SymbolColumn } from './symbol-column.ts';

/**
 * The symbols in a file of bars, sorted; empty for a file without a column of them.
 *
 * @throws {DataError} when the file cannot be read.
 */
export async function readSymbols(path: string, options: ReadOptions = {}, limits?: FileLimits): Promise<string[]> {
  const names = await withPlainFile(path, limits, async ({ file }) => {
    const layout = await sniffFile(path, limits, options, file);
    return layout.format === 'csv' ? symbolsOfCsv(layout) : symbolsOfParquet(path, file);
  });
  return [...names].sort();
}

async function symbolsOfCsv(layout: CsvLayout): Promise<readonly string[]> {
  const column = resolveRoles(layout.path, layout.columnNames, [], 'close').symbol;
  if (column === undefined) return [];
  const symbols = new SymbolColumn();
  await visitRecords(layout, (record) => {
    if (record.nCells > column) symbols.add(record.cell(column));
  });
  return symbols.finish().names;
}

function symbolsOfParquet(path: string, file: string): Promise<readonly string[]> {
  return withDuckDb(async (connection) => {
    const source = `read_parquet(${sqlPath(file)}, hive_partitioning = false)`;
    const columns = (await connection.runAndReadAll(`SELECT * FROM ${source} LIMIT 0`)).columnNames();
    const column = resolveRoles(path, columns, [], 'close').symbol;
    if (column === undefined) return [];
    const sql = `SELECT DISTINCT trim(CAST(${sqlName(columns[column])} AS VARCHAR)) FROM ${source}`;
    return (await connection.runAndReadAll(sql)).getRows().map(([name]) => String(name ?? ''));
  });
}
