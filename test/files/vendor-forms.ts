import {
  clock,
  compact,
  date,
  day,
  digits,
  dotted,
  formMaker,
  HEAD,
  iso,
  month,
  OPEN,
  ohlc,
  ohlcv,
  type PlainRow,
  STEP_MS,
  type VendorForm,
  year,
} from './form-maker.ts';

function binance(row: PlainRow, perMs: number): string {
  const end = perMs === 1 ? row.ms + STEP_MS - 1 : (row.ms + STEP_MS) * perMs - 1;
  return [row.ms * perMs, ohlcv(row), end, '5396758.0472', 15115, '1.5', '2702555.8542', 0].join(',');
}
const BINANCE_HEAD =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore';

/** Forms of vendors: their times say which end of a bar they are, or the caller says that they stamp the open. */
export function vendorForms(rows: readonly PlainRow[]): VendorForm[] {
  const newest = rows.toReversed();
  const of = formMaker(rows);
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
      {},
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
      'Alpha Vantage, US/Eastern',
      'same',
      [HEAD],
      (row) => `${day(row.ms - 18_000_000)} ${clock(row.ms - 18_000_000)},${ohlcv(row)}`,
      { ...OPEN, tz: 'America/New_York' },
      newest,
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
  ];
}
