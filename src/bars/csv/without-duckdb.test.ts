import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test, vi } from 'vitest';
import { readBars } from '../index.ts';

vi.mock('@duckdb/node-api', () => {
  throw new Error('the package is not installed');
});

const directory = mkdtempSync(join(tmpdir(), 'without-duckdb-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const at = (name: string): string => join(directory, name);
const rows = Array.from({ length: 30_000 }, (_, k) => `${1_700_000_000 + 60 * k},10,12.5,9,1.1e1,${k}`);
const csv = `timestamp,open,high,low,close,volume\n${rows.join('\n')}\n`;

test('CSV is read without DuckDB, gzipped or not, with its progress', async () => {
  writeFileSync(at('plain.csv'), csv);
  writeFileSync(at('packed.csv.gz'), gzipSync(csv));
  for (const name of ['plain.csv', 'packed.csv.gz']) {
    const seen: number[] = [];
    const { bars, report } = await readBars([at(name)], { onProgress: (done) => seen.push(done) });
    expect(bars.length).toBe(30_000);
    expect([bars.tsEvent[29_999], bars.high[7], bars.close[7], bars.volume[29_999]]).toEqual([
      (1_700_000_000n + 60n * 29_999n) * 1_000_000_000n,
      12.5,
      11,
      29_999,
    ]);
    expect(report.timeUnit).toBe('s');
    expect(seen).toEqual([10_000, 20_000, 30_000, 30_000]);
  }
});

test('a bad row is refused in the same words', async () => {
  writeFileSync(at('bad.csv'), csv.replace('1700000120,10', '1700000120,abc'));
  await expect(readBars([at('bad.csv')])).rejects.toThrow('bad.csv line 4: open must be a number, was "abc"');
});

test('Parquet is refused with the command that installs its reader', async () => {
  writeFileSync(at('bars.parquet'), 'PAR1 and more');
  await expect(readBars([at('bars.parquet')])).rejects.toThrow(
    expect.objectContaining({
      code: 'MISSING_PART',
      message: expect.stringMatching(/run npm i @duckdb\/node-api@/),
    }),
  );
});
