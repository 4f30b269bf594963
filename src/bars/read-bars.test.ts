import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { hasSharedData, sharedData } from '../../test/support/shared-data.ts';
import { DataError, formatIsoNanos, parseIsoNanos, Rng } from '../core/index.ts';
import { type ReadBarsOptions, readBars } from './index.ts';
import { withDuckDb } from './parquet/duckdb.ts';

const directory = mkdtempSync(join(tmpdir(), 'bars-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let nFiles = 0;
function file(content: string | Uint8Array, extension = 'csv'): string {
  const path = join(directory, `f${nFiles++}.${extension}`);
  writeFileSync(path, content);
  return path;
}

const HEADER = 'timestamp,open,high,low,close,volume';
const ROWS = [
  '2024-01-01T00:01:00Z,10,12,9,11,5',
  '2024-01-01T00:02:00Z,11,13,10,12,6',
  '2024-01-01T00:03:00Z,12,14,11,13,7',
];
const csv = (...rows: string[]): string => [HEADER, ...rows, ''].join('\n');
const T0 = 1_704_067_260_000_000_000n;
const MINUTE = 60_000_000_000n;

async function failure(paths: string | readonly string[], options: ReadBarsOptions = {}): Promise<DataError> {
  const error = await readBars(typeof paths === 'string' ? [paths] : paths, options).catch((reason: unknown) => reason);
  if (!(error instanceof DataError)) throw new Error(`expected a DataError, got ${String(error)}`);
  return error;
}

/** The message of the failure, with the file's path cut off. */
async function complaint(content: string | Uint8Array, options: ReadBarsOptions = {}): Promise<string> {
  const path = file(content);
  const error = await failure(path, options);
  expect(error.message.startsWith(path), `${error.message}: names the file first`).toBe(true);
  expect(error.message, 'one sentence, on one line').not.toContain('\n');
  return error.message.slice(path.length + 1);
}

describe('what is read', () => {
  test('three rows, by hand', async () => {
    const { bars, side, report } = await readBars([file(csv(...ROWS))]);
    expect([...bars.tsEvent]).toEqual([T0, T0 + MINUTE, T0 + 2n * MINUTE]);
    expect([bars.open, bars.high, bars.low, bars.close, bars.volume].map((column) => [...column])).toEqual([
      [10, 11, 12],
      [12, 13, 14],
      [9, 10, 11],
      [11, 12, 13],
      [5, 6, 7],
    ]);
    expect(bars.close.buffer, 'worker threads read the columns without a copy').toBeInstanceOf(SharedArrayBuffer);
    expect(bars.tsEvent.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(side).toBeNull();
    expect(report).toMatchObject({
      nRows: 3,
      nRepaired: 0,
      barNs: MINUTE,
      nGaps: 0,
      shiftNs: 0n,
      hasVolume: true,
      hasTakerBuyVolume: false,
      firstTs: T0,
      lastTs: T0 + 2n * MINUTE,
      timeUnit: 'iso-8601',
    });
  });

  test('names in other words, other order, extra columns, no volume', async () => {
    const short = await readBars([file('x,c,l,h,o,TIME\n?,11,9,12,10,1704067260\n,12,10,13,11,1704067320\n')]);
    expect([...short.bars.open], 'o is open').toEqual([10, 11]);
    expect([...short.bars.volume], 'a file without volume has zeros').toEqual([0, 0]);
    expect(short.report).toMatchObject({ hasVolume: false, timeUnit: 's' });
    const binance = await readBars([
      file(
        'open_time,open,high,low,close,Vol,taker_buy_base_asset_volume\n1704067260000,1,2,1,2,5,3\n1704067320000,1,2,1,2,5,3\n',
      ),
    ]);
    expect([...(binance.bars.takerBuyVolume ?? [])]).toEqual([3, 3]);
  });

  test.each([
    ['s', '1704067260', T0],
    ['ms', '1704067260001', T0 + 1_000_000n],
    ['us', '1704067260000001', T0 + 1_000n],
    ['ns', '1700000000000000001', 1_700_000_000_000_000_001n],
    ['iso-8601', '2024-01-01T00:01:00.000000001Z', T0 + 1n],
    ['iso-8601', '2024-01-01 01:01:00+01:00', T0],
    ['iso-8601', '2023-12-31T19:01:00.5-0500', T0 + 500_000_000n],
    ['iso-8601', '2024-01-01', T0 - MINUTE],
    ['iso-8601', '2024-01-01T00:01Z', T0],
    ['iso-8601', ' 2024-01-01T00:01:00 ', T0],
  ])('time as %s: %s', async (unit, text, ns) => {
    const { bars, report } = await readBars([file(csv(`${text},10,12,9,11,5`))]);
    expect([bars.tsEvent[0], report.timeUnit]).toEqual([ns, unit]);
  });

  test('random times of every shape are read as the careful parser reads them', async () => {
    const rng = new Rng(7);
    const texts: string[] = [];
    let ns = -1_000_000_000_000_000_000n;
    for (let k = 0; k < 500; k++) {
      ns += BigInt(1 + Math.floor(rng.nextFloat() * 2 ** 52)) * 2n;
      const minutes = Math.floor(rng.nextFloat() * 1440) - 720;
      const local = formatIsoNanos(ns + BigInt(minutes) * MINUTE).slice(0, -1);
      const size = Math.abs(minutes);
      const offset = [Math.floor(size / 60), size % 60].map((part) => String(part).padStart(2, '0')).join(':');
      texts.push(rng.nextFloat() < 0.3 ? formatIsoNanos(ns) : `${local}${minutes < 0 ? '-' : '+'}${offset}`);
    }
    const { bars } = await readBars([file(csv(...texts.map((text) => `${text},1,1,1,1,0`)))]);
    expect([...bars.tsEvent], 'seed 7').toEqual(texts.map(parseIsoNanos));
  });

  test('random doubles come back as the nearest ones', async () => {
    const rng = new Rng(11);
    const closes = Array.from(
      { length: 400 },
      () => (rng.nextFloat() + 1e-9) * 10 ** Math.floor(rng.nextFloat() * 30 - 15),
    );
    const rows = closes.map((close, k) => `${1_700_000_000 + k},${close},${close},${close},${close},${close}`);
    const { bars } = await readBars([file(csv(...rows))]);
    expect([...bars.close], 'seed 11').toEqual(closes);
    const hard = await readBars([file(csv('1700000000,9007199254740993.1,9007199254740993.1,.1,3.,1e-5'))]);
    expect([hard.bars.open[0], hard.bars.low[0], hard.bars.volume[0]]).toEqual([9007199254740994, 0.1, 0.00001]);
  });

  test.each([
    ['blank lines', `\n${HEADER}\n\n${ROWS[0]}\n\n\n${ROWS[1]}\n${ROWS[2]}\n\n`],
    ['CRLF', csv(...ROWS).replaceAll('\n', '\r\n')],
    ['CR', csv(...ROWS).replaceAll('\n', '\r')],
    ['mixed line ends', `${HEADER}\r\n${ROWS[0]}\n${ROWS[1]}\r\n${ROWS[2]}`],
    ['a byte order mark', `\ufeff${csv(...ROWS)}`],
    ['quoted cells', csv(...ROWS).replace(/[^,\n]+/g, '"$&"')],
    ['semicolons', csv(...ROWS).replaceAll(',', ';')],
    ['tabs', csv(...ROWS).replaceAll(',', '\t')],
    ['no last line end', csv(...ROWS).trimEnd()],
    ['lines of spaces', csv(ROWS[0], '   ', ROWS[1], ROWS[2])],
  ])('the same bars with %s', async (_, text) => {
    for (const path of [file(text), file(gzipSync(text), 'csv.gz'), file(gzipSync(text), 'dat')]) {
      const { bars } = await readBars([path]);
      expect([...bars.close], path).toEqual([11, 12, 13]);
    }
  });

  test('a path is a name, not a pattern, when such a file exists', async () => {
    const path = join(directory, "it's [1] *.csv");
    writeFileSync(path, csv(...ROWS));
    expect((await readBars([path])).report.nRows).toBe(3);
  });

  test('signals that come with the bars', async () => {
    const text = `${HEADER},side\n${ROWS[0]},BUY\n${ROWS[1]},-1\n${ROWS[2]},flat\n`;
    expect([...((await readBars([file(text)])).side ?? [])]).toEqual([1, -1, 0]);
    expect(await complaint(text.replace('flat', '0.7'))).toBe(
      'line 4: side must be -1, 0, 1, BUY, SELL or FLAT, was "0.7"',
    );
  });

  test('bars stamped at their open close one bar later', async () => {
    const { bars, report } = await readBars([file(csv(...ROWS))], { stamp: 'open' });
    expect([bars.tsEvent[0], report.firstTs, report.shiftNs]).toEqual([T0 + MINUTE, T0 + MINUTE, MINUTE]);
    expect((await failure(file(csv(ROWS[0])), { stamp: 'open' })).code, 'one bar has no length').toBe(
      'NOT_ENOUGH_BARS',
    );
    const both = file(
      'open_time,close_time,open,high,low,close\n1704067260,1704067319,1,1,1,1\n1704067320,1704067379,1,1,1,1\n',
    );
    expect((await readBars([both])).report.firstTs, 'close_time is the close').toBe(T0 + 59_000_000_000n);
    expect((await readBars([both], { stamp: 'open' })).report.firstTs).toBe(T0 + MINUTE);
  });

  test('gaps are steps longer than the most common one', async () => {
    const minutes = [1, 2, 3, 5, 6, 9, 11, 14];
    const rows = minutes.map((minute) => `${1_704_067_200 + minute * 60},1,1,1,1,0`);
    const { report } = await readBars([file(csv(...rows))]);
    expect([report.barNs, report.nGaps], 'steps 1 1 2 1 3 2 3').toEqual([MINUTE, 4]);
  });

  test('progress is told, and ends with all rows of all', async () => {
    const rows = Array.from({ length: 10_000 }, (_, k) => `${1_700_000_000 + 60 * k},10,12,9,11,5`);
    const seen: [number, number | null][] = [];
    await readBars([file(csv(...rows))], { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen.length, 'more than once').toBeGreaterThan(3);
    expect(
      seen.every(([done], k) => k === 0 || done >= seen[k - 1][0]),
      'never backwards',
    ).toBe(true);
    expect(seen.every(([done, total]) => total === null || total >= done)).toBe(true);
    expect(seen.at(-1)).toEqual([10_000, 10_000]);
    const [, guess] = seen[0];
    expect(Math.abs((guess ?? 0) / 10_000 - 1), 'the guess is near').toBeLessThan(0.1);
  });
});

describe('what is refused', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'EMPTY_FILE'],
    ['blank lines only', '\n \n', 'EMPTY_FILE'],
    ['an empty gzip', gzipSync(''), 'EMPTY_FILE'],
    ['a header only', `${HEADER}\n`, 'EMPTY_FILE'],
    ['a text', 'Dear reader,\nthese are no bars.\n', 'UNKNOWN_FORMAT'],
    ['a binary file', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]), 'UNKNOWN_FORMAT'],
    ['bars without a header', `${ROWS[0]}\n`.replace('2024-01-01T00:01:00Z', '1704067260'), 'UNKNOWN_FORMAT'],
    ['a cut gzip', gzipSync(csv(...ROWS)).subarray(0, -9), 'FILE_UNREADABLE'],
    ['a Parquet file of one word', 'PAR1 and nothing else', 'FILE_UNREADABLE'],
  ])('%s', async (_, content, code) => {
    const path = file(content);
    const error = await failure(path);
    expect([error.code, error.message.startsWith(path), error.message.includes('\n')]).toEqual([code, true, false]);
  });

  test('a file that is not there, a directory, a pattern of nothing', async () => {
    const missing = join(directory, 'missing.csv');
    expect(await failure(missing)).toMatchObject({ code: 'FILE_NOT_FOUND', message: `${missing} does not exist` });
    mkdirSync(join(directory, 'empty'));
    expect((await failure(join(directory, 'empty'))).message).toContain('is a directory without Parquet files');
    expect((await failure(join(directory, 'no-*.csv'))).message).toContain('no file matches');
    expect((await failure([])).code).toBe('FILE_NOT_FOUND');
  });

  test('a damaged gzip whose rows still look like bars', async () => {
    const rows = Array.from({ length: 50_000 }, (_, k) => `${1_700_000_000 + 60 * k},10,12,9,11,5`);
    const bytes = gzipSync(csv(...rows));
    bytes[bytes.length - 6] ^= 1; // the checksum, which DuckDB does not look at
    expect(await complaint(bytes)).toBe('cannot be read as gzip: it is damaged, or no gzip at all');
  });

  test('columns that are missing or claimed twice', async () => {
    const path = file('timestamp,open,high,low,price\n1,1,1,1,1\n');
    expect(await failure(path)).toMatchObject({
      code: 'MISSING_COLUMN',
      message: `${path} has no column for close: found timestamp, open, high, low, price, accepted (in any case) close|c|close_price|closeprice|close/last; --rename NAME=close says which`,
    });
    expect(await complaint('date,time,open,high,low,close\n')).toBe(
      'has more than one column for time: "date" and "time"; keep or rename one',
    );
    const exact = await readBars([file('c,ts_event,ts_init,date,open,high,low,close\n9,1704067260,61,x,1,1,1,1\n')]);
    expect(exact.bars.bar(0), 'an exact name wins').toMatchObject({ close: 1, tsEvent: T0 });
  });

  const second = '2024-01-01T00:02:00Z';
  const number = 'a finite number > 0';
  test.each([
    ['NaN', `${second},NaN,12,9,11,5`, `open must be ${number}, was NaN`],
    ['Infinity', `${second},10,inf,9,11,5`, `high must be ${number}, was Infinity`],
    ['negative price', `${second},10,12,-9,11,5`, `low must be ${number}, was -9`],
    ['price of zero', `${second},10,12,9,0,5`, `close must be ${number}, was 0`],
    ['text', `${second},ten,12,9,11,5`, 'open must be a number, was "ten"'],
    ['an empty cell', `${second},10,,9,11,5`, 'high must be a number, was empty'],
    ['a quoted empty cell', `${second},10,"",9,11,5`, 'high must be a number, was empty'],
    ['high', `${second},100,100,99,101.5,5`, 'high must be >= max(open, close) = 101.5, was 100'],
    ['low', `${second},100,102,101,101.5,5`, 'low must be <= min(open, close) = 100, was 101'],
    ['negative volume', `${second},10,12,9,11,-5`, 'volume must be a finite number >= 0, was -5'],
    ['an empty time', `,10,12,9,11,5`, /^timestamp must be an integer of UNIX s, ms, us or ns, .*, was empty$/],
    ['no date', '2024-02-30,10,12,9,11,5', /^timestamp must be .*, was "2024-02-30"$/],
    ['a fraction of a second', '1704067320.5,10,12,9,11,5', /^timestamp must be .*, was "1704067320.5"$/],
    [
      'an integer',
      '1704067320,10,12,9,11,5',
      /^timestamp must be in iso-8601 like the rows before it .*, was "1704067320"$/,
    ],
    [
      'a time repeated',
      '2024-01-01T00:01:00Z,10,12,9,11,5',
      'timestamp must be the only row of its time (another is identical; --dedupe keeps one), was 2024-01-01T00:01:00Z',
    ],
  ])('a bad row is named by its line: %s', async (_, row, rule) => {
    for (const [text, line] of [
      [csv(ROWS[0], row, ROWS[2]), 3],
      [`\n\n${csv(ROWS[0], '', '', row)}`, 7],
      [`\ufeff${csv(ROWS[0], row)}`.replaceAll('\n', '\r\n'), 3],
    ] as const) {
      const said = await complaint(text);
      expect(said.startsWith(`line ${line}: `), `${said}: line ${line}`).toBe(true);
      const rest = said.slice(`line ${line}: `.length);
      if (typeof rule === 'string') expect(rest).toBe(rule);
      else expect(rest).toMatch(rule);
    }
  });

  test('an earlier time among later ones is named by its line, and sorted when asked', async () => {
    const text = csv(ROWS[0], ROWS[1], '2023-12-31,10,12,9,11,5');
    expect(await complaint(text)).toBe(
      'line 4: timestamp must be after the row before it (2024-01-01T00:02:00Z), or sorted by --sort, was 2023-12-31',
    );
    expect((await readBars([file(text)], { sort: true })).report.nRows).toBe(3);
  });

  test('a line is counted as an editor counts it, also after a line break within quotes', async () => {
    const text = `note,${HEADER}\n"a\nb",${ROWS[0]}\n"c ""d""\r\n\n",${ROWS[1]}\nx,${ROWS[2].replace('14', '1')}\n`;
    expect(await complaint(text)).toBe('line 7: high must be >= max(open, close) = 13, was 1');
  });

  test('ragged rows and broken quotes', async () => {
    expect(await complaint(csv(ROWS[0], '2024-01-01T00:02:00Z,10,12,9,11'))).toBe(
      'line 3 must have 6 cells like the header, has 5',
    );
    expect(await complaint(csv(ROWS[0], `${ROWS[1]},7`))).toBe('line 3 must have 6 cells like the header, has 7');
    expect(await complaint(csv(ROWS[0], `"${ROWS[1]}`, ROWS[2]))).toBe('line 3 must close every quote it opens');
    expect(await complaint(csv(ROWS[0], ROWS[1].replace('11', '"1"1')))).toContain('line 3 must have nothing between');
  });

  test('units are not mixed', async () => {
    expect(await complaint(csv('1704067260,1,1,1,1,0', '1704067320000,1,1,1,1,0'))).toBe(
      'line 3: timestamp must be in s like the rows before it (this reads as ms), was "1704067320000"',
    );
    expect(await complaint(csv('1704067260,1,1,1,1,0', '20240102,1,1,1,1,0'))).toBe(
      'line 3: timestamp must be in s like the rows before it (this reads as iso-8601), was "20240102"',
    );
    expect(await complaint(csv('9300000000,1,1,1,1,0'))).toMatch(/^line 2: timestamp must be .* between 1678 and 2262/);
  });

  test('a bar from the future', async () => {
    const text = csv(...ROWS);
    const now = T0 + MINUTE;
    expect(await complaint(text, { now })).toBe(
      'line 4: timestamp must be not in the future (now is 2024-01-01T00:02:00Z), was a bar that closes 2024-01-01T00:03:00Z',
    );
    expect(await complaint(text, { now, stamp: 'open' }), 'an open bar has not closed').toContain('line 3: ');
    expect((await readBars([file(text)], { now: T0 + 2n * MINUTE })).report.nRows).toBe(3);
  });

  test('taker volume is a part of the volume', async () => {
    const text = `${HEADER},taker_buy_volume\n${ROWS[0]},5\n${ROWS[1]},6.5\n`;
    expect(await complaint(text)).toBe('line 3: taker_buy_volume must be in [0, volume = 6], was 6.5');
  });

  test('a fault far down a large file, past the chunks of the reader', async () => {
    const rows = Array.from({ length: 60_000 }, (_, k) => `${1_700_000_000 + 60 * k},10,12,9,11,5`);
    rows[54_321] = rows[54_321].replace('12', '10');
    for (const content of [csv(...rows), gzipSync(csv(...rows))]) {
      expect(await complaint(content)).toBe('line 54323: high must be >= max(open, close) = 11, was 10');
    }
  });

  test.each([
    { what: 'a word for a number', row: 60_000, broken: ',10,12,abc,11,5' },
    { what: 'a short row', row: 90_001, broken: ',10,12' },
    { what: 'a quote that is never closed', row: 3000, broken: ',10,12,"9,11,5' },
  ])('$what, read while earlier rows are on their way already, ends no file early', async ({ row, broken }) => {
    const rows = Array.from({ length: 120_000 }, (_, k) => `${1_700_000_000 + 60 * k},10,12,9,11,5`);
    rows[row] = `${1_700_000_000 + 60 * row}${broken}`;
    for (let again = 0; again < 3; again++) expect(await complaint(csv(...rows))).toMatch(`line ${row + 2}`);
  });

  test.each([
    ["Cannot find package '@duckdb/node-api' imported from x", 'packages for reading Parquet are not installed'],
    ['the shared library cannot be opened', 'DuckDB does not load (the shared library cannot be opened)'],
  ])('without DuckDB (%s) the sentence says what to type', async (message, found) => {
    const absent = () => Promise.reject(Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' }));
    await expect(withDuckDb(async () => 0, absent)).rejects.toThrow(
      expect.objectContaining({ code: 'MISSING_PART', message: `${found}; run npm i @duckdb/node-api@1.5.6-r.1` }),
    );
  });
});

