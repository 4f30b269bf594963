import { resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { DataError } from '../core/index.ts';

type DuckDbModule = Pick<typeof import('@duckdb/node-api'), 'DuckDBInstance'>;

/** Keeps DuckDB from downloading an extension, whatever a path looks like. */
const SAFE = { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' };

/**
 * Runs `work` on an in-memory DuckDB and closes it afterwards. The package is loaded here, on first use.
 *
 * @param load - how the package is imported; a test replaces it.
 * @throws {DataError} FILE_UNREADABLE with the command that installs the optional package, where it is missing.
 */
export async function withDuckDb<T>(
  work: (connection: DuckDBConnection) => Promise<T>,
  load: () => Promise<DuckDbModule> = () => import('@duckdb/node-api'),
): Promise<T> {
  let duckdb: DuckDbModule;
  try {
    duckdb = await load();
  } catch (cause) {
    const message = 'reading bar files needs the optional package DuckDB: run `npm install @duckdb/node-api`';
    throw new DataError('FILE_UNREADABLE', message, { cause });
  }
  const instance = await duckdb.DuckDBInstance.create(':memory:', SAFE);
  try {
    const connection = await instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** A SQL string literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A SQL identifier, quoted. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A file as a SQL literal: absolute, so that `~` is no home directory, and escaped, so that nothing expands as a pattern. */
export function sqlPath(path: string): string {
  return sqlText(resolve(path).replace(/[[\]*?]/g, '[$&]'));
}

/** The first line of an error, for the end of a sentence. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0].trim();
}
