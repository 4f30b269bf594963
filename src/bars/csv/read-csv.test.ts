import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sharedData } from '../../../test/support/shared-data.ts';
import { Rng } from '../../core/index.ts';
import { readBars } from '../index.ts';
import { sqlPath, withDuckDb } from '../parquet/duckdb.ts';
import { plainNumber, QuickTimes, quickNumber } from './quick-cells.ts';

const directory = mkdtempSync(join(tmpdir(), 'read-csv-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const NAMES = ['open', 'high', 'low', 'close', 'volume'] as const;

/** What DuckDB reads, as another reader of the same grammar: null where it refuses the file. */
async function readByDuckDb(path: string, time: string): Promise<unknown[][] | null> {
  const types = ['timestamp', ...NAMES].map((name) => `'${name}': '${name === 'timestamp' ? time : 'DOUBLE'}'`).join();
  const source = `read_csv(${sqlPath(path)}, auto_detect = false, header = true, strict_mode = true, delim = ',', quote = '"', columns = {${types}})`;
  const value = time === 'BIGINT' ? '1000000000 * timestamp' : 'epoch_ns(timestamp)';
  return withDuckDb(async (connection) => {
    const result = await connection.runAndReadAll(`SELECT ${value}, ${NAMES.join()} FROM ${source}`);
    return result.getColumns() as unknown[][];
  }).catch(() => null);
}

async function readByUs(path: string): Promise<unknown[][] | string> {
  return readBars([path]).then(({ bars }) => [[...bars.tsEvent], ...NAMES.map((name) => [...bars[name]])], String);
}

describe('another reader', () => {
  test('reads the same from a file with a random blemish, where both take it', async () => {
    const rng = new Rng(29);
    const path = join(directory, 'blemished.csv');
    const rows = Array.from({ length: 12 }, (_, k) => `${1_700_000_000 + 60 * k},10,12.5,9,11,${k}`);
    const whole = `timestamp,open,high,low,close,volume\n${rows.join('\n')}\n`;
    let nRead = 0;
    let nRefused = 0;
    for (let round = 0; round < 150; round++) {
      const at = 40 + rng.nextInt(whole.length - 40);
      const blemish = ['', ',', '\n', '\r', '"', '-', '.', '9', 'x', ' ', '\u00e9', ';', 'e'][rng.nextInt(13)];
      writeFileSync(path, whole.slice(0, at) + blemish + whole.slice(at + rng.nextInt(2)));
      const [ours, theirs] = [await readByUs(path), await readByDuckDb(path, 'BIGINT')];
      if (typeof ours === 'string') nRefused++;
      if (typeof ours === 'string' || theirs === null) continue;
      expect(ours, `seed 29, round ${round}: ${JSON.stringify(blemish)} at ${at}`).toEqual(theirs);
      nRead++;
    }
    expect(nRead, 'both kinds occur').toBeGreaterThan(10);
    expect(nRefused, 'both kinds occur').toBeGreaterThan(30);
  });

  test('reads the same from real bars', { tags: ['real-data'] }, async () => {
    const path = sharedData('../cases/bars/00_canonical.csv');
    expect(await readByUs(path)).toEqual(await readByDuckDb(path, 'TIMESTAMP_NS'));
  });
});

test('the first bad row is named, whatever kind of fault follows it', async () => {
  const path = join(directory, 'two-faults.csv');
  writeFileSync(path, 'timestamp,open,high,low,close\n1704067260,1,1,1,1\n1704067320,2,1,1,1\n1704067380,x,1,1,1\n');
  expect(await readByUs(path)).toContain('line 3: high must be');
  writeFileSync(path, 'timestamp,open,high,low,close\n1704067260,1,1,1,1\n1704067320,x,1,1,1\n1704067380,2,1,1,1\n');
  expect(await readByUs(path)).toContain('line 3: open must be a number');
});

test('a byte order mark is no part of the first time, where no header stands before it', async () => {
  const path = join(directory, 'marked.csv');
  const rows = Array.from({ length: 5 }, (_, k) => `"2023-11-14T22:1${k}:00Z",10,12.5,9,11,${k}\n`).join('');
  const read = await Promise.all(
    [rows, `\ufeff${rows}`, Buffer.from(`\ufeff${rows}`, 'utf16le')].map(async (content, k) => {
      writeFileSync(`${path}${k}`, content);
      return readByUs(`${path}${k}`);
    }),
  );
  expect(read[0]).toHaveLength(6);
  expect(read).toEqual([read[0], read[0], read[0]]);
});

test('rows read are reported now and then, for the progress of a long file', async () => {
  const path = join(directory, 'long.csv');
  const rows = Array.from({ length: 30_000 }, (_, k) => `${1_700_000_000 + 60 * k},10,12.5,9,11,${k}`);
  writeFileSync(path, `timestamp,open,high,low,close,volume\n${rows.join('\n')}\n`);
  const seen: number[] = [];
  await readBars([path], { onProgress: (done) => seen.push(done) });
  expect(seen.length).toBeGreaterThan(10);
  expect(seen.at(-1)).toBe(30_000);
});

test('a quick number is the nearest double, or is left to the careful way', () => {
  const rng = new Rng(31);
  for (let round = 0; round < 2000; round++) {
    const digits = String(Math.floor(rng.nextFloat() * 10 ** (1 + rng.nextInt(15))));
    const at = rng.nextInt(digits.length + 1);
    const text = `${digits.slice(0, at)}.${digits.slice(at)}`;
    if (text === '.') continue;
    expect(quickNumber(Buffer.from(`x${text}y`), 1, 1 + text.length), `seed 31: ${text}`).toBe(Number(text));
  }
  for (const text of ['', '.', '1e5', '-1', '1 ', '1_0', '1.2.3', '12345678901234567', '9007199254740993', 'nan']) {
    expect(quickNumber(Buffer.from(text), 0, text.length), text).toBeNaN();
  }
});

test('a plain number of more digits is the nearest double too', () => {
  const rng = new Rng(32);
  for (let round = 0; round < 2000; round++) {
    const value = 10 ** (8 * rng.nextFloat() - 4);
    const text = round % 2 === 0 ? String(value) : value.toFixed(20);
    if (text.includes('e')) continue;
    expect(plainNumber(Buffer.from(`x${text}y`), 1, 1 + text.length), `seed 32: ${text}`).toBe(Number(text));
    const comma = text.replace('.', ',');
    expect(plainNumber(Buffer.from(comma), 0, comma.length, 44), `seed 32: ${comma}`).toBe(Number(text));
  }
  const digits = '12345678901234567';
  expect(plainNumber(Buffer.from(digits), 0, digits.length)).toBe(Number(digits));
  for (const text of [
    `-${digits}`,
    `${digits}e5`,
    `${digits}.1.2`,
    `${digits},5`,
    ` ${digits}`,
    '9'.repeat(400),
    '.',
    '',
  ]) {
    expect(plainNumber(Buffer.from(text), 0, text.length), text).toBeNaN();
  }
});

test.each([
  '2024-02-30T00:00:00Z',
  '2024-01-01T24:00:00Z',
  '2024-01-01T00:60:00Z',
  '2024-01-01T00:00:0xZ',
  '2024-01-01x00:00:00Z',
  '2024-01-01T00:00:00z',
  '2024-01-01T00:00:00.5z',
])('a quick time is left to the careful way: %s', (text) => {
  const times = new QuickTimes();
  times.read(Buffer.from('2024-01-01T00:00:00Z'));
  expect(times.read(Buffer.from(text))).toBeNull();
});
