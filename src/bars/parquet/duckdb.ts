import { resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { Ml4tError } from '../../core/index.ts';
import { installLine, loadPart, packagesOf } from '../../runtime/index.ts';

type DuckDbModule = Pick<typeof import('@duckdb/node-api'), 'DuckDBInstance'>;

/** Keeps DuckDB from downloading an extension, whatever a path looks like. */
const SAFE = { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' };

/**
 * Runs `work` on an in-memory DuckDB and closes it afterwards. The package is loaded here, on first use.
 *
 * @param load - how the package is imported; a test replaces it.
 * @throws {Ml4tError} MISSING_PART with the command that installs the optional package, where it is missing or does not load.
 */
export async function withDuckDb<T>(
  work: (connection: DuckDBConnection) => Promise<T>,
  load: () => Promise<DuckDbModule> = () => import('@duckdb/node-api'),
): Promise<T> {
  const { DuckDBInstance } = await loadDuckDb(load);
  const instance = await DuckDBInstance.create(':memory:', SAFE);
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

async function loadDuckDb(load: () => Promise<DuckDbModule>): Promise<DuckDbModule> {
  try {
    return await loadPart('parquet', load);
  } catch (cause) {
    if (cause instanceof Ml4tError) throw cause;
    const command = installLine(packagesOf(['parquet']));
    throw new Ml4tError('MISSING_PART', `DuckDB does not load (${firstLine(cause)}); run ${command}`, { cause });
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
