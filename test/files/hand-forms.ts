import { gzipSync } from 'node:zlib';
import {
  clock,
  comma,
  compact,
  date,
  digits,
  formMaker,
  grouped,
  HEAD,
  iso,
  lines,
  month,
  OPEN,
  ohlc,
  ohlcv,
  type PlainRow,
  type VendorForm,
  year,
} from './form-maker.ts';

/** Forms that spreadsheets, scripts and people make. */
export function handForms(rows: readonly PlainRow[]): VendorForm[] {
  const plain = (row: PlainRow): string => `${iso(row.ms)},${ohlcv(row)}`;
  const text = lines([HEAD], rows.map(plain));
  const of = formMaker(rows);
  return [
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
      {
        ...OPEN,
        timeFormat: '%m/%d/%Y %H:%M:%S',
      },
    ),
    of(
      'dates with a 12-hour clock',
      'same',
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
