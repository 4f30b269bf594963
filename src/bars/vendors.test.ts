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
    ['09_mt5.csv', {}, false],
    ['12_dukascopy.csv', {}, true],
    ['46_date_time_cols.csv', { stamp: 'open' }, true],
    ['33_epoch_float.csv', { stamp: 'open' }, true],
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
  expect((await read(text, { decimal: '.' })).bars.close[0], 'thousands').toBe(1500);
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

/** Two minutes by hand, as times and the cells behind them. */
const OHLCV = ['10,12,9,11,5', '11,13,10,12,6', '12,14,11,13,7'];
const T0 = 1_704_067_200_000_000_000n; // 2024-01-01
const MINUTE = 60_000_000_000n;

describe('layouts of vendors give the times and prices of the plain file', () => {
  const lines = (head: string, times: readonly string[], separator = ','): string =>
    `${[head, ...times.map((time, k) => `${time}${separator}${OHLCV[k].replaceAll(',', separator)}`)].filter((line) => line !== '').join('\n')}\n`;
  const clocks = ['00:00', '00:01', '00:02'];

  test.each<[string, string, bigint]>([
    [
      'MetaTrader 4',
      lines(
        '',
        clocks.map((clock) => `2024.01.01,${clock}`),
      ),
      T0 + MINUTE,
    ],
    [
      'MetaTrader 5, daily',
      'Date,Open,High,Low,Close,Volume\n2024.01.01,10,12,9,11,5\n2024.01.02,11,13,10,12,6\n2024.01.03,12,14,11,13,7\n',
      T0,
    ],
    [
      'Stooq',
      `<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n${['000000', '000100', '000200'].map((clock, k) => `SPY,1,20240101,${clock},${OHLCV[k]},0`).join('\n')}\n`,
      T0,
    ],
    ['CCXT', lines('', ['1704067200000', '1704067260000', '1704067320000']), T0 + MINUTE],
    ['Coinbase', '1704067200,9,12,10,11,5\n1704067260,10,13,11,12,6\n1704067320,11,14,12,13,7\n', T0 + MINUTE],
    ['KuCoin', '1704067200,10,11,12,9,5,50\n1704067260,11,12,13,10,6,60\n1704067320,12,13,14,11,7,70\n', T0 + MINUTE],
    [
      'Polygon flat files',
      'ticker,volume,open,close,high,low,window_start,transactions\nA,5,10,11,12,9,1704067200000000000,1\nA,6,11,12,13,10,1704067260000000000,1\nA,7,12,13,14,11,1704067320000000000,1\n',
      T0 + MINUTE,
    ],
    [
      'Polygon aggregates',
      'v,vw,o,c,h,l,t,n\n5,1,10,11,12,9,1704067200000,1\n6,1,11,12,13,10,1704067260000,1\n7,1,12,13,14,11,1704067320000,1\n',
      T0 + MINUTE,
    ],
    [
      'comments',
      `# made by hand\n${lines('#timestamp,open,high,low,close,volume', ['2024-01-01 00:00:00', '2024-01-01 00:01:00', '2024-01-01 00:02:00']).replace('\n', '\n# rows\n')}`,
      T0,
    ],
    [
      'slashes, year first',
      lines('Date,Open,High,Low,Close,Volume', ['2024/01/01 00:00', '2024/01/01 00:01', '2024/01/01 00:02']),
      T0,
    ],
    [
      'Alpha Vantage',
      lines('timestamp,1. open,2. high,3. low,4. close,5. volume', [
        '2024-01-01 00:00:00',
        '2024-01-01 00:01:00',
        '2024-01-01 00:02:00',
      ]),
      T0,
    ],
    [
      'CryptoDataDownload',
      `https://www.CryptoDataDownload.com\nunix,date,symbol,open,high,low,close,Volume BTC,Volume USDT\n${OHLCV.map((row, k) => `${1704067200 + 60 * k},2024-01-01 00:0${k}:00,BTC/USDT,${row},99`).join('\n')}\n`,
      T0,
    ],
    [
      'volumes in thousands',
      lines('timestamp,open,high,low,close,Vol.', ['1704067200', '1704067260', '1704067320']).replace(
        /,(\d)$/gm,
        ',0.00$1K',
      ),
      T0,
    ],
  ])('%s', async (_, text, first) => {
    const { bars } = await read(text);
    expect([...bars.tsEvent], 'times').toEqual([first, ...bars.tsEvent.slice(1)]);
    expect([bars.open, bars.high, bars.low, bars.close, bars.volume].map((column) => [...column])).toEqual([
      [10, 11, 12],
      [12, 13, 14],
      [9, 10, 11],
      [11, 12, 13],
      [5, 6, 7],
    ]);
  });

  test('the step is kept', async () => {
    const { report } = await read(
      lines(
        '',
        clocks.map((clock) => `2024.01.01,${clock}`),
      ),
    );
    expect(report.barNs).toBe(MINUTE);
  });
});

