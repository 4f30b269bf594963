import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeBarsCsv } from '../../src/bars/index.ts';
import { BarSeries } from '../../src/domain/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { runCli } from '../support/run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-columns-'));
const at = (name: string): string => join(directory, name);
afterAll(() => rmSync(directory, { recursive: true }));

const FEW_TREES = ['--set', 'forest.n_estimators=10'];
const N_BARS = 3000;

/** Bars with the planted direction as a column, one with holes, and one that nobody asks for. */
function marketOf(seed: number): BarSeries {
  const { bars } = simulateMarket({ nBars: N_BARS, edge: 0, breakAt: null, seed });
  const next = bars.close.map((close, i) => Math.sign((bars.close[i + 3] ?? close) - close));
  const holed = bars.close.map((close, i) => (i % 20 === 0 ? Number.NaN : close - bars.open[i]));
  return BarSeries.fromColumns({
    ...bars,
    columns: new Map([
      ['oracle', next],
      ['spread_bps', holed],
      ['rsi', next],
    ]),
  });
}

beforeAll(async () => {
  mkdirSync(at('universe'));
  const market = marketOf(4);
  await writeBarsCsv(at('bars.csv'), market);
  await writeBarsCsv(at('universe/A.csv'), market);
  await writeBarsCsv(at('universe/B.csv'), marketOf(5));
  await writeBarsCsv(at('universe/C.csv'), BarSeries.fromColumns({ ...market, columns: new Map() }));
  const signals = Array.from({ length: 700 }, (_, k) => {
    const score = k === 8 ? '' : Math.sin(k);
    return `${market.tsEvent[120 + 4 * k]},${k % 3 === 0 ? 'SELL' : 'BUY'},${score},${k % 2 === 0 ? 0.5 : ''},${k}`;
  });
  writeFileSync(at('signals.csv'), `timestamp,side,score,strength,serial\n${signals.join('\n')}\n`);
});

interface Told {
  readonly columns: unknown;
  readonly unused_columns: readonly string[];
  readonly n_missing: number;
  readonly missing_by_feature: Readonly<Record<string, number>>;
  readonly n_samples: number;
  readonly feature_importance: Readonly<Record<string, number>>;
}

test('columns of bars and of signals are in the model, its report, its data set, and a replay', async () => {
  const columns = ['--columns', 'oracle,spread_bps,score,signal_strength', '--directional', 'oracle'];
  const files = ['--dump-dataset', at('dump.csv'), '--report', at('report.html'), '--model', at('m.onnx')];
  const data = [at('bars.csv'), '--signals', at('signals.csv')];
  const { code, stdout, stderr } = await runCli(['train', ...data, ...columns, ...files, ...FEW_TREES, '--json']);
  expect(code, stderr).toBe(0);
  const told = JSON.parse(stdout) as Told;
  expect(told.columns).toEqual([
    { name: 'oracle', source: 'bars', directional: true },
    { name: 'spread_bps', source: 'bars', directional: false },
    { name: 'score', source: 'signals', directional: false },
    { name: 'signal_strength', source: 'signals', directional: false },
  ]);
  expect(told.unused_columns).toEqual(['rsi', 'serial']);
  expect(told.missing_by_feature).toEqual({ spread_bps: 140, score: 1 });
  expect([told.n_missing, told.n_samples]).toEqual([141, 559]);
  expect(told.feature_importance.oracle, 'it knows').toBeGreaterThan(0.3);
  const [head, first] = readFileSync(at('dump.csv'), 'utf8').split('\n');
  const names = head.split(',');
  expect(names.slice(names.indexOf('trend_strength') + 1, names.indexOf('fold'))).toEqual([
    'oracle',
    'spread_bps',
    'score',
    'signal_strength',
  ]);
  expect(Number(first.split(',')[names.indexOf('signal_strength')]), 'one that was left out is 1').toBe(1);
  const page = readFileSync(at('report.html'), 'utf8');
  for (const text of [
    'spread_bps',
    'signal_strength',
    '141 events have no value of spread_bps (140), score (1) and were left out',
  ])
    expect(page).toContain(text);

  const inspected = await runCli(['inspect', at('m.onnx')]);
  expect(inspected.stdout).toMatch(/^columns +oracle \(times the side\), spread_bps, score, signal_strength$/m);

  const replayed = await runCli(['replay', ...data, '--model', at('m.onnx'), '--out', at('out.ndjson')]);
  expect(replayed.code, replayed.stderr).toBe(0);
  for (const line of [
    'warning: 141 events have no value of spread_bps (140), score (1) and were left out',
    'columns used: oracle (bars), spread_bps (bars), score (signals), signal_strength (signals)',
    'columns not used: rsi, serial',
  ])
    expect(replayed.stdout).toContain(`  ${line}\n`);
  const lines = readFileSync(at('out.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(559);
  expect(
    lines.filter(({ strength, features }) => strength === 0.5 && features.signal_strength === 0.5).length,
  ).toBeGreaterThan(200);

  const strict = await runCli(['replay', ...data, '--model', at('m.onnx'), '--strict']);
  expect([strict.code, strict.stderr]).toEqual([
    1,
    expect.stringContaining('complete the data, or leave out --strict'),
  ]);
  const without = await runCli(['replay', at('bars.csv'), '--model', at('m.onnx')]);
  expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('has no column "score"')]);
});

test('a name that nobody knows ends the training before it begins, with the nearest one', async () => {
  const { code, stderr } = await runCli(['train', at('bars.csv'), '--columns', 'spread', '--model', at('none.onnx')]);
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('bars.csv has no column "spread" (did you mean spread_bps?)'),
  ]);
  const taken = await runCli(['train', at('bars.csv'), '--columns', 'coin', '--model', at('none.onnx')]);
  expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining('columns.0 must be')]);
});

test('a universe reads the columns of each of its files', async () => {
  const flags = ['--columns', 'spread_bps,oracle', ...FEW_TREES, '--json'];
  const { code, stdout } = await runCli(['train', '--universe', at('universe'), '--model', at('models'), ...flags]);
  const { instruments } = JSON.parse(stdout) as { instruments: readonly (Told & { readonly reason?: string })[] };
  expect(code).toBe(0);
  expect(instruments.map(({ missing_by_feature: missing }) => Object.keys(missing ?? {}))).toEqual([
    ['spread_bps'],
    ['spread_bps'],
    [],
  ]);
  expect(instruments[2].reason).toContain('C.csv has no column "spread_bps"');
  rmSync(at('universe/C.csv'));
  const pooled = await runCli(['train', '--universe', at('universe'), '--pooled', '--model', at('all.onnx'), ...flags]);
  expect(pooled.code, pooled.stderr).toBe(0);
  const all = JSON.parse(pooled.stdout) as Told;
  const sum = (of: (each: Told) => number): number => of(instruments[0]) + of(instruments[1]);
  expect(all.n_missing).toBe(sum(({ n_missing: n }) => n));
  expect(all.n_samples).toBe(sum(({ n_samples: n }) => n));
});
