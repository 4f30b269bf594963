import { gzipSync } from 'node:zlib';
import type { ReadBarsOptions } from '../../src/bars/index.ts';

/** A bar as it stands in the plain file. */
export interface PlainRow {
  /** Open of the bar, UNIX ms. */
  readonly ms: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
}

/** A form in which a vendor writes the plain file, and what reading it must give. */
export interface VendorForm {
  readonly name: string;
  readonly content: string | Buffer;
  /** End of the file's name, with its dot. */
  readonly ending?: string;
  readonly options?: ReadBarsOptions;
  /** `same`: the bars of the plain file. `prices`: the same but for the volume, which the vendor rounds or does not have. */
  readonly expected: 'same' | 'prices' | RegExp;
}

/** Forms that are not read yet: until they are, any refusal will do, and a wrong bar will not. */
export const NOT_READ_YET: readonly string[] = [
  'Bybit',
  'European dates',
  'European numbers with points between thousands',
  'Excel days with their fraction',
  'Investing.com',
  'Nasdaq.com',
  'US dates',
  'date and time, US',
  'dates whose order nothing shows',
  'days as YYYYMMDD',
  'such dates with --time-format',
  'volumes with thousands separators',
];

const OPEN = { stamp: 'open' } as const;
const STEP_MS = 900_000;

const iso = (ms: number): string => new Date(ms).toISOString();
const day = (ms: number): string => iso(ms).slice(0, 10);
const clock = (ms: number): string => iso(ms).slice(11, 19);
const compact = (ms: number): string => day(ms).replaceAll('-', '');
const digits = (ms: number): string => clock(ms).replaceAll(':', '');
const dotted = (ms: number): string => day(ms).replaceAll('-', '.');
const [year, month, date] = [
  (ms: number) => day(ms).slice(0, 4),
  (ms: number) => day(ms).slice(5, 7),
  (ms: number) => day(ms).slice(8),
];
const comma = (number: string): string => number.replace('.', ',');
const grouped = (number: string): string => Number(number).toLocaleString('en-US', { maximumFractionDigits: 20 });
const ohlc = ({ open, high, low, close }: PlainRow): string => [open, high, low, close].join(',');
const ohlcv = (row: PlainRow): string => `${ohlc(row)},${row.volume}`;
const lines = (head: readonly string[], rows: readonly string[]): string => `${[...head, ...rows].join('\n')}\n`;
const HEAD = 'timestamp,open,high,low,close,volume';

function binance(row: PlainRow, perMs: number): string {
  const end = perMs === 1 ? row.ms + STEP_MS - 1 : (row.ms + STEP_MS) * perMs - 1;
  return [row.ms * perMs, ohlcv(row), end, '5396758.0472', 15115, '1.5', '2702555.8542', 0].join(',');
}
const BINANCE_HEAD =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore';

