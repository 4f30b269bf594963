import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { sharedData } from '../../../test/support/shared-data.ts';
import { DataError, Rng } from '../../core/index.ts';
import { BAR_COLUMNS } from '../../domain/index.ts';
import { type ReadBarsOptions, readBars } from '../index.ts';
import { sqlText, withDuckDb } from './duckdb.ts';
import { decodeFixedPoint } from './fixed-point.ts';

const directory = mkdtempSync(join(tmpdir(), 'parquet-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const golden = fileURLToPath(new URL('../../../test/golden/bars/', import.meta.url));
const expected: Record<string, Record<string, (number | string)[]>> = JSON.parse(
  readFileSync(join(golden, 'expected.json'), 'utf8'),
);

let nFiles = 0;
/** Writes what a query selects as Parquet. */
async function parquet(select: string): Promise<string> {
  const path = join(directory, `f${nFiles++}.parquet`);
  await withDuckDb((connection) => connection.run(`COPY (${select}) TO ${sqlText(path)} (FORMAT parquet)`));
  return path;
}

/** 50 bars; `replace` gives SQL for columns that differ. */
function bars(replace: Readonly<Record<string, string>> = {}): string {
  const columns = {
    ts_event: '(1700000000000000001 + i * 60000000000)',
    open: '10.5::DOUBLE',
    high: '12::DOUBLE',
    low: '9::DOUBLE',
    close: '(11 + i / 100)::DOUBLE',
    volume: 'i::DOUBLE',
    ...replace,
  };
  const selected = Object.entries(columns).map(([name, sql]) => `${sql} AS "${name}"`);
  return `SELECT ${selected.join(', ')} FROM range(50) t(i)`;
}

async function complaint(select: string, options: ReadBarsOptions = {}): Promise<string> {
  const path = await parquet(select);
  const error = await readBars([path], options).catch((reason: unknown) => reason);
  if (!(error instanceof DataError)) throw new Error(`expected a DataError, got ${String(error)}`);
  expect(error.message).not.toContain('\n');
  return error.message.slice(path.length).trim();
}

test('two columns of sides must agree, or one is renamed away', async () => {
  const both = (side: string): string => bars({ signal: '1', side });
  expect((await readBars([await parquet(both("'BUY'"))])).side?.[0]).toBe(1);
  const other = both("CASE WHEN i > 47 THEN 'SELL' ELSE 'BUY' END");
  expect(await complaint(other)).toContain('side must be as in signal beside it, or renamed away (--rename)');
  expect((await readBars([await parquet(other)], { rename: { side: 'order' } })).side?.[49]).toBe(1);
});

describe('times without a zone', () => {
  const START = "TIMESTAMP '2024-11-03 04:30:00'";
  const half = (sql: string): string => `${START} + INTERVAL 30 MINUTE * (${sql})`;

  test.each([
    [half('i'), ['times without a zone read as UTC']],
    ["DATE '2024-01-01' + i::INTEGER", ['times without a zone read as UTC']],
    [`CAST(${half('i')} AS VARCHAR)`, ['times without a zone read as UTC']],
    [`(${half('i')}) AT TIME ZONE 'UTC'`, []],
    ["strftime('2024-01-01'::DATE + i::INTEGER, '%Y-%m-%dT00:00:00Z')", []],
  ])('%s are said to be', async (ts_event, notes) => {
    expect((await readBars([await parquet(bars({ ts_event }))])).report.recognised).toEqual(notes);
  });

  test('are read in the zone of --tz, and the order of rows settles an hour that came twice', async () => {
    const utc = await readBars([await parquet(bars({ ts_event: half('i') }))]);
    // The clock of New York goes from 00:30 over 01:00, 01:30 and both again to 02:00.
    const clock = half('i - 8 - (CASE WHEN i >= 3 THEN 2 ELSE 0 END)');
    const { bars: read } = await readBars([await parquet(bars({ ts_event: clock }))], { tz: 'America/New_York' });
    expect(read.tsEvent).toEqual(utc.bars.tsEvent);
    const once = half('i - 8');
    expect(await complaint(bars({ ts_event: once }), { tz: 'America/New_York' })).toMatch(
      /^row 2: ts_event must be .* showed it twice/,
    );
  });

  test('a format, and the zone of text, are refused', async () => {
    expect(await complaint(bars(), { timeFormat: 'ms' })).toContain('leave out --time-format');
    expect(await complaint(bars({ ts_event: "'2024-01-01'" }), { tz: 'Asia/Tokyo' })).toContain('leave out --tz');
  });
});

describe('plain Parquet', () => {
  test('by hand', async () => {
    const { bars: read, report } = await readBars([await parquet(bars())]);
    expect(read.bar(7)).toEqual({
      open: 10.5,
      high: 12,
      low: 9,
      close: 11.07,
      volume: 7,
      tsEvent: 1700000420000000001n,
    });
    expect(report).toMatchObject({ nRows: 50, barNs: 60_000_000_000n, timeUnit: 'ns', hasVolume: true });
    expect(read.close.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  const start = 1_700_000_000_000_000_000n;
  test.each([
    ['UBIGINT ns', '(1700000000000000001 + i * 60000000000)::UBIGINT', 'ns', start + 1n],
    ['seconds', '(1700000000 + i * 60)::BIGINT', 's', start],
    ['TIMESTAMP', "TIMESTAMP '2023-11-14 22:13:20.000001' + INTERVAL (i) MINUTE", 'timestamp', start + 1000n],
    ['TIMESTAMP_NS', 'make_timestamp_ns(1700000000000000001 + i * 60000000000)', 'timestamp', start + 1n],
    ['TIMESTAMPTZ', 'to_timestamp(1700000000 + i * 60)', 'timestamp', start],
    ['DATE', "(DATE '2023-11-14' + i::INTEGER)", 'timestamp', 1_699_920_000_000_000_000n],
    [
      'text',
      "strftime(TIMESTAMP '2023-11-14 22:13:20' + INTERVAL (i) MINUTE, '%Y-%m-%dT%H:%M:%SZ')",
      'iso-8601',
      start,
    ],
    ['digits', '(1700000000000000001 + i * 60000000000)::VARCHAR', 'ns', start + 1n],
  ])('times as %s', async (_, sql, timeUnit, first) => {
    const { report } = await readBars([await parquet(bars({ ts_event: sql }))]);
    expect([report.firstTs, report.timeUnit, report.nRows, report.nGaps]).toEqual([first, timeUnit, 50, 0]);
  });

  test('numbers as integers, decimals, floats and text', async () => {
    const select = bars({
      open: '10::INTEGER',
      high: "'12.1'",
      close: '11.123456789::DECIMAL(38,10)',
      low: '9.5::FLOAT',
    });
    const { bars: read } = await readBars([await parquet(select)]);
    expect(read.bar(0)).toMatchObject({ open: 10, high: 12.1, close: 11.123456789, low: 9.5 });
  });

  test('a bad row is named by its number, the first being 1', async () => {
    const at = (value: string, other: string): string => `CASE WHEN i = 30 THEN ${value} ELSE ${other} END`;
    expect(await complaint(bars({ high: at('8.0', '12.0') }))).toBe(
      'row 31: high must be >= max(open, close) = 11.3, was 8',
    );
    expect(await complaint(bars({ open: at('NULL', '10.0') }))).toBe('row 31: open must be a number, was empty');
    expect(await complaint(bars({ open: at("'ten'", "'10'") }))).toBe('row 31: open must be a number, was "ten"');
    expect(await complaint(bars({ low: at("'nan'::DOUBLE", '9') }))).toBe(
      'row 31: low must be a finite number > 0, was NaN',
    );
    expect(await complaint(bars({ ts_event: '1700000000 + 60 * (i % 30)' }))).toBe(
      'row 31: ts_event must be after the row before it (1700001740), or sorted by --sort, was 1700000000',
    );
    expect(await complaint(bars({ ts_event: at('NULL', '1700000000 + 60 * i') }))).toMatch(
      /^row 31: ts_event .*, was empty$/,
    );
    expect(
      await complaint(bars({ ts_event: at('18446744073709551615::UBIGINT', '(1700000000000000000 + i)::UBIGINT') })),
    ).toMatch(/^row 31: ts_event .*, was "18446744073709551615"$/);
    expect(await complaint(bars({ ts_event: `1700000000::BIGINT * ${at('1000', '1')} + i` }))).toBe(
      'row 31: ts_event must be in s like the rows before it (this reads as ms), was 1700000000030',
    );
    expect(await complaint(bars({ side: at("'HOLD'", "'BUY'") }))).toBe(
      'row 31: side must be -1, 0, 1, BUY, SELL or FLAT, was "HOLD"',
    );
    expect(await complaint(bars(), { now: 1_700_000_000_000_000_001n + 29n * 60_000_000_000n })).toContain(
      'row 31: ts_event',
    );
  });

  test('no rows, no columns, wrong types', async () => {
    expect(await complaint(`${bars()} LIMIT 0`)).toBe('holds no bars');
    expect(await complaint('SELECT 1 AS a')).toContain('has no column for time, open, high, low, close: found a');
    expect(await complaint(bars({ open: "TIMESTAMP '2024-01-01'" }))).toContain('open must be numbers');
    expect(await complaint(bars({ ts_event: '(1700000000.5 + i)::DOUBLE' }))).toContain('ts_event must be integers');
    expect(await complaint(bars({ open: "'\\x01\\x02'::BLOB" })), 'fixed-point has 8 or 16 bytes').toContain(
      'row 1: open',
    );
  });

  test('a hive-like path adds no columns, a quote in a path no SQL', async () => {
    const folder = join(directory, "close=99 it's");
    mkdirSync(folder);
    cpSync(await parquet(bars()), join(folder, 'a.parquet'));
    expect((await readBars([join(folder, 'a.parquet')])).bars.close[0]).toBe(11);
  });
});

test('a large file that was overwritten behind rows that can be read is refused, not cut short', async () => {
  const noise = (scale: number): string => `(hash(i * ${scale}) % 1000000) / 1000000.0`;
  const columns = {
    high: `(12 + ${noise(1)})::DOUBLE`,
    low: `(9 - ${noise(3)})::DOUBLE`,
    close: `(10.5 + ${noise(7)})::DOUBLE`,
  };
  const path = await parquet(bars(columns).replace('range(50)', 'range(400000)'));
  const intact = readFileSync(path);
  for (const share of [0.8, 0.85, 0.9]) {
    const bytes = Buffer.from(intact);
    const at = Math.floor(share * bytes.length);
    writeFileSync(path, bytes.fill(0, at, at + 20_000));
    await expect(readBars([path]), `zeros from ${share} of the file on`).rejects.toThrow(DataError);
  }
});

describe("NautilusTrader's catalog", () => {
  test.each(['nautilus-64-bit', 'nautilus-128-bit'])('%s, to the nearest double of the exact value', async (name) => {
    const { bars: read } = await readBars([join(golden, `${name}.parquet`)]);
    const { ts_event: times, ...columns } = expected[name];
    expect([...read.tsEvent].map(String)).toEqual(times);
    for (const [column, values] of Object.entries(columns)) {
      expect([...read[column as 'open']], `${column}, from Python's fractions`).toEqual(values);
    }
  });

  test('a directory of a catalog by a relative path, with quotes beside the bars', async () => {
    const catalog = mkdtempSync(join(directory, 'relative-'));
    const before = process.cwd();
    for (const kind of ['bar', 'quote_tick']) mkdirSync(join(catalog, 'data', kind, 'X'), { recursive: true });
    cpSync(join(golden, 'nautilus-64-bit.parquet'), join(catalog, 'data', 'bar', 'X', 'a.parquet'));
    cpSync(await parquet('SELECT 1 AS bid'), join(catalog, 'data', 'quote_tick', 'X', 'q.parquet'));
    process.chdir(catalog);
    try {
      for (const path of ['.', 'data', './data']) expect((await readBars([path])).report.nRows, path).toBe(40);
    } finally {
      process.chdir(before);
    }
  });

  test('a directory of a catalog', async () => {
    const catalog = join(directory, 'catalog');
    const folder = join(catalog, 'data', 'bar', 'BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL');
    mkdirSync(folder, { recursive: true });
    cpSync(join(golden, 'nautilus-64-bit.parquet'), join(folder, 'a.parquet'));
    mkdirSync(join(catalog, 'data', 'quote_tick', 'X'), { recursive: true });
    cpSync(await parquet('SELECT 1 AS bid'), join(catalog, 'data', 'quote_tick', 'X', 'q.parquet'));
    for (const path of [folder, catalog]) expect((await readBars([path])).report.nRows, path).toBe(40);
    const other = join(catalog, 'data', 'bar', 'ETHUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL');
    mkdirSync(other);
    cpSync(join(golden, 'nautilus-128-bit.parquet'), join(other, 'a.parquet'));
    await expect(readBars([catalog])).rejects.toThrow(/holds 2 series .* name one of them/);
    cpSync(join(golden, 'nautilus-128-bit.parquet'), join(folder, 'b.parquet'));
    await expect(readBars([folder])).rejects.toThrow(
      /b\.parquet row 1: ts_event must be after the last bar of .*a\.parquet/,
    );
  });

  test('the published first bar of the official fixtures', () => {
    const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
    expect(decodeFixedPoint(hex('88882b0000000000'), true)).toBe(0.002853);
    expect(decodeFixedPoint(hex('00f483a8f21900000000000000000000'), true)).toBe(0.002853);
    expect(decodeFixedPoint(hex('ffffffffffffffff'), true)).toBe(-1e-9);
    expect(decodeFixedPoint(hex('ffffffffffffffff'), false), 'quantities have no sign').toBe(18446744073.709553);
    expect(decodeFixedPoint(hex('0000'), true)).toBeNull();
  });

  test('random values agree with decimal text', () => {
    const rng = new Rng(5);
    for (let k = 0; k < 3000; k++) {
      const width = rng.nextFloat() < 0.5 ? 8 : 16;
      const decimals = width === 8 ? 9 : 16;
      const nBits = 1 + Math.floor(rng.nextFloat() * (8 * width - 1));
      let raw = 0n;
      for (let bit = 0; bit < nBits; bit++) raw = raw * 2n + (rng.nextFloat() < 0.5 ? 1n : 0n);
      if (rng.nextFloat() < 0.5) raw -= raw % 10n ** BigInt(decimals - 2);
      const bytes = Uint8Array.from({ length: width }, (_, j) => Number((raw >> BigInt(8 * j)) & 255n));
      const digits = raw.toString().padStart(decimals + 1, '0');
      const value = Number(`${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`);
      expect(decodeFixedPoint(bytes, true), `seed 5, case ${k}: ${raw}`).toBe(value);
      if (width === 16 && raw < 1n << 96n) expect(decodeFixedPoint(bytes.subarray(0, 12), true)).toBe(value);
    }
  });
});

test('real bars are the same from Parquet as from CSV', { tags: ['real-data'] }, async () => {
  const csv = sharedData('binance_BTCUSDT_1h_2022_2025Q3.csv.gz');
  const fromCsv = await readBars([csv]);
  const fromParquet = await readBars([await parquet(`SELECT * FROM read_csv(${sqlText(csv)})`)]);
  for (const name of BAR_COLUMNS) {
    const [fast, slow] = [fromCsv.bars[name] ?? [], fromParquet.bars[name] ?? []];
    expect(fast.length).toBe(32_855);
    expect(fast, name).toEqual(slow);
  }
});
