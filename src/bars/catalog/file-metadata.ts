import type { DuckDBConnection } from '@duckdb/node-api';
import { loadPart } from '../../runtime/index.ts';
import { sqlPath } from '../parquet/duckdb.ts';

/** Where Arrow keeps the schema of a table, with its own metadata. */
const ARROW_SCHEMA = 'ARROW:schema';

/**
 * What a Parquet file says of itself by key: in its own metadata, as NautilusTrader 1.x writes them, else in those of the Arrow schema, as
 * 2.x does.
 *
 * @param key - one that must be in the first for the second not to be read.
 * @throws {Ml4tError} MISSING_PART where packages that read an Arrow schema are not installed.
 */
export async function fileMetadata(
  connection: DuckDBConnection,
  file: string,
  key: string,
): Promise<ReadonlyMap<string, string>> {
  const sql = `SELECT decode(key), decode(value) FROM parquet_kv_metadata(${sqlPath(file)})`;
  const rows = (await connection.runAndReadAll(sql)).getRows();
  const own = new Map(rows.map(([name, value]) => [String(name), unquoted(String(value))]));
  const schema = own.get(ARROW_SCHEMA);
  if (own.has(key) || schema === undefined) return own;
  const { tableFromIPC } = await loadPart('feather', () => import('@uwdata/flechette'));
  const { metadata } = tableFromIPC(new Uint8Array(Buffer.from(schema, 'base64'))).schema;
  return new Map(Array.from(metadata ?? [], ([name, value]) => [name, unquoted(value)]));
}

/** Some writers put values in quotes. */
function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
