import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeBarsCsv } from '../../src/bars/index.ts';
import type { BarSeries } from '../../src/domain/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { runCli } from '../support/run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-context-'));
const at = (name: string): string => join(directory, name);
afterAll(() => rmSync(directory, { recursive: true }));

const NAMES = 'momentum@15m,volatility(50),momentum:ETH.SIM';
const marketOf = (seed: number): BarSeries => simulateMarket({ nBars: 3000, edge: 0.1, breakAt: null, seed }).bars;

beforeAll(async () => {
  await writeBarsCsv(at('bars.csv'), marketOf(4));
  await writeBarsCsv(at('eth.csv'), marketOf(5));
});

interface Dump {
  readonly t0: readonly bigint[];
  readonly side: readonly number[];
  readonly columns: Readonly<Record<string, readonly number[]>>;
}

function dumpOf(path: string): Dump {
  const [head, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const names = head.split(',');
  const rows = lines.map((line) => line.split(','));
  const column = (name: string): number[] => rows.map((row) => Number(row[names.indexOf(name)]));
  const t0 = rows.map((row) => BigInt(row[names.indexOf('t0')]));
  return {
    t0,
    side: column('side'),
    columns: Object.fromEntries(names.map((name) => [name, column(name)])),
  };
}

test('bars of another instrument and of a higher frame are features, in a training and a replay', async () => {
  const few = ['--set', 'forest.n_estimators=10', '--features', NAMES, '--model', at('m.onnx')];
  const context = ['--context', `ETH.SIM=${at('eth.csv')}`];
  const trained = await runCli(['train', at('bars.csv'), ...context, ...few, '--dump-dataset', at('dump.csv')]);
  expect(trained.code, trained.stderr).toBe(0);
  const { t0, side, columns } = dumpOf(at('dump.csv'));
  const { close, tsEvent } = marketOf(5);
  expect(t0.length).toBeGreaterThan(300);
  for (const [k, time] of t0.entries()) {
    const bar = tsEvent.indexOf(time);
    const move = Math.log(close[bar] / close[bar - 20]);
    expect(columns['momentum:ETH.SIM'][k]).toBeCloseTo(side[k] * move, 6);
  }
  const replayed = await runCli(['replay', at('bars.csv'), ...context, '--model', at('m.onnx'), '--json']);
  expect(replayed.code, replayed.stderr).toBe(0);
  const alone = await runCli(['train', at('bars.csv'), ...few]);
  expect(alone.code).toBe(2);
  expect(alone.stderr).toContain('--context');
  expect(alone.stderr).toContain('ETH.SIM');
});