describe('repair', () => {
  test('widens high and low, and nothing else', async () => {
    const rows = ['1704067260,10,9,9.5,11,1', '1704067320,10,12,9,11,1', '1704067380,10,12,10.5,11,1'];
    const { bars, report } = await readBars([file(csv(...rows))], { allowOhlcRepair: true });
    expect([...bars.high, ...bars.low]).toEqual([11, 12, 12, 9.5, 9, 10]);
    expect(report.nRepaired).toBe(2);
    for (const bad of [
      '1704067440,10,12,-9,11,1',
      '1704067440,10,0,9,11,1',
      '1704067440,0,12,9,11,1',
      '1704067440,10,inf,9,11,1',
      '1704067440,nan,12,9,11,1',
    ]) {
      expect(await complaint(csv(...rows, bad), { allowOhlcRepair: true }), bad).toContain('line 5: ');
    }
  });
});

describe('several files', () => {
  test('are put in time order, whatever the order they are named in', async () => {
    mkdirSync(join(directory, 'many'));
    const paths = ['a', 'b', 'c'].map((name) => join(directory, 'many', `${name}.csv`));
    for (const [k, path] of paths.entries()) writeFileSync(path, csv(ROWS[2 - k]));
    for (const named of [paths, [join(directory, 'many', '*.csv')]]) {
      const { bars, report } = await readBars(named);
      expect([...bars.close]).toEqual([11, 12, 13]);
      expect(report.files).toEqual(paths.toReversed());
      expect(bars.close.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
    const overlap = join(directory, 'overlap.csv');
    writeFileSync(overlap, `\n${csv(ROWS[1])}`);
    const error = await failure([paths[0], paths[1], overlap]);
    expect(error.message).toMatch(
      /(b\.csv line 2|overlap\.csv line 3): timestamp must be after the last bar of .* \(2024-01-01T00:02:00Z\)/,
    );
    const future = await failure(paths, { now: T0 + MINUTE });
    expect(future.message, 'the file and the line of a fault found after joining').toContain('a.csv line 2: ');
  });

  test.each([
    [{ stamp: 'Open' as never }, 'stamp must be one of open, close, was "Open"'],
    [{ decimal: ';' as never }, 'decimal must be a point (.) or a comma (,), was ";"'],
  ])('a choice that is none: %j', async (options, message) => {
    await expect(readBars([file(csv(...ROWS))], options)).rejects.toThrow(message);
  });

  test.each([
    '2024-01-01 00:01:00+25:00',
    '2024-01-01T00:01:00+99:99',
    '2024-01-01 00:01:00-05:60',
    '2024.01.01 00:01-3000',
  ])('an offset from UTC that does not exist: %s', async (time) => {
    expect(await complaint(csv(ROWS[0], `${time},11,13,10,12,6`))).toContain('line 3: timestamp must be ');
    expect(await complaint(csv(`${time},11,13,10,12,6`, ROWS[0]))).toContain('line 2: timestamp must be ');
  });

  test.each(['+23:59', '-18:30'])('a zone that does not exist: %s', async (tz) => {
    await expect(readBars([file(csv(...ROWS))], { tz })).rejects.toThrow('tz must be an IANA time zone');
  });

  test.each([
    ['has no column of volumes', 'timestamp,open,high,low,close\n2024-01-01T00:03:00Z,12,14,11,13\n'],
    ['has empty volumes', csv('2024-01-01T00:03:00Z,12,14,11,13,')],
  ])('volumes of all or of none: one %s', async (_, content) => {
    const [first, second] = [file(csv(...ROWS.slice(0, 2))), file(content)];
    const error = await failure([first, second]);
    expect(error).toMatchObject({
      code: 'MISSING_COLUMN',
      message: `${second} has no volumes, and ${first} has: read them apart, or leave the column out of all`,
    });
    expect((await readBars([second])).report.hasVolume).toBe(false);
  });

  test('taker volume only when all have it, signals all or none', async () => {
    const first = file(`${HEADER},buy_volume\n${ROWS[0]},5\n`);
    const second = file(csv(ROWS[1]));
    expect((await readBars([first, second])).bars.takerBuyVolume).toBeNull();
    const withSignal = file(`${HEADER},signal\n${ROWS[2]},1\n`);
    expect((await failure([second, withSignal])).message).toContain('has no signal column');
  });
});

describe('bounds', () => {
  const limits = { lineBytes: 2 ** 24, fileBytes: 2 ** 30, unpackedBytes: 2 ** 30 };
  const MEGABYTE = 2 ** 20;

  test('a packed file that unpacks to 100 times its size is refused while it is unpacked', async () => {
    const rows = csv(...Array.from({ length: 40_000 }, () => ROWS[0]));
    const bomb = gzipSync(Buffer.concat(Array.from({ length: 64 }, () => Buffer.from(rows))));
    expect(await complaint(bomb)).toMatch(
      /^must unpack to at most \d+ bytes \(100 times its size; a bar takes 64\), has more/,
    );
  });

  test('a line without an end is refused by its number, packed or not', async () => {
    const endless = `${csv(...ROWS)}${'1'.repeat(3 * MEGABYTE)}`;
    const bounded = { limits: { ...limits, lineBytes: MEGABYTE } };
    const sentence = 'line 5 must be at most 1048576 bytes long (limits.line_bytes)';
    for (const content of [endless, gzipSync(endless), `${endless}\n`]) {
      expect(await complaint(content, bounded)).toBe(sentence);
    }
  });

  test.each([
    ['a file', 'fileBytes', csv(...ROWS), 'must have at most 100 bytes (limits.file_bytes), has 141'],
    [
      'a packed file',
      'unpackedBytes',
      gzipSync(csv(...ROWS)),
      'must unpack to at most 100 bytes (limits.unpacked_bytes; a bar takes 64), has more',
    ],
  ])('%s that is too large is refused with the setting', async (_, name, content, sentence) => {
    expect(await complaint(content, { limits: { ...limits, [name]: 100 } })).toBe(sentence);
  });

  test('the rows of a plain file are counted while they are read', async () => {
    expect(await complaint(csv(...ROWS), { limits: { ...limits, unpackedBytes: 128 } })).toBe(
      'must unpack to at most 128 bytes (limits.unpacked_bytes; a bar takes 64), has more than 2 rows',
    );
  });

  test('the rows of a Parquet file are counted before they are read', async () => {
    const path = join(directory, 'many.parquet');
    const times = "epoch_ns(TIMESTAMP '2024-01-01' + INTERVAL 1 MINUTE * i)";
    const rows = `SELECT ${times} AS timestamp, 1 AS open, 1 AS high, 1 AS low, 1 AS close FROM range(2000000) t(i)`;
    await withDuckDb((connection) => connection.run(`COPY (${rows}) TO '${path}' (COMPRESSION zstd)`));
    const { message } = await failure(path, { limits: { ...limits, unpackedBytes: MEGABYTE } });
    expect(message).toContain(
      'must unpack to at most 1048576 bytes (limits.unpacked_bytes; a bar takes 64), has 2000000 rows',
    );
  });
});

describe('real bars', { tags: ['real-data'] }, () => {
  const table = hasSharedData ? readFileSync(sharedData('README.md'), 'utf8') : '';
  const listed = [
    ...table.matchAll(/^\| (\S+\.csv\.gz) \| [^|]+ \| (1m|15m|1h) \| ([\d,]+) \|.*?\| (\d+) \| (\d+) \/ \d+ \|/gm),
  ];
  const bars = { '1m': MINUTE, '15m': 15n * MINUTE, '1h': 60n * MINUTE };

  test('the README lists them', () => expect(listed.length).toBe(17));

  test.each(listed.map((match) => match.slice(1)))('%s', async (name, bar, rows, bad, gaps) => {
    const { report } = await readBars([sharedData(name)], { allowOhlcRepair: true });
    expect(
      [report.nRows, report.nRepaired, report.nGaps, report.barNs],
      'rows, OHLC bad, gaps and bar as the README counted them',
    ).toEqual([Number(rows.replaceAll(',', '')), Number(bad), Number(gaps), bars[bar as keyof typeof bars]]);
    expect(report.hasTakerBuyVolume).toBe(name.startsWith('binance'));
    expect(report.hasVolume).toBe(!/EURUSD|GBPUSD/.test(name));
  });

  test('the unrepaired file is refused at its first bad row', async () => {
    const error = await failure(sharedData('bitmex_XBTUSD_1m_raw_ohlc_violations_2018-12-01_07.csv.gz'));
    expect(error.message).toMatch(/ line 79: low must be <= min\(open, close\) = 3983\.5, was 3984$/);
  });

  test('trades are not bars', async () => {
    expect((await failure(sharedData('trades_binance_XRP_ETH.csv.gz'))).code).toBe('MISSING_COLUMN');
  });
});
