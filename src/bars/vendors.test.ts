import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sharedData } from '../../test/support/shared-data.ts';
import { BAR_COLUMNS } from '../domain/index.ts';
import { type ReadBarsOptions, readBars } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'vendors-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let nFiles = 0;
async function read(text: string, options: ReadBarsOptions = {}) {
  const path = join(directory, `f${nFiles++}.csv`);
  writeFileSync(path, text);
  return readBars([path], options);
}

/** The message of a refusal. */
const refusal = (text: string, options?: ReadBarsOptions): Promise<string> =>
  read(text, options).then(() => 'read', String);

describe('the forms of cases/', { tags: ['real-data'] }, () => {
  const cases = (name: string): string => sharedData(`../cases/bars/${name}`);

  test.each<[string, ReadBarsOptions, boolean]>([
    ['01_binance_klines_ms_nohdr.csv', {}, true],
    ['14_kraken_nohdr.csv', {}, true],
    ['05_yfinance_multiindex.csv', { stamp: 'open' }, false],
    ['22_semicolon_decimalcomma.csv', { stamp: 'open' }, true],
    ['24_utf16.csv', { stamp: 'open' }, true],
    ['39_pandas_index_unnamed.csv', { stamp: 'open' }, true],
    ['72_open_time_only.csv', {}, true],
    ['72_open_time_only.csv', { stamp: 'open' }, true],
    ['72_open_time_only.csv', { stamp: 'close' }, true],
  ])('%s gives the bars of 00', async (name, options, hasVolume) => {
    const [plain, vendor] = [
      await readBars([cases('00_canonical.csv')], { stamp: 'open' }),
      await readBars([cases(name)], options),
    ];
    for (const column of BAR_COLUMNS) {
      if (column === 'takerBuyVolume' || (column === 'volume' && !hasVolume)) continue;
      expect(vendor.bars[column], column).toEqual(plain.bars[column]);
    }
  });

  test('61: the close is never shifted', async () => {
    const [as, shifted] = [
      await readBars([cases('61_close_time_col.csv')]),
      await readBars([cases('61_close_time_col.csv')], { stamp: 'open' }),
    ];
    expect(shifted.bars.tsEvent).toEqual(as.bars.tsEvent);
  });

  test('TradingView stamps the open, and the signal line of MACD is no side', async () => {
    const { side, report } = await readBars([cases('tradingview_macd.csv')]);
    expect([side, report.shiftNs]).toEqual([null, 60_000_000_000n]);
    expect(report.unusedColumns).toEqual(['Histogram', 'MACD', 'Signal']);
  });
});

test('the index of pandas in Parquet', { tags: ['real-data'] }, async () => {
  const { report } = await readBars([sharedData('../cases/bars/pandas_unnamed_index.parquet')]);
  expect(report.nRows).toBeGreaterThan(1);
});

test('row numbers in a column without a name are no times', async () => {
  expect(await refusal(',open,high,low,close\n0,1,1,1,1\n1,1,1,1,1\n')).toContain('has no column for time');
});

test('columns are renamed, and a name that is not there is refused', async () => {
  const text = 'Date,Open,High,Low,Last\n2024-01-01,1,3,1,2\n2024-01-02,1,3,1,2\n';
  const { bars } = await read(text, { rename: { Date: 'timestamp', Last: 'close' } });
  expect([...bars.close]).toEqual([2, 2]);
  expect(await refusal(text, { rename: { Latest: 'close' } })).toContain('has no column "Latest" to rename');
});

test('a comma before three digits is decimals only when that is said', async () => {
  const text =
    'timestamp;open;high;low;close\n2024-01-01;1,500;1,500;1,500;1,500\n2024-01-02;1,500;1,500;1,500;1,500\n';
  expect(await refusal(text)).toContain('--decimal');
  expect((await read(text, { decimal: ',' })).bars.close[0]).toBe(1.5);
  expect(await refusal(text, { decimal: '.' })).toContain('must be a number');
});

test('both readers refuse a point in a file of decimal commas', async () => {
  const text = 'timestamp;open;high;low;close\n2024-01-01;1,5;1,5;1,5;1,5\n2024-01-02;1.5;1,5;1,5;1,5\n';
  expect(await refusal(text)).toContain('line 3: open must be a number, was "1.5"');
});

test('files that stamp different ends are not joined', async () => {
  const paths = ['open_time', 'close_time'].map((name, k) => {
    const path = join(directory, `${name}.csv`);
    writeFileSync(path, `${name},open,high,low,close\n2024-01-0${k + 1},1,1,1,1\n`);
    return path;
  });
  await expect(readBars(paths)).rejects.toThrow('read them apart');
});