describe('the form of HistData and NinjaTrader', () => {
  const rows = (volume: number): string =>
    ['000000', '000100', '000200'].map((clock) => `20240101 ${clock};10;12;9;11;${volume}\n`).join('');

  test('is HistData without a volume: New York without summer time, stamped at the open', async () => {
    expect((await read(rows(0))).bars.tsEvent[0]).toBe(T0 + 301n * MINUTE);
  });

  test('with one its zone must be said, and its stamp is what the caller says', async () => {
    expect(await refusal(rows(5))).toContain('say --tz Etc/GMT+5 or --tz UTC');
    expect((await read(rows(5), { tz: 'UTC' })).bars.tsEvent[0]).toBe(T0);
    expect((await read(rows(5), { tz: 'Etc/GMT+5', stamp: 'open' })).bars.tsEvent[0]).toBe(T0 + 301n * MINUTE);
  });
});

describe('files without a header, by written times', () => {
  const rows = (...times: readonly string[]): string => times.map((time, k) => `${time},${OHLCV[k]}\n`).join('');

  test.each([
    ['2024-01-01 00:00:00', '2024-01-01 00:01:00', '2024-01-01 00:02:00'],
    ['2024-01-01T00:00:00Z', '2024-01-01T00:01:00Z', '2024-01-01T00:02:00Z'],
    ['20240101', '20240102', '20240103'],
    ['2024-01-01,00:00', '2024-01-01,00:01', '2024-01-01,00:02'],
  ])('%s', async (...times) => {
    const { bars } = await read(rows(...times));
    expect([bars.tsEvent[0], bars.open[1], bars.volume[2]]).toEqual([T0, 11, 7]);
  });

  test('the order of their dates is shown, or refused', async () => {
    expect((await read(rows('01/13/2024,00:00', '01/13/2024,00:01', '01/13/2024,00:02'))).report.nRows).toBe(3);
    expect(await refusal(rows('01/02/2024,00:00', '01/02/2024,00:01', '01/02/2024,00:02'))).toContain('--time-format');
  });

  test('bars that never move are refused', async () => {
    const flat = ['2024-01-01', '2024-01-02', '2024-01-03'].map((time) => `${time},5,5,5,5,1\n`).join('');
    expect(await refusal(flat)).toContain('names no column of bars');
  });
});

test.each(['start', 'start_at', 'begin'])('%s is the open, where no column is called the time', async (name) => {
  const rows = `${OHLCV.map((row, k) => `${1704067200 + 60 * k},${row}`).join('\n')}\n`;
  expect((await read(`${name},open,high,low,close,volume\n${rows}`)).bars.tsEvent[0]).toBe(T0 + MINUTE);
});

test('a volume that is always empty is none, and else it is refused', async () => {
  const rows = (...volumes: readonly string[]): string =>
    `timestamp,open,high,low,close,volume\n${volumes.map((volume, k) => `${1704067200 + 60 * k},1,1,1,1,${volume}\n`).join('')}`;
  const { report } = await read(rows('', '', ''));
  expect([report.hasVolume, report.recognised]).toEqual([false, ['volumes are empty']]);
  expect(await refusal(rows('', '5'))).toContain('line 3: volume must be empty like the rows before it, was "5"');
  expect(await refusal(rows('5', ''))).toContain('line 3: volume must be a number, was empty');
});

describe('what stays refused', () => {
  test.each([
    [
      'a layout without a header that nobody knows',
      '1704067200,9,11,12,10\n1704067260,9,11,12,10\n1704067320,9,11,12,10\n',
      'must name the columns',
    ],
    [
      'prices in an order of no known layout',
      '1704067200,12,9,10,11,5\n1704067260,13,10,11,12,6\n1704067320,14,11,12,13,7\n',
      'must name the columns',
    ],
    [
      'prices that fit several layouts',
      '1704067200,1,1,1,1,5\n1704067260,1,1,1,1,6\n1704067320,1,1,1,1,7\n',
      'must name the columns',
    ],
    ['day or month first', 'Date,Open,High,Low,Close\n01/02/2024,1,1,1,1\n', '--time-format'],
    ['dots, day first, of nobody known', 'Date,Open,High,Low,Close\n01.02.2024,1,1,1,1\n', 'Date must be'],
    [
      'thousands that may be decimals',
      'timestamp,open,high,low,close\n1704067200,"1,500","1,500","1,500","1,500"\n',
      'must be a number',
    ],
    ['a volume of no unit', 'timestamp,open,high,low,close,volume\n1704067200,1,1,1,1,1.2X\n', 'must be a number'],
    ['a price in thousands', 'timestamp,open,high,low,close,volume\n1704067200,1K,1K,1K,1K,1\n', 'must be a number'],
  ])('%s', async (_, text, sentence) => {
    expect(await refusal(text)).toContain(sentence);
  });
});

