import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { int64, type Table, TimeUnit, type TimeUnit_, tableFromArrays, tableToIPC, timestamp } from '@uwdata/flechette';
import { afterAll, describe, expect, test } from 'vitest';
import { zipOf } from '../../../test/support/files/zip-of.ts';
import { sharedData } from '../../../test/support/shared-data.ts';
import { type ReadBarsOptions, readBars } from '../index.ts';

const directory = mkdtempSync(join(tmpdir(), 'containers-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let nFiles = 0;
function file(name: string, content: string | Uint8Array): string {
  const path = join(directory, `${nFiles++}-${name}`);
  writeFileSync(path, content);
  return path;
}

const refusal = (path: string, options?: ReadBarsOptions): Promise<string> =>
  readBars([path], options).then(() => 'read', String);

const ROWS = [
  [1_704_067_200_000, 10, 12, 9, 11, 5],
  [1_704_067_260_000, 11, 13, 10, 12.5, 6],
  [1_704_067_320_000, 12.5, 14, 11, 13, 7],
];
const CSV = `open_time,open,high,low,close,volume\n${ROWS.map((row) => row.join()).join('\n')}\n`;
const plain = () => readBars([file('plain.csv', CSV)]);
/** The rows with their prices in another order, by index. */
const ordered = (...order: readonly number[]): string => JSON.stringify(ROWS.map((row) => order.map((j) => row[j])));

describe('zip', () => {
  test('the one file of bars is read, whatever lies beside it', async () => {
    const path = file('a.zip', zipOf({ '__MACOSX/a.csv': 'x', 'readme.txt': 'a report', 'in/a.csv': CSV }));
    const { bars, report } = await readBars([path]);
    expect(bars).toEqual((await plain()).bars);
    expect(report.recognised).toContain('in/a.csv in a zip');
    expect(report.files).toEqual([path]);
  });

  test('a fault is named by the archive and the line in its file', async () => {
    const path = file('a.zip', zipOf({ 'a.csv': CSV.replace('13,10', '1,10') }));
    expect(await refusal(path)).toContain(`${path} line 3: high must be`);
  });

  test('a file that stands alone is read, whatever it is called', async () => {
    const { bars } = await readBars([file('a.zip', zipOf({ 'a.zip': CSV }))]);
    expect(bars).toEqual((await plain()).bars);
  });

  test('several files, none, a zip in a zip and damage are refused', async () => {
    expect(await refusal(file('a.zip', zipOf({ 'a.csv': CSV, 'b.csv': CSV })))).toContain(
      'holds 2 files of bars (a.csv, b.csv); unpack it',
    );
    expect(await refusal(file('a.zip', zipOf({ 'a.pdf': 'x', 'b.pdf': 'x' })))).toContain('holds no file of bars');
    const inner = zipOf({ 'a.csv': CSV }).toString('latin1');
    expect(await refusal(file('a.zip', zipOf({ 'a.txt': inner })))).toContain('holds a zip in a zip');
    expect(await refusal(file('a.zip', zipOf({ 'a.csv': CSV }, true)))).toContain('a.csv is damaged');
    expect(await refusal(file('a.zip', zipOf({ 'a.csv': CSV }).subarray(0, 90)))).toContain('as zip: it is damaged');
  });

  test('an archive that unpacks to too much is refused', async () => {
    const path = file('a.zip', zipOf({ 'a.csv': CSV.repeat(2000) }));
    const limits = { lineBytes: 1 << 20, fileBytes: 1 << 20, unpackedBytes: 1 << 16 };
    expect(await refusal(path, { limits })).toContain('must unpack to at most 65536 bytes');
  });

  test('the zip of cases/ gives the bars of 00', { tags: ['real-data'] }, async () => {
    const [zip, csv] = ['35_zip.zip', '00_canonical.csv'].map((name) => sharedData(`../cases/bars/${name}`));
    const { bars } = await readBars([zip]);
    const canonical = await readBars([csv], { stamp: 'open' });
    expect(bars.tsEvent).toEqual(canonical.bars.tsEvent);
    expect(bars.close).toEqual(canonical.bars.close);
  });
});

describe('JSON', () => {
  test.each([
    ['CCXT or freqtrade', [0, 1, 2, 3, 4, 5]],
    ['Coinbase', [0, 3, 2, 1, 4, 5]],
    ['Bitfinex', [0, 1, 4, 2, 3, 5]],
  ])('arrays in the order of %s', async (vendor, order) => {
    const { bars, report } = await readBars([file('a.json', ordered(...order))]);
    expect(bars).toEqual((await plain()).bars);
    expect(report.recognised).toContain(`JSON of ${vendor}`);
  });

  /** A bar of ROWS by its parts, and what exchanges add. */
  const parts = ([time, open, high, low, close, volume]: readonly number[]) => ({
    time,
    end: time + 60_000,
    open,
    high,
    low,
    close,
    volume,
    other: 555.5,
    count: 7,
  });
  test.each<[string, readonly (keyof ReturnType<typeof parts>)[]]>([
    ['Bybit', ['time', 'open', 'high', 'low', 'close', 'volume', 'other']],
    ['KuCoin', ['time', 'open', 'close', 'high', 'low', 'volume', 'other']],
    ['Kraken', ['time', 'open', 'high', 'low', 'close', 'close', 'volume', 'count']],
    ['MEXC', ['time', 'open', 'high', 'low', 'close', 'volume', 'end', 'other']],
    ['Gate.io', ['time', 'other', 'close', 'high', 'low', 'open', 'volume', 'count']],
    ['OKX', ['time', 'open', 'high', 'low', 'close', 'volume', 'other', 'other', 'count']],
  ])('arrays in the order of %s, their volume too', async (vendor, order) => {
    const text = JSON.stringify(ROWS.map((row) => order.map((name) => parts(row)[name])));
    const { bars, report } = await readBars([file('a.json', text)]);
    expect(bars).toEqual((await plain()).bars);
    expect(report.recognised).toContain(`JSON of ${vendor}`);
  });

  test('a line for each bar, and names apart from rows', async () => {
    const names = ['open_time', 'low', 'high', 'open', 'close', 'volume'];
    const rows = ROWS.map(([time, open, high, low, close, volume]) => [time, low, high, open, close, volume]);
    const lines = rows.map((row) => JSON.stringify(Object.fromEntries(row.map((value, j) => [names[j], value]))));
    expect((await readBars([file('a.jsonl', `${lines.join('\n')}\n`)])).bars).toEqual((await plain()).bars);
    const split = { columns: names, index: [0, 1, 2], data: rows };
    expect((await readBars([file('a.json', JSON.stringify(split))])).bars).toEqual((await plain()).bars);
  });

  test('packed, newest first, with text for numbers, and within an object', async () => {
    const rows = ROWS.toReversed().map((row) => row.map(String));
    const path = file('a.json.gz', gzipSync(JSON.stringify({ code: 0, result: { data: rows } })));
    expect((await readBars([path])).bars).toEqual((await plain()).bars);
  });

  test('objects, of pandas and of Polygon', async () => {
    const named = ROWS.map(([open_time, open, high, low, close, volume]) => ({
      open_time,
      open,
      high,
      low,
      close,
      volume,
    }));
    expect((await readBars([file('a.json', JSON.stringify(named))])).bars).toEqual((await plain()).bars);
    const results = ROWS.map(([t, o, h, l, c, v]) => ({ v, vw: c, o, c, h, l, t, n: 3 }));
    const { bars, report } = await readBars([file('a.json', JSON.stringify({ ticker: 'X', results }))]);
    expect(bars).toEqual((await plain()).bars);
    expect(report.recognised).toEqual(expect.arrayContaining(['JSON', 'Polygon or Alpaca aggregates']));
  });

  test.each([
    ['two orders fit', '[[1704067200000,10,10,10,10,5]]', 'read as bars of CCXT or freqtrade and of Coinbase'],
    ['unknown arrays', '[[1704067200000,10,12,9,11]]', 'arrays of 5 values, whose order is not known'],
    ['ragged arrays', '[[1704067200000,10,12,9,11,5],[1]]', 'bar 2 must have 6 values like the first'],
    ['objects that differ', '[{"time":1,"open":2},{"time":1}]', 'bar 2 must have "open", as bar 1 does'],
    ['a field that the first lacks', '[{"time":1},{"time":2,"volume":5}]', 'bar 2 has "volume", which bar 1 lacks'],
    ['a line with one more', '{"time":1}\n{"time":2}\n{"time":3,"symbol":"A"}', 'bar 3 has "symbol"'],
    ['a first object that is empty', '[{},{"time":2}]', 'bar 2 has "time", which bar 1 lacks'],
    ['a list among objects', '[{"time":1},[1]]', 'bar 2 must be an object'],
    ['a line that has NaN', '{"open":1}\n{"open":NaN}', 'line 2: a line of JSON was expected: it has NaN'],
    ['no array', '{"a":1}', 'must hold one array of bars, has 0'],
    ['cut short', '[[1704067200000,10,12', 'cannot be read as JSON'],
  ])('%s: refused', async (_, text, why) => {
    expect(await refusal(file('a.json', text))).toContain(why);
  });

  test('a bar that breaks a rule is refused', async () => {
    const text = readFileSync(file('a.json', ordered(0, 1, 2, 3, 4, 5)), 'utf8').replace('14', '1');
    expect(await refusal(file('a.json', text))).toMatch(/a\.json line 4: high must be/);
  });
});

describe('Arrow', () => {
  const times = [1_704_067_200_000_000_001n, 1_704_067_260_000_000_002n, 1_704_067_320_000_000_003n];
  const tableOf = (timezone: string | null, unit: TimeUnit_ = TimeUnit.NANOSECOND) =>
    tableFromArrays(
      {
        date: times.map((ns) => Number(ns / 1_000_000n)),
        open: ROWS.map((row) => row[1]),
        high: ROWS.map((row) => row[2]),
        low: ROWS.map((row) => row[3]),
        close: ROWS.map((row) => row[4]),
        volume: ROWS.map((row) => BigInt(row[5])),
      },
      { types: { date: timestamp(unit, timezone), volume: int64() } },
    );
  const arrow = (table: Table, format: 'file' | 'stream' = 'file'): string =>
    file('a.feather', tableToIPC(table, { format }) ?? new Uint8Array());

  test('a table with and without a time zone', async () => {
    for (const timezone of ['UTC', null]) {
      const { bars, report } = await readBars([arrow(tableOf(timezone))], { stamp: 'open' });
      expect(bars).toEqual((await plain()).bars);
      expect(report.recognised).toContain('Arrow (feather)');
    }
  });

  test('the file of pandas, packed with LZ4, to the nanosecond', async () => {
    const path = fileURLToPath(new URL('../../../test/support/files/lz4.feather', import.meta.url));
    const { bars } = await readBars([path]);
    expect(bars.length).toBe(100);
    expect(bars.bar(99)).toMatchObject({ tsEvent: 1_704_067_200_000_000_001n + 99n * 60_000_000_000n, close: 11.25 });
  });

  test('a damaged file and feather of version 1 are refused', async () => {
    const bytes = readFileSync(arrow(tableOf('UTC')));
    expect(await refusal(file('a.feather', bytes.subarray(0, 400)))).toContain(
      'cannot be read as Arrow: it is damaged',
    );
    expect(await refusal(file('a.feather', 'FEA1 and more'))).toContain('feather of version 1');
  });
});
