import { constants, copyFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nanosecondColumns } from './nanosecond-times.ts';

const UTC = 1;
const NOT_UTC = 2;

/** A Parquet file whose times of nanoseconds keep every digit when DuckDB reads them. */
export interface ExactFile {
  readonly file: string;
  /** Names of the columns that are UTC, and that DuckDB takes for times without a zone. */
  readonly utcColumns: ReadonlySet<string>;
}

/**
 * Hands `work` a file with the same rows in which DuckDB reads every digit of a time: of UTC times in nanoseconds, as pandas and
 * NautilusTrader 2.x write them, it drops the last three. Such a file is copied to a directory of its own, which is removed when `work` has
 * ended, and its footer says there that they are not UTC, which keeps them.
 */
export async function withExactTimes<T>(file: string, work: (exact: ExactFile) => Promise<T>): Promise<T> {
  const utc = (await nanosecondColumns(file)).filter(({ isUtc }) => isUtc);
  if (utc.length === 0) return work({ file, utcColumns: new Set() });
  const directory = await mkdtemp(join(tmpdir(), 'ml4t-'));
  try {
    const copy = join(directory, 'exact.parquet');
    await copyFile(file, copy, constants.COPYFILE_FICLONE);
    await setFlags(copy, utc, NOT_UTC);
    return await work({ file: copy, utcColumns: new Set(utc.map(({ name }) => name)) });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Declares columns of nanoseconds that DuckDB wrote as UTC, in place. @param names - of the columns. */
export async function declareUtc(file: string, names: readonly string[]): Promise<void> {
  const columns = (await nanosecondColumns(file)).filter(({ name, isUtc }) => names.includes(name) && !isUtc);
  await setFlags(file, columns, UTC);
}

async function setFlags(
  file: string,
  columns: readonly { readonly flagAt: number }[],
  flag: typeof UTC | typeof NOT_UTC,
): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    for (const { flagAt } of columns) {
      const byte = Buffer.alloc(1);
      await handle.read(byte, 0, 1, flagAt);
      byte[0] = (byte[0] & 0xf0) | flag;
      await handle.write(byte, 0, 1, flagAt);
    }
  } finally {
    await handle.close();
  }
}
