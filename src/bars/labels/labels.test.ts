import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { BarSeries } from '../../domain/index.ts';
import { alignLabels, type LabelOptions, readBars, readLabels, writeBarsCsv } from '../index.ts';
import { sqlText, withDuckDb } from '../parquet/duckdb.ts';

const directory = mkdtempSync(join(tmpdir(), 'labels-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const START = 1_700_000_000_000_000_000n;
const MINUTE = 60_000_000_000n;
const N = 130;

const close = Float64Array.from({ length: N }, (_, i) => 100 + (i % 7));
const bars = BarSeries.fromColumns({
  tsEvent: BigInt64Array.from({ length: N }, (_, i) => START + BigInt(i) * MINUTE),
  open: close,
  high: close.map((price) => price + 1),
  low: close.map((price) => price - 1),
  close,
  volume: new Float64Array(N).fill(5),
  takerBuyVolume: null,
});
const at = (bar: number): string => String(START + BigInt(bar) * MINUTE);
const iso = (bar: number): string => new Date(Number(START / 1_000_000n) + bar * 60_000).toISOString();

let nFiles = 0;
function file(text: string, name = 'labels.csv'): string {
  const path = join(directory, `${nFiles++}-${name}`);
  writeFileSync(path, text);
  return path;
}
const csv = (...rows: readonly string[]): string => file(`t0,t1,side,label,return\n${rows.join('\n')}\n`);
const failure = (path: string, options: LabelOptions = {}): Promise<string> =>
  readLabels(path, options).then(
    () => 'read',
    (error: Error) => error.message.replaceAll(directory, '').replace(/^\/\d+-/, ''),
  );

describe('labels of a file', () => {
  test('are read from CSV, whatever their columns’ order and case, the form of times and of sides', async () => {
    const labels = await readLabels(
      file(
        `Return,Label,SIDE,T1,t0,note\n0.01,1,BUY,${iso(103)},${iso(100)},a\n-2e-3,0,-1,${iso(105)},${iso(101)},b\n`,
      ),
    );
    expect([...labels.t0].map(String)).toEqual([at(100), at(101)]);
    expect([...labels.t1].map(String)).toEqual([at(103), at(105)]);
    expect([[...labels.side], [...labels.label], [...labels.ret]]).toEqual([
      [1, -1],
      [1, 0],
      [0.01, -0.002],
    ]);
    const { trades, nBeforeWindow } = alignLabels(bars, labels);
    expect(nBeforeWindow).toBe(0);
    expect([[...trades.index], [...trades.exit]], 'spans may overlap').toEqual([
      [100, 101],
      [103, 105],
    ]);
  });

  test('are the same in JSON and Parquet, with timestamps, doubles and booleans as pandas writes them', async () => {
    const row = { t0: at(100), t1: at(103), side: 1, label: 1, return: 0.1 };
    const json = await readLabels(file(JSON.stringify([row, { ...row, t0: at(101), side: -1, label: 0 }]), 'l.json'));
    const path = join(directory, 'labels.parquet');
    const columns = `make_timestamp_ns(${at(100)} + i * ${MINUTE}) AS t0, make_timestamp_ns(${at(103)}) AS t1,
      CAST(1 - 2 * i AS DOUBLE) AS side, i = 0 AS label, CAST(0.1 AS DOUBLE) AS "return"`;
    await withDuckDb((connection) =>
      connection.run(`COPY (SELECT ${columns} FROM range(2) t(i)) TO ${sqlText(path)} (FORMAT parquet)`),
    );
    const parquet = await readLabels(path);
    for (const name of ['t0', 't1', 'side', 'label', 'ret'] as const) {
      expect([...parquet[name]].map(String), name).toEqual([...json[name]].map(String));
    }
  });

  test.each([
    [`${at(100)},${at(100)},1,1,0.1`, `line 2: t1 must be after t0 (${at(100)}), was "${at(100)}"`],
    [`${at(101)},${at(100)},1,1,0.1`, 'line 2: t1 must be after t0'],
    [
      `${at(100)},${at(101)},0,1,0.1`,
      'line 2: side must be -1, 1, SELL or BUY (a flat signal is no event: leave it out)',
    ],
    [
      `${at(100)},${at(101)},1,-1,0.1`,
      'line 2: label must be 0 or 1 (1 where following the signal paid, whatever its side)',
    ],
    [`${at(100)},${at(101)},1,0.5,0.1`, 'line 2: label must be 0 or 1'],
    [
      `${at(100)},${at(101)},1,,0.1`,
      'line 2: label must be 0 or 1 (1 where following the signal paid, whatever its side), was empty',
    ],
    [
      `${at(100)},${at(101)},1,1,nan`,
      'line 2: return must be a finite number: the gross simple return in the direction',
    ],
    [`${at(100)},${at(101)},1,0,-1.5`, 'line 2: return must be at least -1: a buy loses no more than its stake'],
    [`soon,${at(101)},1,1,0.1`, 'line 2: t0 must be an integer of UNIX s, ms, us or ns'],
    [`${at(100)},${at(101)},1,1`, 'line 2 must have 5 cells like the header, has 4'],
  ])('refuses the line %s', async (line, message) => {
    expect(await failure(csv(line))).toContain(`labels.csv ${message}`);
  });

  test('are one a bar, in the order of time', async () => {
    const [a, b] = [`${at(100)},${at(103)},1,1,0.1`, `${at(101)},${at(103)},1,0,-0.1`];
    expect(await failure(csv(a, a))).toContain(
      'line 3: t0 must be the only row of its time (another is identical; --dedupe keeps one)',
    );
    expect((await readLabels(csv(a, a, b), { dedupe: true })).nDuplicates).toBe(1);
    expect(await failure(csv(a, `${at(100)},${at(104)},1,1,0.1`), { dedupe: true })).toContain(
      'another has other values',
    );
    expect(await failure(csv(a, b, a.replace(at(100), at(99))))).toContain('or sorted by --sort; a bar is one event');
    const sorted = await readLabels(csv(b, a), { sort: true });
    expect([...sorted.t0].map(String)).toEqual([at(100), at(101)]);
    expect(
      sorted.where.map((place) => place.slice(-6)),
      'each keeps its place',
    ).toEqual(['line 3', 'line 2']);
  });

  test('a column that is missing is named with the remedy, and a renamed one is found', async () => {
    const text = `t0,t1,side,win,return\n${at(100)},${at(101)},1,1,0.1\n`;
    expect(await failure(file(text))).toContain(
      'labels are t0, t1, side, label and return, found t0, t1, side, win, return; --rename NAME=label says which',
    );
    expect([...(await readLabels(file(text), { rename: { win: 'label' } })).label]).toEqual([1]);
  });

  test('a time that the clock showed twice is refused: no order tells which it is', async () => {
    const path = csv('2023-11-05 01:30:00,2023-11-05 03:00:00,1,1,0.1');
    expect(await failure(path, { tz: 'America/New_York' })).toContain(
      'line 2: t0 must be a time with its offset from UTC',
    );
  });
});

describe('labels at their bars', () => {
  const label = (t0: number, t1: number, ret = 0.01): string => `${at(t0)},${at(t1)},1,1,${ret}`;

  test('events before the first full window of 100 bars are left out and counted', async () => {
    const aligned = alignLabels(bars, await readLabels(csv(label(0, 3), label(98, 101), label(99, 101))));
    expect([[...aligned.trades.index], aligned.nBeforeWindow]).toEqual([[99], 2]);
    const none = await readLabels(csv(label(97, 101), label(98, 101)));
    expect(() => alignLabels(bars, none)).toThrow('no event has the 100 bars that end with its own; add bars before');
  });

  test('a time that is no bar is named with its line and the bars beside it', async () => {
    const t0 = String(BigInt(at(100)) + 1n);
    const labels = await readLabels(csv(`${t0},${at(103)},1,1,0.1`, `${at(101)},${at(400)},1,1,0.1`));
    expect(() => alignLabels(bars, labels)).toThrow(
      /line 2: t0 must be the time of a bar, was .*000000001Z", which is none; the bars beside it are of 2023-11-14T23:53:20Z and 2023-11-14T23:54:20Z/,
    );
    const late = await readLabels(csv(label(100, 400)));
    expect(() => alignLabels(bars, late), 'a label that ends after the bars').toThrow(
      'line 2: t1 must be the time of a bar',
    );
    expect(
      [...alignLabels(bars, await readLabels(csv(label(99, 102))), MINUTE).trades.exit],
      'shifted like the bars',
    ).toEqual([103]);
  });

  test('returns in percent are warned of', async () => {
    const exact = close[103] / close[100] - 1;
    const read = async (ret: number) => alignLabels(bars, await readLabels(csv(label(100, 103, ret)))).warnings;
    expect(await read(exact)).toEqual([]);
    expect(await read(100 * exact)).toEqual([
      'the returns given are 100 times the moves of the close from t0 to t1: write fractions (0.01 for 1 %), gross, in the direction of the side',
    ]);
  });

  test('come with the bars, and replace their signals', async () => {
    const path = join(directory, 'bars.csv');
    await writeBarsCsv(path, bars);
    const { side, labels } = await readBars([path], { labelsFile: csv(label(100, 103)) });
    expect([side, [...(labels?.trades.index ?? [])]]).toEqual([null, [100]]);
  });
});