describe('integer times of a file', () => {
  const rows = (...times: readonly string[]): string =>
    `timestamp,open,high,low,close\n${times.map((time) => `${time},1,1,1,1\n`).join('')}`;

  test.each([
    ['days since 1900', ['45292', '45293']],
    ['row numbers', ['0', '1']],
    ['seconds before 1971', ['31535999', '31536000']],
    ['seconds with a fraction before 1971', ['45292.5', '45293.5']],
  ])('%s are refused', async (_, times) => {
    expect(await refusal(rows(...times))).toMatch(
      /line 2: timestamp must be (UNIX time from 1971 on|an integer of UNIX)/,
    );
  });

  test('milliseconds and microseconds are read from one file, and said', async () => {
    const { bars, report } = await read(rows('1735689540000', '1735689600000000', '1735689660000000'));
    expect([...bars.tsEvent]).toEqual([
      1_735_689_540_000_000_000n,
      1_735_689_600_000_000_000n,
      1_735_689_660_000_000_000n,
    ]);
    expect(report.recognised).toContain('times in ms and us');
    expect(await refusal(rows('1735689540', '1735689600000'))).toContain(
      'line 3: timestamp must be in s like the rows before it',
    );
  });

  test('a fraction of a second is exact, and finer than a nanosecond it is refused', async () => {
    const { bars } = await read(rows('1735689540.1', '1735689600.123456789'));
    expect([...bars.tsEvent]).toEqual([1_735_689_540_100_000_000n, 1_735_689_600_123_456_789n]);
    expect(await refusal(rows('1735689540.1', '1735689600.1234567891'))).toContain('line 3');
  });
});

describe('how times are written', () => {
  const rows = (...times: readonly string[]): string =>
    `Date,open,high,low,close\n${times.map((time) => `"${time}",1,1,1,1\n`).join('')}`;
  const at = (iso: string): bigint => BigInt(Date.parse(iso)) * 1_000_000n;

  test.each([
    ['%d/%m/%Y %H:%M', '01/02/2024 09:30', '2024-02-01T09:30:00Z'],
    ['%m/%d/%Y %I:%M %p', '01/02/2024 12:30 AM', '2024-01-02T00:30:00Z'],
    ['%b %d, %Y', 'Mar 05, 2024', '2024-03-05T00:00:00Z'],
    ['%d.%m.%y %H:%M:%S.%f', '05.03.99 01:02:03.5', '1999-03-05T01:02:03.500Z'],
    ['%Y%m%d %H%M%S %z', '20240305 010203 +0100', '2024-03-05T00:02:03Z'],
  ])('%s reads %s', async (timeFormat, text, iso) => {
    expect((await read(rows(text), { timeFormat })).bars.tsEvent[0]).toBe(at(iso));
  });

  test('a text of another form, and a date that is none, are refused by line', async () => {
    const timeFormat = '%d/%m/%Y';
    expect(await refusal(rows('01/02/2024', '2024-02-02'), { timeFormat })).toContain(
      'line 3: Date must be written as %d/%m/%Y',
    );
    expect(await refusal(rows('31/02/2024'), { timeFormat })).toContain('line 2: Date must be');
  });

  test.each(['%d/%m', '%q', '%Y-%m-%d %Y', '%Y-%m-%d %I:%M', ''])(
    'a format that cannot be read by: %s',
    async (timeFormat) => {
      expect(await refusal(rows('01/02/2024'), { timeFormat })).toContain(
        'timeFormat must be s, ms, us or ns for integers, or of %Y',
      );
    },
  );

  test.each([
    ['2024-01-02 09:30:00', '2024-01-02T14:30:00Z'],
    ['2024-07-02 09:30:00', '2024-07-02T13:30:00Z'],
    ['2024-07-02', '2024-07-02T04:00:00Z'],
    ['2024-07-02T09:30:00Z', '2024-07-02T09:30:00Z'],
    ['2024-07-02 09:30:00+02:00', '2024-07-02T07:30:00Z'],
    ['1720000000', '2024-07-03T09:46:40Z'],
  ])('%s in New York is %s', async (text, iso) => {
    expect((await read(rows(text), { tz: 'America/New_York' })).bars.tsEvent[0]).toBe(at(iso));
  });

  test('a clock that was turned is refused by line, and so is an unknown zone', async () => {
    const tz = 'America/New_York';
    expect(await refusal(rows('2024-03-10 02:30:00'), { tz })).toContain('whose clock was put forward over it');
    expect(await refusal(rows('2024-11-03 01:30:00'), { tz })).toContain('showed it twice');
    expect(await refusal(rows('2024-01-02'), { tz: 'New York' })).toContain('tz must be an IANA time zone');
  });

  test('format and zone work together', async () => {
    const options = { timeFormat: '%m/%d/%Y %H:%M', tz: 'Europe/Berlin' };
    expect((await read(rows('07/02/2024 09:30'), options)).bars.tsEvent[0]).toBe(at('2024-07-02T07:30:00Z'));
  });
});

