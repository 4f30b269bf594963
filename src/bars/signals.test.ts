import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Rng } from '../core/index.ts';
import { allocateBarColumns, BAR_COLUMNS, BarSeries } from '../domain/index.ts';
import { alignSignals, type ReadBarsOptions, readBars, readSignals, writeBarsCsv } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'signals-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const START = 1_700_000_000_000_000_001n;
const MINUTE = 60_000_000_000n;

/** Random bars whose doubles have all their digits. */
function randomBars(n: number, hasTaker: boolean, seed: number): BarSeries {
  const rng = new Rng(seed);
  const columns = allocateBarColumns(n, hasTaker);
  for (let i = 0; i < n; i++) {
    const [a, b, c, d] = [1, 2, 3, 4].map(() => 10 ** (rng.nextFloat() * 20 - 10)).sort((x, y) => x - y);
    columns.tsEvent[i] = START + BigInt(i) * MINUTE;
    columns.low[i] = a;
    columns.open[i] = b;
    columns.close[i] = c;
    columns.high[i] = d;
    columns.volume[i] = rng.nextFloat() * 1e22;
    if (columns.takerBuyVolume !== null) columns.takerBuyVolume[i] = columns.volume[i] * rng.nextFloat();
  }
  return BarSeries.fromColumns(columns);
}

function file(text: string): string {
  const path = join(directory, 'signals.csv');
  writeFileSync(path, text);
  return path;
}

describe('signals of their own file', () => {
  const bars = randomBars(4, false, 1);

  test('find their bars by exact time', async () => {
    const path = file(`side,ts_event\nSELL,${START}\n\n1,${START + 2n * MINUTE}\n`);
    const signals = await readSignals(path);
    expect([...signals.tsEvent]).toEqual([START, START + 2n * MINUTE]);
    expect([...signals.side]).toEqual([-1, 1]);
    expect([...alignSignals(bars, signals).side], 'no signal is flat').toEqual([-1, 0, 1, 0]);
    expect([...alignSignals(bars, signals, MINUTE).side], 'shifted like the bars').toEqual([0, -1, 0, 1]);
  });

  test('a second column of sides is renamed away', async () => {
    const path = file(`time,signal,side\n2024-01-01,1,SELL\n`);
    expect([...(await readSignals(path, { rename: { side: 'order' } })).side]).toEqual([1]);
  });

  test('a signal without a bar is an error that counts them', async () => {
    const rows = [START - 1n, START, START + 1n, START + 9n * MINUTE].map((ts) => `${ts},1`);
    const signals = await readSignals(file(`time,signal\n${rows.join('\n')}\n`));
    expect(() => alignSignals(bars, signals)).toThrow(
      '3 of 4 signals must have the time of a bar and do not, the first at 2023-11-14T22:13:20Z (1700000000000000000); the closest bar is 1e-9 s after it, of bars from',
    );
  });

  test.each([
    ['time,signal\n', 'has a header but no signals'],
    ['time,side\n2024-01-01,2\n', 'line 2: side must be -1, 0, 1, BUY, SELL or FLAT, was "2"'],
    ['time,side\n2024-01-01,\n', 'line 2: side must be -1, 0, 1, BUY, SELL or FLAT, was empty'],
    ['time,side\n2024-01-01,1\n\n2024-01-01,1\n', 'line 4: time must be the only row of its time'],
    ['time,side\n2024-01-01,1\n1704153600,1\n', 'line 3: time must be in iso-8601 like the rows before it'],
    [
      'time,side\n2024-01-02,1\n2024-01-01,1\n2024-01-03,1\n',
      'line 3: time must be after the row before it (2024-01-02), or sorted',
    ],
    ['time,side,symbol\n2024-01-02,1,A\n2024-01-03,1,B\n', 'holds 2 symbols (A, B): --symbol A reads one'],
    ['time,side\nsoon,1\n', 'line 2: time must be an integer of UNIX'],
    ['time,side\n2024-01-01\n', 'line 2 must have 2 cells like the header, has 1'],
    ['time,side,signal\n2024-01-01,1,1\n', 'keep or rename'],
    [
      'time,signal,side\n2024-01-01,1,BUY\n2024-01-02,1,SELL\n',
      'line 3: side must be as in signal beside it, or renamed',
    ],
    ['time,signal,side\n2024-01-01,1,long only\n', 'line 2: side must be as in signal beside it, or renamed'],
    ['time,open\n2024-01-01,1\n', 'has no column for signal: found time, open, accepted (in any case) signal|side'],
  ])('%j', async (text, sentence) => {
    const path = file(text);
    if (sentence === 'keep or rename') {
      expect([...(await readSignals(path)).side], 'signal is the exact name').toEqual([1]);
      return;
    }
    await expect(readSignals(path)).rejects.toThrow(`${path} ${sentence}`);
  });
});

