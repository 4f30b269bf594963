import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test } from 'vitest';
import { Rng } from '../../core/index.ts';
import { type Cell, type ColumnType, type ParquetColumn, ParquetFile } from './parquet-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'write-parquet-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const SAMPLES: Readonly<Record<ColumnType, readonly Cell[]>> = {
  text: ['', 'a', 'ü€😀', '"quoted"\n', '\u0000', 'x'.repeat(5000)],
  double: [0, -0, 0.1 + 0.2, 5e-324, -1.7976931348623157e308, Number.NaN, Number.POSITIVE_INFINITY],
  int64: [0, -1, Number.MAX_SAFE_INTEGER, 1_700_000_000_000_000_001n, 2n ** 63n - 1n, -(2n ** 63n)],
  boolean: [true, false],
};

/** What DuckDB reads of a file, by column. */
async function readBack(columns: readonly ParquetColumn[], pages: readonly Cell[][][]): Promise<Cell[][]> {
  const path = join(directory, `${crypto.randomUUID()}.parquet`);
  const file = await ParquetFile.begin(columns);
  const bytes = pages.map((page) => file.add(page));
  writeFileSync(path, Buffer.concat([...bytes, file.end()]));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
  expect(reader.columnNames()).toEqual(columns.map(({ name }) => name));
  const found = reader.getColumns() as Cell[][];
  connection.closeSync();
  instance.closeSync();
  return found.length === 0 ? columns.map(() => []) : found;
}

/** Integers of 64 bits come as bigint, whatever they were given as. */
const asRead = (type: ColumnType, cell: Cell): Cell =>
  type === 'int64' && cell !== null ? BigInt(cell as bigint) : cell;

test('DuckDB reads every cell as it was written, over groups of rows', async () => {
  const rng = new Rng(7);
  const types = Object.keys(SAMPLES) as ColumnType[];
  const shares = [0, 0.3, 1]; // of cells that are null
  const columns = types.flatMap((type) => shares.map((share) => ({ name: `${type} ${share}.@:"ü`, type, share })));
  const sizes = [300, 1, 7, 1700, 40, 900];
  const pages = sizes.map((size) =>
    columns.map(({ type, share }) =>
      Array.from({ length: size }, (): Cell => {
        const samples = SAMPLES[type];
        return rng.nextFloat() < share ? null : samples[Math.floor(rng.nextFloat() * samples.length)];
      }),
    ),
  );
  const found = await readBack(columns, pages);
  for (const [j, { name, type }] of columns.entries()) {
    expect(found[j], name).toEqual(pages.flatMap((page) => page[j].map((cell) => asRead(type, cell))));
  }
});

test('a table without rows is a file with its columns', async () => {
  expect(await readBack([{ name: 'a', type: 'text' }], [])).toEqual([[]]);
});

test('a group of rows is given away before the next is begun', async () => {
  const file = await ParquetFile.begin([{ name: 'a', type: 'text' }]);
  const page = [Array.from({ length: 500 }, (_, i) => `${i} ${'x'.repeat(100)}`)];
  const sizes = Array.from({ length: 6 }, () => file.add(page).length);
  expect(sizes.map((size) => size > 100)).toEqual([false, true, false, true, false, true]);
  expect(file.end().length).toBeLessThan(1000);
});

test('an integer of more than 64 bits and a cell of another type are refused', async () => {
  const file = await ParquetFile.begin([{ name: 'a', type: 'int64' }]);
  file.add([[2n ** 63n]]);
  expect(() => file.end()).toThrow('out of range');
  const other = await ParquetFile.begin([{ name: 'a', type: 'double' }]);
  other.add([['1']]);
  expect(() => other.end()).toThrow('expected number');
});
