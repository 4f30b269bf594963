import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkWritable, writeFileBy } from '../../runtime/index.ts';
import { sqlPath, sqlText, withDuckDb } from '../parquet/duckdb.ts';
import { BAR_LINE_COLUMNS } from './bar-lines.ts';
import { makeTradeBars, type TradeBarsOptions, type TradeBarsReport } from './make-trade-bars.ts';

/**
 * Makes bars of trades (see {@link makeTradeBars}) and writes them to a file: Parquet where its name ends with `.parquet`, else CSV. The file
 * appears whole or not at all.
 *
 * @throws {DataError} also FILE_UNWRITABLE; a file that was there stays as it was.
 */
export async function writeTradeBars(
  paths: readonly string[],
  out: string,
  options: TradeBarsOptions,
): Promise<TradeBarsReport> {
  if (!out.endsWith('.parquet')) return writeFileBy(out, (write) => makeTradeBars(paths, options, write));
  await checkWritable(out);
  const directory = await mkdtemp(join(tmpdir(), 'ml4t-'));
  try {
    const [lines, table] = [join(directory, 'bars.csv'), join(directory, 'bars.parquet')];
    const report = await writeFileBy(lines, (write) => makeTradeBars(paths, options, write));
    await convert(lines, table);
    await writeFileBy(out, async (write) => {
      for await (const piece of createReadStream(table)) await write(piece as Buffer);
    });
    return report;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Turns the lines into Parquet, in their order. */
async function convert(lines: string, table: string): Promise<void> {
  const types = Object.entries(BAR_LINE_COLUMNS).map(([name, type]) => `${sqlText(name)}: ${sqlText(type)}`);
  const rows = `read_csv(${sqlPath(lines)}, header = true, auto_detect = false, delim = ',', columns = {${types.join(', ')}})`;
  await withDuckDb(async (connection) => {
    await connection.run(`COPY (SELECT * FROM ${rows}) TO ${sqlText(table)} (FORMAT parquet)`);
  });
}
