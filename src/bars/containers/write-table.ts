import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Number of rows in one write. */
const ROWS_AT_ONCE = 4096;

/** Writes a table as CSV, which the one reader of CSV reads; null and undefined become empty cells. */
export async function writeTable(
  target: string,
  names: readonly string[],
  rows: Iterable<readonly unknown[]>,
): Promise<void> {
  await pipeline(Readable.from(pieces(names, rows)), createWriteStream(target, { mode: 0o600 }));
}

function* pieces(names: readonly string[], rows: Iterable<readonly unknown[]>): Generator<string> {
  let lines = [lineOf(names)];
  for (const row of rows) {
    lines.push(lineOf(row));
    if (lines.length < ROWS_AT_ONCE) continue;
    yield `${lines.join('\n')}\n`;
    lines = [];
  }
  yield `${lines.join('\n')}\n`;
}

function lineOf(row: readonly unknown[]): string {
  return row.map(cellOf).join(',');
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
