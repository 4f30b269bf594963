import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBars } from '../../src/bars/index.ts';
import { Rng } from '../../src/core/index.ts';
import { BAR_COLUMNS } from '../../src/domain/index.ts';
import { resolveClassifier } from '../../src/features/vpin/classify.ts';
import { runCli } from '../support/run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-trade-bars-'));
const at = (name: string): string => join(directory, name);
const ml4t = (...args: readonly string[]) => runCli(args, { cwd: directory });
const N_TRADES = 60_000;

/** Trades of a random walk as Binance publishes them, without a header. */
function aggTrades(): string {
  const rng = new Rng(5);
  let [ms, price] = [1_735_689_600_000, 1000];
  return Array.from({ length: N_TRADES }, (_, i) => {
    ms += Math.floor(rng.nextFloat() * 1500);
    const isSold = rng.nextFloat() < 0.5;
    price += (isSold ? -1 : 1) * Math.round(rng.nextFloat() * 10) * 0.01;
    const size = Math.ceil(rng.nextFloat() * 500) / 100;
    return `${i},${price.toFixed(2)},${size},${i},${i},${ms},${isSold ? 'True' : 'False'},True\n`;
  }).join('');
}

beforeAll(() => writeFileSync(at('trades.csv'), aggTrades()));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('trades become bars that a training reads, with the exact flow', async () => {
  const made = await ml4t(
    'bars',
    'trades.csv',
    '--by',
    'tick',
    '--size',
    '20',
    '--bulk-volume',
    '--json',
    '--out',
    'ticks.csv',
  );
  expect(made.code, made.stderr).toBe(0);
  expect(JSON.parse(made.stdout)).toMatchObject({
    path: 'ticks.csv',
    n_trades: N_TRADES,
    n_bars: N_TRADES / 20,
    n_side_exact: N_TRADES,
    n_unfinished: 0,
    recognised: ['Binance aggTrades without a header', 'times in ms'],
    bulk_volume: [{ factor: 1, n_bars: 2901, side_right_coin: 0.5 }, { factor: 4 }, { factor: 16 }],
  });
  const { bars, report } = await readBars([at('ticks.csv')]);
  expect([report.hasTakerBuyVolume, resolveClassifier('auto', bars)]).toEqual([true, 'aggressor']);
  const settings = ['--set', 'forest.n_estimators=5', '--set', 'walk_forward.n_folds=2', '--workers', '1'];
  const trained = await ml4t(
    'train',
    'ticks.csv',
    '--features',
    'vpin,order_flow_imbalance,volatility',
    '--json',
    ...settings,
  );
  expect(trained.code, trained.stderr).toBe(0);
  expect(JSON.parse(trained.stdout)).toMatchObject({ unused_columns: ['trades', 'quote_volume'] });
});

test('a file of Parquet has the same bars as one of CSV, and as stdout', async () => {
  const by = ['trades.csv', '--by', 'time', '--size', '5m'];
  const [csv, parquet, stdout] = [
    await ml4t('bars', ...by, '--out', 'time.csv'),
    await ml4t('bars', ...by, '--out', 'time.parquet'),
    await ml4t('bars', ...by),
  ];
  expect([csv.code, parquet.code, stdout.code], csv.stderr + parquet.stderr).toEqual([0, 0, 0]);
  expect(stdout.stdout).toBe(readFileSync(at('time.csv'), 'utf8'));
  expect(stdout.stderr).toContain('taker volume: by the side that the files say of every trade');
  expect(csv.stdout).toContain('the last bar is not finished');
  const [a, b] = [await readBars([at('time.csv')]), await readBars([at('time.parquet')])];
  expect(a.report.barNs).toBe(300_000_000_000n);
  for (const name of BAR_COLUMNS) expect(b.bars[name], name).toEqual(a.bars[name]);
});

test('what fails leaves no file and no part of one', async () => {
  const lines = aggTrades().split('\n');
  writeFileSync(at('broken.csv'), [...lines.slice(0, 50_000), '50000,0,1,1,1,1999999999999,True,True', ''].join('\n'));
  const before = readdirSync(directory);
  for (const out of ['out.csv', 'out.parquet']) {
    const run = await ml4t('bars', 'broken.csv', '--by', 'tick', '--size', '2', '--out', out);
    expect([run.code, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toContain('ml4t: broken.csv line 50001: must have a price > 0, was 0');
  }
  const onto = await ml4t('bars', 'broken.csv', '--by', 'tick', '--size', '2', '--out', './broken.csv');
  expect([onto.code, onto.stderr]).toEqual([
    2,
    'ml4t: --out must be another file than those of the trades, was "./broken.csv"\n',
  ]);
  expect(readdirSync(directory)).toEqual(before);
});
