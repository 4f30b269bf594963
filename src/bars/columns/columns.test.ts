import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type ReadBarsOptions, readBars, writeBarsCsv } from '../index.ts';
import { sqlText, withDuckDb } from '../parquet/duckdb.ts';
import { parseValueCell } from './value-cells.ts';

const directory = mkdtempSync(join(tmpdir(), 'columns-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let nFiles = 0;
function file(text: string, name = 'bars.csv'): string {
  const path = join(directory, `${nFiles++}-${name}`);
  writeFileSync(path, text);
  return path;
}

const HEAD = 'timestamp,open,high,low,close,volume';
/** Bars of a minute with more cells behind each. */
function csv(more: string, rows: readonly string[], first = 1_700_000_000): string {
  const lines = rows.map((cells, i) => `${first + 60 * i},10,12,9,11,5${cells === '' ? '' : `,${cells}`}`);
  return `${HEAD}${more}\n${lines.join('\n')}\n`;
}

const refusal = (path: string, options: ReadBarsOptions): Promise<string> =>
  readBars([path], options).then(
    () => 'read',
    (error: Error) => error.message.replaceAll(`${directory}/`, ''),
  );
const columnsOf = async (path: string, ...columns: readonly string[]) =>
  Object.fromEntries(Array.from((await readBars([path], { columns })).bars.columns, ([name, of]) => [name, [...of]]));

const PLAIN = { decimal: '.', isDecimalKnown: false } as const;

test.each([
  ['0.1', 0.1],
  [' -3.5e-7 ', -3.5e-7],
  ['0.1234567890123456789', 0.123_456_789_012_345_68],
  ['-12', -12],
  ['.5', 0.5],
  ['True', 1],
  ['false', 0],
  ['', Number.NaN],
  ['NaN', Number.NaN],
  ['-inf', Number.NaN],
  ['1e400', Number.NaN],
  ['None', Number.NaN],
  ['<NA>', Number.NaN],
  ['#N/A', Number.NaN],
  ['high', null],
  ['0x10', null],
  ['1-2', null],
])('the cell %j is %j', (cell, value) => {
  expect(parseValueCell(cell, PLAIN)).toBe(value);
});

describe('columns of bars', () => {
  const ROWS = ['0.25,-1,True', ',2,False', 'nan,-0.5,'];

  test('are read by name, NaN where a row has none, on shared memory', async () => {
    const path = file(csv(',rsi,drift,is_open', ROWS));
    const read = await columnsOf(path, 'is_open', 'rsi');
    expect(read).toEqual({ is_open: [1, 0, Number.NaN], rsi: [0.25, Number.NaN, Number.NaN] });
    const { bars, report } = await readBars([path], { columns: ['drift'] });
    expect(bars.columns.get('drift')?.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(bars.bar(2).features).toEqual({ drift: -0.5 });
    expect(report.columns).toEqual([{ name: 'drift', source: 'bars' }]);
    expect(report.unusedColumns, 'also one that begins without a value').toEqual(['rsi']);
    expect((await readBars([path])).bars.columns.size, 'none without a wish').toBe(0);
  });

  test('may stand anywhere, under any name that --rename gives', async () => {
    const path = file('RSI 14,timestamp,open,high,low,close\n0.5,1700000000,10,12,9,11\n0.75,1700000060,10,12,9,11\n');
    const { bars } = await readBars([path], { rename: { 'RSI 14': 'rsi' }, columns: ['rsi'] });
    expect([...(bars.columns.get('rsi') ?? [])]).toEqual([0.5, 0.75]);
  });

  test('go with their bars where rows are turned, sorted, of a symbol, or identical', async () => {
    const turned = file(
      csv(',a', ['1', '2', '3'])
        .split('\n')
        .toSpliced(1, 3, ...['3', '2', '1'].map((a, i) => `${1_700_000_120 - 60 * i},10,12,9,11,5,${a}`))
        .join('\n'),
    );
    expect(await columnsOf(turned, 'a')).toEqual({ a: [1, 2, 3] });
    const twice = file(csv(',a', ['1', '2', '2']).replace('1700000120', '1700000060'));
    const { bars, report } = await readBars([twice], { columns: ['a'], dedupe: true });
    expect([[...(bars.columns.get('a') ?? [])], report.nDuplicates]).toEqual([[1, 2], 1]);
    const differs = file(csv(',a', ['1', '2', '3']).replace('1700000120', '1700000060'));
    expect((await readBars([differs], { dedupe: true })).report.nDuplicates, 'what is not read does not count').toBe(1);
    expect(await refusal(differs, { columns: ['a'], dedupe: true })).toContain('another has other values');
  });

  test('are the same from Parquet, feather and JSON', async () => {
    const expected = { rsi: [0.25, Number.NaN, Number.NaN], drift: [-1, 2, -0.5], is_open: [1, 0, Number.NaN] };
    const source = file(csv(',rsi,drift,is_open', ROWS));
    const parquet = join(directory, 'bars.parquet');
    const table = `SELECT * REPLACE (rsi::DOUBLE AS rsi, drift::FLOAT AS drift, is_open::BOOLEAN AS is_open) FROM read_csv(${sqlText(source)}, all_varchar = false)`;
    await withDuckDb((connection) => connection.run(`COPY (${table}) TO ${sqlText(parquet)} (FORMAT parquet)`));
    expect(await columnsOf(parquet, 'rsi', 'drift', 'is_open')).toEqual(expected);
    const { report } = await readBars([parquet], { columns: ['drift'] });
    expect(report.unusedColumns).toEqual(['rsi']);
    const values: readonly (readonly unknown[])[] = [
      [0.25, -1, true],
      [null, 2, false],
      [null, -0.5, null],
    ];
    const objects = values.map(([rsi, drift, is_open], i) => ({
      timestamp: 1_700_000_000 + 60 * i,
      open: 10,
      high: 12,
      low: 9,
      close: 11,
      volume: 5,
      rsi,
      drift,
      is_open,
    }));
    expect(await columnsOf(file(JSON.stringify(objects), 'bars.json'), 'rsi', 'drift', 'is_open')).toEqual(expected);
  });

  test('survive being written and read', async () => {
    const { bars } = await readBars([file(csv(',rsi,drift', ['0.1,-1', ',2']))], { columns: ['rsi', 'drift'] });
    const path = join(directory, 'written.csv');
    await writeBarsCsv(path, bars);
    expect(await columnsOf(path, 'drift', 'rsi')).toEqual({ drift: [-1, 2], rsi: [0.1, Number.NaN] });
  });

  test('of several files follow each other, and none may lack one', async () => {
    const [first, second] = [file(csv(',a', ['1', '2'])), file(csv(',a', ['3'], 1_700_000_120))];
    const { bars } = await readBars([second, first], { columns: ['a'] });
    expect([...(bars.columns.get('a') ?? [])]).toEqual([1, 2, 3]);
    const without = file(csv('', [''], 1_700_000_180), 'other.csv');
    const both = readBars([first, without], { columns: ['a'] });
    await expect(both).rejects.toThrow(/other\.csv has no column a, and .*bars\.csv has: read them apart, or add it/);
  });

  test.each([
    [csv(',a', ['1', 'high']), ['a'], 'line 3: a must be a number, true, false or empty, was "high"'],
    [csv(',funding_rate,rsi', ['1,2']), ['fundng_rate'], 'has no column "fundng_rate" (did you mean funding_rate?)'],
    [csv(',a,a', ['1,2']), ['a'], 'has more than one column a; keep or rename one'],
    [csv(',strength', ['1']), ['signal_strength'], 'has no column strength for signal_strength; write the strength'],
    [
      csv(',signal,strength', ['1,1.5']),
      ['signal_strength'],
      'line 2: strength must be in (0, 1], or empty for 1, was 1.5',
    ],
  ])('are refused: %j', async (text, columns, sentence) => {
    expect(await refusal(file(text), { columns })).toContain(sentence);
  });

  test('of a type that is no number are refused in Parquet', async () => {
    const path = join(directory, 'typed.parquet');
    const row = "1700000000::BIGINT AS time, 10.0 AS open, 12.0 AS high, 9.0 AS low, 11.0 AS close, 'x' AS venue";
    await withDuckDb((connection) => connection.run(`COPY (SELECT ${row}) TO ${sqlText(path)} (FORMAT parquet)`));
    expect(await refusal(path, { columns: ['venue'] })).toContain('venue must be numbers, was VARCHAR');
  });
});

describe('columns of signals', () => {
  const bars = file(csv(',a,b', ['1,1', '2,2', '3,3']));
  const SIGNALS = 'timestamp,signal,strength,a,score,spare\n1700000000,1,,10,0.5,1\n1700000120,-1,0.25,,-0.5,2\n';

  test('are read instead of those of the bars, at their bars alone', async () => {
    const options = { signalsFile: file(SIGNALS), columns: ['b', 'a', 'score', 'signal_strength'] };
    const { bars: read, side, sent, report } = await readBars([bars], options);
    expect([...(side ?? [])]).toEqual([1, 0, -1]);
    expect(Object.fromEntries(Array.from(sent, ([name, of]) => [name, [...of]]))).toEqual({
      a: [10, Number.NaN, Number.NaN],
      score: [0.5, Number.NaN, -0.5],
      signal_strength: [1, Number.NaN, 0.25],
    });
    expect([...read.columns.keys()]).toEqual(['b']);
    expect(report.columns.map(({ source }) => source)).toEqual(['bars', 'signals', 'signals', 'signals']);
    expect(report.unusedColumns).toEqual(['spare']);
  });

  test('the strength is read where it is asked for alone, and beside signals in the bars too', async () => {
    const { sent } = await readBars([bars], { signalsFile: file(SIGNALS), strength: true });
    expect([...sent.keys()]).toEqual(['signal_strength']);
    const inline = file(csv(',side,strength', ['BUY,0.5', 'FLAT,7', 'SELL,']));
    const given = await readBars([inline], { columns: ['signal_strength'] });
    expect([...(given.sent.get('signal_strength') ?? [])]).toEqual([0.5, 7, 1]);
    expect(given.report.columns).toEqual([{ name: 'signal_strength', source: 'signals' }]);
    expect((await readBars([inline])).report.unusedColumns).toEqual(['strength']);
  });

  test('so is the probability, where it may be 0 and 1, and missing', async () => {
    const scored = 'timestamp,signal,probability\n1700000000,1,0.62\n1700000060,-1,\n1700000120,-1,1\n';
    const { sent } = await readBars([bars], { signalsFile: file(scored), probability: true });
    expect([...(sent.get('signal_probability') ?? [])]).toEqual([0.62, Number.NaN, 1]);
    const renamed = scored.replace('probability', 'p_win');
    const options = { columns: ['signal_probability'], rename: { p_win: 'probability' } };
    const given = await readBars([bars], { signalsFile: file(renamed), ...options });
    expect([...(given.sent.get('signal_probability') ?? [])]).toEqual([0.62, Number.NaN, 1]);
    const inline = file(csv(',side,probability', ['BUY,0', 'FLAT,7', 'SELL,0.25']));
    const own = await readBars([inline], { columns: ['signal_probability'] });
    expect([...(own.sent.get('signal_probability') ?? [])]).toEqual([0, 7, 0.25]);
    expect((await readBars([inline])).report.unusedColumns).toEqual(['probability']);
  });

  test.each([
    ['62', 'probability must be a number in [0, 1]; 62 % is 0.62, or empty for none, was 62'],
    ['-0.5', 'probability must be a number in [0, 1], or empty for none, was -0.5'],
  ])('a probability of %s is refused by its line', async (cell, sentence) => {
    const scored = file(`timestamp,signal,probability\n1700000000,1,0.6\n1700000060,-1,${cell}\n`);
    expect(await refusal(bars, { signalsFile: scored, probability: true })).toContain(`line 3: ${sentence}`);
  });

  test('a file without probabilities is told what to write', async () => {
    const message = await refusal(bars, { signalsFile: file(SIGNALS, 'mine.csv'), columns: ['signal_probability'] });
    expect(message).toContain(
      'a column probability for signal_probability; write the probability of signals beside them, in [0, 1]',
    );
  });

  test('come from Parquet too, which prices beside them do not disturb', async () => {
    const path = join(directory, 'signals.parquet');
    const rows = "(1700000000::BIGINT, 'BUY', 0.5, NULL::DOUBLE), (1700000120, 'SELL', NULL, 11.0)";
    const table = `SELECT * FROM (VALUES ${rows}) t(time, side, score, close)`;
    await withDuckDb((connection) => connection.run(`COPY (${table}) TO ${sqlText(path)} (FORMAT parquet)`));
    const { side, sent, report } = await readBars([bars], { signalsFile: path, columns: ['score'] });
    expect([...(side ?? [])]).toEqual([1, 0, -1]);
    expect([...(sent.get('score') ?? [])]).toEqual([0.5, Number.NaN, Number.NaN]);
    expect(report.unusedColumns).toEqual(['a', 'b', 'close']);
  });

  test('a name of neither file is told with the nearest of both', async () => {
    const message = await refusal(bars, { signalsFile: file(SIGNALS, 'mine.csv'), columns: ['scores'] });
    expect(message).toMatch(/^neither \d+-bars\.csv nor \d+-mine\.csv has a column "scores" \(did you mean score\?\)$/);
  });
});
