// @module-tag python-backtesters
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { readBars } from '../../src/bars/index.ts';
import { parseLossless } from '../../src/core/index.ts';
import { runCli } from '../support/run-cli.ts';
import { groupPython, isWholeRun } from './groups.ts';

// The files of examples/backtesting are run as they stand. Both say entry, exit, side, units and profit of each trade, after fees.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What both files say: what a size of 1 stands for, and the fee of a fill. */
const [CAPITAL, FEE] = [1_000_000, 0.0001];

const folder = mkdtempSync(join(tmpdir(), 'ml4t-backtesters-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ml4t(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runCli(args, { cwd: folder });
  expect(code, stderr).toBe(0);
}

/** Lines that an example prints. */
async function trades(example: string): Promise<string[]> {
  const env = { ...process.env, PYTHONPATH: join(ROOT, 'python', 'src'), PYTHONDONTWRITEBYTECODE: '1' };
  const file = join(ROOT, 'examples', 'backtesting', example);
  const args = ['-W', 'ignore', file, 'new.csv', 'answers.ndjson'];
  const { stdout } = await promisify(execFile)(groupPython('backtesters') ?? 'python3', args, { cwd: folder, env });
  return stdout.trimEnd().split('\n');
}

interface Line {
  readonly signal_event: { readonly timestamp: string; readonly signal: number };
  readonly take: boolean;
  readonly size: number;
  readonly return: number | null;
  readonly exit_ts: string | null;
}

/** What the replay says of one position at a time, worded as the examples do. */
async function expected(): Promise<string[]> {
  const { bars } = await readBars([join(folder, 'new.csv')]);
  const text = readFileSync(join(folder, 'answers.ndjson'), 'utf8').trimEnd();
  const taken = text
    .split('\n')
    .map((line) => parseLossless(line) as Line)
    .filter(({ take }) => take);
  const lines: string[] = [];
  let [freeFrom, total] = [-1, 0];
  for (const {
    signal_event: { timestamp, signal },
    size,
    return: gross,
    exit_ts,
  } of taken) {
    const entry = bars.tsEvent.indexOf(BigInt(timestamp));
    if (entry <= freeFrom || exit_ts === null || gross === null) continue;
    const exit = bars.tsEvent.indexOf(BigInt(exit_ts));
    freeFrom = exit;
    const units = Math.round((CAPITAL * Math.abs(size)) / bars.close[entry]);
    if (units === 0) continue;
    const profit = units * (gross * bars.close[entry] - FEE * (bars.close[entry] + bars.close[exit]));
    total += profit;
    lines.push(`${entry} ${exit} ${signal > 0 ? 'buy' : 'sell'} ${units} ${signed(profit)}`);
  }
  return [...lines, `${taken.length} taken, ${lines.length} one at a time: ${signed(total)}`];
}

const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(2)}`;

test('backtesting.py and, in a whole run, vectorbt make the trades of the replay, to the cent', async () => {
  const close = ['--set', 'labels.fill=close'];
  await ml4t('simulate', 'old.csv', '--edge', '0.15', '--bars', '9000');
  await ml4t('simulate', 'new.csv', '--edge', '0.15', '--bars', '4000', '--seed', '44');
  await ml4t('train', 'old.csv', '--model', 'model.onnx', ...close);
  const trust = ['--set', 'sizing.trust=expected'];
  await ml4t('replay', 'new.csv', '--model', 'model.onnx', ...close, ...trust, '--out', 'answers.ndjson');
  const replayed = await expected();
  expect(replayed.length).toBeGreaterThan(100);
  expect(await trades('with_backtesting_py.py')).toEqual(replayed);
  if (isWholeRun()) expect(await trades('with_vectorbt.py')).toEqual(replayed); // it compiles for half a minute
});