describe('signals are read by the options of their bars', () => {
  const DAY = 86_400_000_000_000n;
  const FIRST = 1_704_067_200_000_000_000n; // 2024-01-01
  const dates = ['2024-01-01', '2024-01-02', '2024-01-13'];
  const bars = (head: string, times: readonly string[]): string => {
    const path = join(directory, 'bars.csv');
    writeFileSync(path, `${head},open,high,low,close\n${times.map((time) => `${time},1,1,1,1\n`).join('')}`);
    return path;
  };
  const iso = bars.bind(null, 'timestamp', dates);

  test.each<[string, string, ReadBarsOptions]>([
    ['dates with the month first', 'Date,signal\n01/01/2024,1\n01/13/2024,-1\n', {}],
    ['a format', 'Date,signal\n01/01/24,1\n13/01/24,-1\n', { timeFormat: '%d/%m/%y' }],
    ['names', 'Day,Position\n2024-01-01,1\n2024-01-13,-1\n', { rename: { Day: 'time', Position: 'signal' } }],
    ['newest first', 'Date,signal\n2024-01-13,-1\n2024-01-01,1\n', {}],
    ['a row twice', 'Date,signal\n2024-01-01,1\n2024-01-01,1\n2024-01-13,-1\n', { dedupe: true }],
    ['one symbol of two', 'Date,signal,symbol\n2024-01-01,1,A\n2024-01-01,-1,B\n2024-01-13,-1,A\n', {}],
    ['JSON', '[{"time":"2024-01-01","signal":1},{"time":"2024-01-13","signal":-1}]', {}],
  ])('%s', async (name, text, options) => {
    const path =
      name === 'one symbol of two'
        ? bars(
            'symbol,timestamp',
            dates.map((date) => `A,${date}`),
          )
        : null;
    const barFile =
      path ?? (options.timeFormat === undefined ? iso() : bars('Date', ['01/01/24', '02/01/24', '13/01/24']));
    const symbol = path === null ? {} : { symbol: 'A' };
    const { side } = await readBars([barFile], { signalsFile: file(text), ...options, ...symbol });
    expect(side).toEqual(Int8Array.from([1, 0, -1]));
  });

  test('a format of the bars alone leaves signals of another form as they are', async () => {
    const timeFormat = '%d/%m/%y';
    const signalsFile = file('Date,signal\n2024-01-02,1\n');
    const { side } = await readBars([bars('Date', ['01/01/24', '02/01/24', '13/01/24'])], { timeFormat, signalsFile });
    expect(side).toEqual(Int8Array.from([0, 1, 0]));
  });

  test('a name that neither file has is refused', async () => {
    const signalsFile = file('Date,signal\n2024-01-02,1\n');
    await expect(readBars([iso()], { signalsFile, rename: { Last: 'close' } })).rejects.toThrow('no column "Last"');
  });

  test.each([
    ['close_time', 'timestamp'],
    ['open_time', 'open_time'],
    ['open_time', 'close_time'],
    ['timestamp', 'open_time'],
  ])('bars by %s and signals by %s meet at the close', async (barTime, signalTime) => {
    const shift = barTime === 'open_time' ? 1n : 0n;
    const path = bars(barTime, ['2024-01-01', '2024-01-02', '2024-01-03']);
    const signalsFile = file(`${signalTime},signal\n2024-01-02,1\n`);
    const { bars: read, side } = await readBars([path], { signalsFile });
    const at = [...(side ?? [])].indexOf(1);
    const signalCloses = FIRST + DAY + (signalTime === 'open_time' ? DAY : 0n);
    expect(read.tsEvent[0]).toBe(FIRST + shift * DAY);
    expect(read.tsEvent[at]).toBe(signalCloses);
  });
});

describe('writeBarsCsv', () => {
  test.each([true, false])('random bars come back to the last bit, taker volume %s', async (hasTaker) => {
    const bars = randomBars(20_000, hasTaker, 3);
    const path = join(directory, 'new', 'place', 'out.csv');
    const side = Int8Array.from({ length: bars.length }, (_, i) => (i % 3) - 1);
    await writeBarsCsv(path, bars, { side });
    const back = await readBars([path]);
    for (const name of BAR_COLUMNS) {
      const [was, is] = [bars[name], back.bars[name]];
      expect(is === null ? null : Buffer.from(is.slice().buffer), `seed 3, ${name}`).toEqual(
        was === null ? null : Buffer.from(was.slice().buffer),
      );
    }
    expect(back.side).toEqual(side);
    expect(statSync(path).size).toBeGreaterThan(1e6);
  });

  test('by hand', async () => {
    const bars = BarSeries.fromBars([{ tsEvent: START, open: 0.1, high: 1e21, low: 1e-7, close: 2, volume: 0 }]);
    const path = join(directory, 'one.csv');
    await writeBarsCsv(path, bars);
    expect(readFileSync(path, 'utf8')).toBe(
      'ts_event,open,high,low,close,volume\n1700000000000000001,0.1,1e+21,1e-7,2,0\n',
    );
  });
});