describe('numbers with thousands', () => {
  const rows = (price: string, volume: string, separator = ','): string =>
    `${[
      ['timestamp', 'open', 'high', 'low', 'close', 'volume'],
      ['1704067200', price, price, price, price, volume],
      ['1704067260', price, price, price, price, volume],
    ]
      .map((cells) => cells.join(separator))
      .join('\n')}\n`;

  test.each<[string, string, string, ReadBarsOptions, number, number]>([
    ['"1,500.5"', '"27,274"', ',', {}, 1500.5, 27_274],
    ['190.1', '"1,027,274"', ',', {}, 190.1, 1_027_274],
    ['$190.1', '"27,274"', ',', {}, 190.1, 27_274],
    ['190,1', '27.274', ';', {}, 190.1, 27_274],
    ['1.500,25', '27.274,5', ';', {}, 1500.25, 27_274.5],
    ['"1.500,25"', '"27.274"', ',', {}, 1500.25, 27_274],
    ['1\u00a0500,25', '27\u202f274', ';', {}, 1500.25, 27_274],
    ["1'500.25", "27'274", ',', {}, 1500.25, 27_274],
    ['190.123', '"27,274"', ',', { decimal: '.' }, 190.123, 27_274],
    ['190.1', '"1,2K"', ',', { decimal: '.' }, Number.NaN, Number.NaN],
  ])('%s and %s, between %j with %j', async (price, volume, separator, options, wanted, wantedVolume) => {
    const text = rows(price, volume, separator);
    if (Number.isNaN(wanted)) {
      expect(await refusal(text, options)).toContain('volume must be a number');
      return;
    }
    const { bars, report } = await read(text, options);
    expect([bars.open[0], bars.volume[1]]).toEqual([wanted, wantedVolume]);
    expect(report.recognised).toContain('thousands apart');
  });

  test.each([
    ['190.123', '"27,274"', ','],
    ['190', '"27,274"', ','],
    ['"1,500"', '7', ','],
    ['1.5', '1.500,5', ';'],
    ['1 5', '1', ';'],
    ['157.123', '1.234', ';'],
    ['190.1', '1,27,274', ';'],
  ])('%s and %s, between %j, are refused', async (price, volume, separator) => {
    expect(await refusal(rows(price, volume, separator))).toMatch(/must be a number|--decimal/);
  });
});

test('Databento stamps the open, and NautilusTrader, without a record type, what is said', async () => {
  const rows = (head: string, cell: string): string =>
    `ts_event,${head}open,high,low,close,volume\n${[0, 1].map((k) => `${T0 + BigInt(k) * MINUTE},${cell}1,3,1,2,5\n`).join('')}`;
  expect((await read(rows('rtype,', '33,'))).bars.tsEvent[0]).toBe(T0 + MINUTE);
  expect((await read(rows('', ''))).bars.tsEvent[0]).toBe(T0);
  expect(await refusal(rows('rtype,', '33,').replaceAll(',1,3,1,2,', ',1000000000,3000000000,1,2,'))).toContain(
    'pretty_px',
  );
});

test('Bybit names the start of a bar', async () => {
  const text =
    'startTime,openPrice,highPrice,lowPrice,closePrice,volume,turnover\n1704067200000,1,3,1,2,5,9\n1704067260000,1,3,1,2,5,9\n';
  const { bars } = await read(text);
  expect([bars.tsEvent[0], bars.close[0]]).toEqual([T0 + MINUTE, 2]);
});