/** Forms whose times say which end of a bar they are, or which the caller says to stamp the open. */
export function vendorForms(rows: readonly PlainRow[]): VendorForm[] {
  const newest = rows.toReversed();
  const plain = (row: PlainRow): string => `${iso(row.ms)},${ohlcv(row)}`;
  const text = lines([HEAD], rows.map(plain));
  const of = (
    name: string,
    expected: VendorForm['expected'],
    head: readonly string[],
    line: (row: PlainRow, i: number) => string,
    options: ReadBarsOptions = OPEN,
    order: readonly PlainRow[] = rows,
  ): VendorForm => ({ name, expected, options, content: lines(head, order.map(line)) });
  return [
    of('Binance, us, without a header', 'same', [], (row) => binance(row, 1000), {}),
    of('Binance, ms, --bar-stamp open', 'same', [], (row) => binance(row, 1), OPEN),
    of('Binance, ms and then us', 'same', [], (row, i) => binance(row, i < 700 ? 1 : 1000), {}),
    of('Binance futures, with a header', 'same', [BINANCE_HEAD], (row) => binance(row, 1), OPEN),
    of(
      'Kraken with a vwap',
      'same',
      ['time,open,high,low,close,vwap,volume,count'],
      (row) => `${row.ms / 1000},${ohlc(row)},190.1,${row.volume},7`,
    ),
    of(
      'MetaTrader 4',
      'prices',
      [],
      (row) => `${dotted(row.ms)},${clock(row.ms).slice(0, 5)},${ohlc(row)},${Math.trunc(Number(row.volume))}`,
    ),
    of(
      'MetaTrader 5, comma',
      'prices',
      ['<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<TICKVOL>,<VOL>,<SPREAD>'],
      (row) => `${dotted(row.ms)},${clock(row.ms)},${ohlc(row)},28,0,10`,
      {},
    ),
    of(
      'Dukascopy, local time with an offset',
      'same',
      ['Local time,Open,High,Low,Close,Volume'],
      (row) =>
        `${date(row.ms + 7_200_000)}.${month(row.ms + 7_200_000)}.${year(row.ms + 7_200_000)} ${clock(row.ms + 7_200_000)}.000 GMT+0200,${ohlcv(row)}`,
      {},
    ),
    of(
      'yfinance, New York offsets',
      'same',
      ['Datetime,Open,High,Low,Close,Adj Close,Volume'],
      (row) =>
        `${day(row.ms - 18_000_000)} ${clock(row.ms - 18_000_000)}-05:00,${ohlc(row)},${row.close},${row.volume}`,
    ),
    of(
      'TradingView, ISO',
      'same',
      ['time,open,high,low,close,Volume'],
      (row) => `${iso(row.ms).slice(0, 19)}Z,${ohlcv(row)}`,
    ),
    of(
      'TradingView, epoch',
      'same',
      ['time,open,high,low,close,Volume,RSI'],
      (row) => `${row.ms / 1000},${ohlcv(row)},50.1`,
    ),
    of(
      'Stooq',
      'same',
      ['<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>'],
      (row) => `SOLUSD.V,15,${compact(row.ms)},${digits(row.ms)},${ohlcv(row)},0`,
    ),
    of(
      'Coinbase candles, newest first',
      'same',
      ['time,low,high,open,close,volume'],
      (row) => [row.ms / 1000, row.low, row.high, row.open, row.close, row.volume].join(','),
      OPEN,
      newest,
    ),
    of(
      'Coinbase candles without a header',
      'same',
      [],
      (row) => [row.ms / 1000, row.low, row.high, row.open, row.close, row.volume].join(','),
      OPEN,
      newest,
    ),
    of(
      'HistData (New York without summer time)',
      'same',
      [],
      (row) => `${compact(row.ms - 18_000_000)} ${digits(row.ms - 18_000_000)};${ohlcv(row).replaceAll(',', ';')}`,
      { ...OPEN, tz: 'Etc/GMT+5' },
    ),
    of(
      'CryptoDataDownload',
      'same',
      ['https://www.CryptoDataDownload.com', 'unix,date,symbol,open,high,low,close,Volume SOL,Volume USDT,tradecount'],
      (row) => `${row.ms},${day(row.ms)} ${clock(row.ms)},SOLUSDT,${ohlcv(row)},539.1,7`,
      OPEN,
      newest,
    ),
    of('Polygon flat file', 'same', ['ticker,volume,open,close,high,low,window_start,transactions'], (row) =>
      ['X:SOLUSD', row.volume, row.open, row.close, row.high, row.low, `${row.ms}000000`, 7].join(','),
    ),
    of(
      'Interactive Brokers, UTC',
      'same',
      ['date,open,high,low,close,volume,average,barCount'],
      (row) => `${compact(row.ms)} ${clock(row.ms)} UTC,${ohlcv(row)},190.1,7`,
    ),
    of(
      'Interactive Brokers, two blanks',
      'same',
      ['date,open,high,low,close,volume,average,barCount'],
      (row) => `${compact(row.ms)}  ${clock(row.ms)},${ohlcv(row)},190.1,7`,
    ),
    {
      name: 'CCXT JSON',
      ending: '.json',
      expected: 'same',
      options: OPEN,
      content: JSON.stringify(rows.map((row) => [row.ms, ...ohlcv(row).split(',').map(Number)])),
    },
    {
      name: 'Polygon JSON',
      ending: '.json',
      expected: 'same',
      options: OPEN,
      content: JSON.stringify({
        ticker: 'X:SOLUSD',
        results: rows.map((row) => ({
          v: Number(row.volume),
          vw: 1,
          o: Number(row.open),
          c: Number(row.close),
          h: Number(row.high),
          l: Number(row.low),
          t: row.ms,
          n: 1,
        })),
      }),
    },
    of(
      'Bitfinex candles without a header',
      /./,
      [],
      (row) => [row.ms, row.open, row.close, row.high, row.low, row.volume].join(','),
      OPEN,
      newest,
    ),
    of(
      'Gate.io candles without a header',
      /./,
      [],
      (row) => [row.ms / 1000, row.volume, row.close, row.high, row.low, row.open].join(','),
      OPEN,
    ),
    of(
      'OKX candles',
      'same',
      ['ts,o,h,l,c,vol,volCcy,volCcyQuote,confirm'],
      (row) => `${row.ms},${ohlcv(row)},1.5,1.5,1`,
      OPEN,
      newest,
    ),
    of(
      'Bybit',
      'same',
      ['startTime,openPrice,highPrice,lowPrice,closePrice,volume,turnover'],
      (row) => `${row.ms},${ohlcv(row)},1.5`,
      OPEN,
      newest,
    ),
    of(
      'Alpaca',
      'same',
      ['symbol,timestamp,open,high,low,close,volume,trade_count,vwap'],
      (row) => `SOL/USD,${day(row.ms)} ${clock(row.ms)}+00:00,${ohlcv(row)},7,190.1`,
    ),
    of(
      'Databento',
      'same',
      ['ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol'],
      (row) => `${iso(row.ms).slice(0, 19)}.000000000Z,33,1,15,${ohlcv(row)},SOL`,
      OPEN,
    ),
    of(
      'Tiingo',
      'same',
      ['date,close,high,low,open,volume,adjClose,adjHigh,adjLow,adjOpen,adjVolume,divCash,splitFactor'],
      (row) => [`${iso(row.ms)}`, row.close, row.high, row.low, row.open, row.volume, 1, 1, 1, 1, 1, 0, 1].join(','),
    ),
    of('bars that never move, without a header', /./, [], (row) => `${row.ms / 1000},5,5,5,5,5`, OPEN),
    of('comment lines', 'same', ['# exported 2025-02-01', '# UTC', HEAD], plain),
    of(
      'volumes in thousands',
      'same',
      [HEAD],
      (row) => `${iso(row.ms)},${ohlc(row)},${(Number(row.volume) / 1000).toFixed(6)}K`,
    ),
    of(
      'volumes with thousands separators',
      'same',
      [HEAD],
      (row) => `${iso(row.ms)},${ohlc(row)},"${grouped(row.volume)}"`,
    ),
    of(
      'US dates',
      'same',
      [HEAD],
      (row) => `${month(row.ms)}/${date(row.ms)}/${year(row.ms)} ${clock(row.ms)},${ohlcv(row)}`,
    ),
    of(
      'European dates',
      'same',
      [HEAD],
      (row) => `${date(row.ms)}/${month(row.ms)}/${year(row.ms)} ${clock(row.ms)},${ohlcv(row)}`,
    ),
    of(
      'dates whose order nothing shows',
      /time.?format/i,
      [HEAD],
      (row) => `${month(row.ms)}/${date(row.ms)}/${year(row.ms)} ${clock(row.ms)},${ohlcv(row)}`,
      OPEN,
      rows.slice(192, 1300),
    ),
    of(
      'such dates with --time-format',
      'same',
      [HEAD],
      (row) => `${month(row.ms)}/${date(row.ms)}/${year(row.ms)} ${clock(row.ms)},${ohlcv(row)}`,
      { ...OPEN, timeFormat: '%m/%d/%Y %H:%M:%S' },
    ),
    of(
      'dates with a 12-hour clock',
      /./,
      [HEAD],
      (row) =>
        `${month(row.ms)}/${date(row.ms)}/${year(row.ms)} ${((Number(clock(row.ms).slice(0, 2)) + 11) % 12) + 1}${clock(row.ms).slice(2)} ${clock(row.ms) < '12' ? 'AM' : 'PM'},${ohlcv(row)}`,
    ),
    of('seconds as floats with milliseconds', 'same', [HEAD], (row) => `${(row.ms / 1000).toFixed(3)},${ohlcv(row)}`),
    of('milliseconds as floats', 'same', [HEAD], (row) => `${row.ms}.0,${ohlcv(row)}`),
    of('nanoseconds', 'same', [HEAD], (row) => `${row.ms}000000,${ohlcv(row)}`),
    of('times as Excel shortens them', /time/i, [HEAD], (row) => `${(row.ms / 1e12).toFixed(5)}E+12,${ohlcv(row)}`),
    of(
      'Excel days with their fraction',
      /days|Excel/i,
      [HEAD],
      (row) => `${(row.ms / 86_400_000 + 25_569).toFixed(8)},${ohlcv(row)}`,
    ),
    of('row numbers', /time|unit/i, [HEAD], (row, i) => `${i},${ohlcv(row)}`),
    of('thousands of seconds', /time|unit/i, [HEAD], (row) => `${Math.round(row.ms / 1e6)}${row.ms % 7},${ohlcv(row)}`),
    of('pandas with a counted index', 'same', [`,${HEAD}`], (row, i) => `${i},${plain(row)}`),
    of(
      'quoted cells',
      'same',
      [
        HEAD.split(',')
          .map((name) => `"${name}"`)
          .join(','),
      ],
      (row) =>
        plain(row)
          .split(',')
          .map((cell) => `"${cell}"`)
          .join(','),
    ),
    of('blanks after commas', 'same', [HEAD.replaceAll(',', ', ')], (row) => plain(row).replaceAll(',', ', ')),
    of('European numbers with points between thousands', 'same', [HEAD.replaceAll(',', ';')], (row) =>
      [
        iso(row.ms),
        comma(row.open),
        comma(row.high),
        comma(row.low),
        comma(row.close),
        Number(row.volume).toLocaleString('de-DE', { maximumFractionDigits: 20 }),
      ].join(';'),
    ),
    of('tabs', 'same', [HEAD.replaceAll(',', '\t')], (row) => plain(row).replaceAll(',', '\t')),
    of('names of their own, with --rename', 'same', ['When,First,Top,Bottom,Last,Size'], plain, {
      ...OPEN,
      rename: { When: 'timestamp', First: 'open', Top: 'high', Bottom: 'low', Last: 'close', Size: 'volume' },
    }),
    of('names of their own', /rename|column/i, ['When,First,Top,Bottom,Last,Size'], plain),
    of(
      'Investing.com',
      'prices',
      ['"Date","Price","Open","High","Low","Vol.","Change %"'],
      (row) =>
        [`${month(row.ms)}/${date(row.ms)}/${year(row.ms)}`, row.close, row.open, row.high, row.low, '1.2K', '0.10%']
          .map((cell) => `"${cell}"`)
          .join(','),
      OPEN,
      newest.filter((row) => row.ms % 86_400_000 === 0),
    ),
    of(
      'Nasdaq.com',
      'prices',
      ['Date,Close/Last,Volume,Open,High,Low'],
      (row) =>
        [
          `${month(row.ms)}/${date(row.ms)}/${year(row.ms)}`,
          `$${row.close}`,
          '28247',
          `$${row.open}`,
          `$${row.high}`,
          `$${row.low}`,
        ].join(','),
      OPEN,
      newest.filter((row) => row.ms % 86_400_000 === 0),
    ),
    of(
      'days as YYYYMMDD',
      'same',
      [HEAD],
      (row) => `${compact(row.ms)},${ohlcv(row)}`,
      OPEN,
      rows.filter((row) => row.ms % 86_400_000 === 0),
    ),
    of(
      'date and time, compact',
      'same',
      ['Date,Time,Open,High,Low,Close,Volume'],
      (row) => `${compact(row.ms)},${digits(row.ms)},${ohlcv(row)}`,
    ),
    of(
      'date and time, US',
      'same',
      ['Date,Time,Open,High,Low,Close,Volume'],
      (row) => `${month(row.ms)}/${date(row.ms)}/${year(row.ms)},${clock(row.ms).slice(0, 5)},${ohlcv(row)}`,
    ),
    of('rows in no order', /sort/, [HEAD], plain, OPEN, [...rows.slice(700), ...rows.slice(0, 700)]),
    of('rows in no order, --sort', 'same', [HEAD], plain, { ...OPEN, sort: true }, [
      ...rows.slice(700),
      ...rows.slice(0, 700),
    ]),
    of('a row twice', /line 702.*dedupe|dedupe/, [HEAD], plain, OPEN, [...rows.slice(0, 700), ...rows.slice(699)]),
    of('a row twice, --dedupe', 'same', [HEAD], plain, { ...OPEN, dedupe: true }, [
      ...rows.slice(0, 700),
      ...rows.slice(699),
    ]),
    of('two different rows of one time, --dedupe', /differ|same time|other/, [HEAD], plain, { ...OPEN, dedupe: true }, [
      ...rows.slice(0, 700),
      { ...rows[699], volume: '1' },
      ...rows.slice(700),
    ]),
    of('a symbol column with one symbol', 'same', [`symbol,${HEAD}`], (row) => `SOLUSDT,${plain(row)}`),
    of(
      'a symbol column with two',
      /AAA.*BBB/,
      [`symbol,${HEAD}`],
      (row, i) => `${i < 700 ? 'AAA' : 'BBB'},${plain(row)}`,
    ),
    { name: 'UTF-8 with a byte-order mark', expected: 'same', options: OPEN, content: `\ufeff${text}` },
    { name: 'gzip, named .csv', expected: 'same', options: OPEN, content: gzipSync(text) },
    {
      name: 'UTF-16, big endian',
      expected: 'same',
      options: OPEN,
      content: Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
    },
    { name: 'Windows line ends', expected: 'same', options: OPEN, content: text.replaceAll('\n', '\r\n') },
    { name: 'empty lines at the end', expected: 'same', options: OPEN, content: `${text}\n\n\n` },
    {
      name: 'a last line of words',
      expected: /line 1502/,
      options: OPEN,
      content: `${text}Downloaded from example.com\n`,
    },
    { name: 'a file that was cut', expected: /line 1501/, options: OPEN, content: text.slice(0, -20) },
  ];
}
