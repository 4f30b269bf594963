import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type BarFile, type ReadBarsOptions, readBars } from '../../src/bars/index.ts';
import { DataError } from '../../src/core/index.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';

const DIRECTORY = sharedData('../cases/bars');
const PLAIN = '00_canonical.csv';
const OPEN = { stamp: 'open' } as const;
const MS = 1_000_000n;

const inCases = (name: string): string => `${DIRECTORY}/${name}`;
const read = (name: string, options: ReadBarsOptions = {}): Promise<BarFile> => readBars([inCases(name)], options);

/** The sentence of a refusal; `read` where there is none. */
async function refusalOf(name: string, options?: ReadBarsOptions): Promise<string> {
  try {
    await read(name, options);
    return 'read';
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}

/** A file with the bars of 00: the flag it needs, what its volume is, ms between its times and those of 00. */
interface SameBars {
  readonly name: string;
  readonly options?: ReadBarsOptions;
  readonly volume?: 'rounded' | 'none';
  readonly laterMs?: bigint;
}

const SAME: readonly SameBars[] = [
  { name: '01_binance_klines_ms_nohdr.csv' },
  { name: '05_yfinance_multiindex.csv', options: OPEN, volume: 'rounded' },
  { name: '09_mt5.csv', volume: 'none' },
  { name: '12_dukascopy.csv' },
  { name: '14_kraken_nohdr.csv' },
  { name: '17_dup_exact.csv', options: { ...OPEN, dedupe: true } },
  { name: '22_semicolon_decimalcomma.csv', options: OPEN },
  { name: '24_utf16.csv', options: OPEN },
  { name: '30_descending.csv', options: OPEN },
  { name: '33_epoch_float.csv', options: OPEN },
  { name: '35_zip.zip', options: OPEN },
  { name: '39_pandas_index_unnamed.csv', options: OPEN },
  { name: '46_date_time_cols.csv', options: OPEN },
  { name: '61_close_time_col.csv', laterMs: -1n },
  { name: '72_open_time_only.csv' },
];

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['17_dup_exact.csv', /line 701: timestamp must be the only row of its time.*--dedupe/],
  ['27_nan_row.csv', /line \d+: open must be .*, was /],
  ['49_two_symbols_concatenated.csv', /SOL.*--symbol/],
  ['53_zero_price.csv', /line \d+: \w+ must be .*, was 0/],
  ['excel_serial.csv.gz', /line 2: Date must be .*days since 1900/],
];

const SEEN: readonly (readonly [string, string | null])[] = [
  ['52_split_10for1.csv', 'PRICE_STEP'],
  ['split.csv.gz', 'PRICE_STEP'],
  ['54_spike_x100.csv', 'BAD_PRINT'],
  ['badbar.csv.gz', 'BAD_PRINT'],
  ['nosplit.csv.gz', null],
  ['coarse_ticks.csv.gz', null],
];

/** Read by tests of their own: the plain file, a market of its own. */
const APART = [PLAIN, 'tradingview_macd.csv', 'pandas_unnamed_index.parquet'];

describe('the cases from the field', { tags: ['real-data'] }, () => {
  test('are all here', () => {
    const known = [...SAME.map(({ name }) => name), ...[...REFUSED, ...SEEN].map(([name]) => name), ...APART];
    expect([...new Set(known)].sort()).toEqual(hasSharedData ? readdirSync(DIRECTORY).sort() : []);
  });

  test.each(SAME)('$name has the bars of 00', async ({ name, options, volume, laterMs = 0n }) => {
    const [plain, { bars }] = [(await read(PLAIN, OPEN)).bars, await read(name, options)];
    expect(bars.tsEvent).toEqual(plain.tsEvent.map((ts) => ts + laterMs * MS));
    for (const price of ['open', 'high', 'low', 'close'] as const) expect(bars[price], price).toEqual(plain[price]);
    if (volume === undefined) expect(bars.volume).toEqual(plain.volume);
    if (volume === 'rounded') expect(bars.volume).toEqual(plain.volume.map(Math.trunc));
  });

  test.each([
    '01_binance_klines_ms_nohdr.csv',
    '09_mt5.csv',
    '12_dukascopy.csv',
    '14_kraken_nohdr.csv',
    '72_open_time_only.csv',
  ])('%s is never moved twice', async (name) => {
    const [plain, { bars, report }] = [(await read(PLAIN, OPEN)).bars, await read(name, OPEN)];
    expect(bars.tsEvent).toEqual(plain.tsEvent);
    expect(report.recognised.join(', ')).toContain('stamped at the open');
  });

  test('61 has the close, whatever is said of it', async () => {
    const [plain, { bars }] = [(await read(PLAIN, OPEN)).bars, await read('61_close_time_col.csv', OPEN)];
    expect(bars.tsEvent).toEqual(plain.tsEvent.map((ts) => ts - MS));
  });

  test('what was turned, left out and not used is said', async () => {
    expect((await read('30_descending.csv', OPEN)).report.recognised.join(', ')).toMatch(/newest first/);
    expect((await read('17_dup_exact.csv', { dedupe: true })).report.nDuplicates).toBe(1);
    const { report } = await read('tradingview_macd.csv');
    expect(report.unusedColumns).toEqual(['Histogram', 'MACD', 'Signal']);
  });

  test('TradingView: the MACD line named Signal is no signal of ours', async () => {
    const { bars, side } = await read('tradingview_macd.csv');
    expect(side).toBeNull();
    expect(bars.tsEvent[0], 'moved by the minute that it lasts').toBe(1_735_689_660_000_000_000n);
  });

  test('pandas: an index without a name, in Parquet, is the time', async () => {
    const [plain, { bars }] = [
      (await read('tradingview_macd.csv')).bars,
      await read('pandas_unnamed_index.parquet', OPEN),
    ];
    expect(bars.tsEvent).toEqual(plain.tsEvent);
    expect(bars.close.map((price) => Math.round(price * 100) / 100)).toEqual(plain.close);
  });

  test.each(REFUSED)('%s is refused by line and rule', async (name, sentence) => {
    expect(await refusalOf(name)).toMatch(sentence);
  });

  test.each(['SOL'])('49: --symbol %s picks one', async (symbol) => {
    const [plain, { bars }] = [
      (await read(PLAIN, OPEN)).bars,
      await read('49_two_symbols_concatenated.csv', { ...OPEN, symbol }),
    ];
    expect(bars.tsEvent).toEqual(plain.tsEvent.slice(0, bars.length));
    expect(bars.close).toEqual(plain.close.slice(0, bars.length));
  });

  test.each(SEEN)('%s: %s is seen, with its time and its size', async (name, code) => {
    const { warnings } = (await read(name)).report;
    expect(warnings.map((warning) => warning.code)).toEqual(code === null ? [] : [code]);
    expect(await refusalOf(name, { strict: true })).toMatch(
      code === null ? /^read$/ : /refused by strict: 2025-01-\d\dT/,
    );
  });
});
