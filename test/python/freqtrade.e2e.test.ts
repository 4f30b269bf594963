// @module-tag python-freqtrade
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseLossless } from '../../src/core/index.ts';
import { Service } from '../faults/harness/service.ts';
import { runCli } from '../support/run-cli.ts';
import { groupPython, isWholeRun } from './groups.ts';

// The files of examples/freqtrade are run as they stand, by freqtrade without a network: what it enters, and with what stake, is what
// `ml4t replay` says of the same candles.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAMS = join(ROOT, 'test', 'python', 'freqtrade');
/** Nanoseconds of a candle. */
const CANDLE = 900_000_000_000n;
/** Cases that take long are run by `npm run test:python`. */
const testOfWholeRun = isWholeRun() ? test : () => undefined;
/** The model of the test is not proven: without this nothing would be taken. */
const TRUST = 'sizing.trust=expected';
/** Fixed, so that a stake is a size and nothing else. */
const CAPITAL = 1_000;

const folder = mkdtempSync(join(tmpdir(), 'ml4t-freqtrade-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Line {
  readonly signal_event: { readonly timestamp: string; readonly signal: number };
  readonly take: boolean;
  readonly size: number;
}

interface Trade {
  readonly is_short: boolean;
  readonly stake_amount: number;
  readonly leverage: number;
  readonly open_ts: string;
  readonly close_ts: string;
}

/** Runs a program of freqtrade in the folder. @returns what it printed as RESULT, a line each. */
async function python(args: readonly string[]): Promise<readonly unknown[]> {
  const PYTHONPATH = [join(ROOT, 'python', 'src'), PROGRAMS].join(delimiter);
  const env = { ...process.env, PYTHONPATH, PYTHONDONTWRITEBYTECODE: '1' };
  const options = { cwd: folder, env, maxBuffer: 64 * 1024 ** 2 };
  const { stdout } = await promisify(execFile)(groupPython('freqtrade') ?? 'python3', [...args], options);
  return [...stdout.matchAll(/^RESULT (.*)$/gm)].map(([, line]) => JSON.parse(line) as unknown);
}

async function ml4t(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runCli(args, { cwd: folder });
  expect(code, stderr).toBe(0);
}

/** What the replay said, by time and side. */
function replayed(path: string): Line[] {
  const lines = readFileSync(join(folder, path), 'utf8').trimEnd().split('\n');
  return lines.map((line) => parseLossless(line) as Line);
}

/** Entries of those that are taken while no trade is open: freqtrade has one a pair, and turns it round in one candle. */
function entered(taken: readonly Line[], trades: readonly Trade[]): Line[] {
  const isOpen = ({ open_ts, close_ts, is_short }: Trade, { timestamp, signal }: Line['signal_event']): boolean => {
    const [opened, closed, now] = [BigInt(open_ts), BigInt(close_ts), BigInt(timestamp)];
    return opened < now && (now < closed || (now === closed && is_short === signal < 0));
  };
  return taken.filter(({ signal_event }) => !trades.some((trade) => isOpen(trade, signal_event)));
}

const entryOf = ({ signal_event: { timestamp, signal } }: Line): string =>
  `${timestamp} ${signal > 0 ? 'long' : 'short'}`;
const tradeOf = ({ open_ts, is_short }: Trade): string => `${open_ts} ${is_short ? 'short' : 'long'}`;

/** Each trade is an entry that the replay takes, with its stake up to a step of the amount. */
function expectSame(trades: readonly Trade[], lines: readonly Line[]): void {
  expect(trades.map(tradeOf)).toEqual(lines.map(entryOf));
  trades.forEach(({ stake_amount, leverage }, k) => {
    expect(stake_amount * leverage).toBeCloseTo(Math.abs(lines[k].size) * CAPITAL, 6);
  });
}

const CANDLES = 'user_data/data/binance';
const ANSWERS = 'ml4t/BTC_USDT.answers.ndjson';

beforeAll(async () => {
  cpSync(join(ROOT, 'examples', 'freqtrade'), folder, { recursive: true });
  mkdirSync(join(folder, CANDLES), { recursive: true });
  await ml4t('simulate', 'simulated.csv', '--edge', '0.15', '--bars', '12000');
  await python([join(PROGRAMS, 'candles.py'), 'simulated.csv', CANDLES, 'spot']);
});

describe('spot', () => {
  beforeAll(async () => {
    await python(['export.py', 'config.json', 'ml4t']);
    const bars = ['ml4t/BTC_USDT.bars.csv', '--signals', 'ml4t/BTC_USDT.signals.csv', '--model', 'ml4t/model.onnx'];
    await ml4t('train', ...bars);
    await ml4t('replay', ...bars, '--instrument', 'BTC/USDT', '--set', TRUST, '--out', ANSWERS);
  });

  test('a backtest enters what the replay takes, with its stakes, and ends where an answer is missing', async () => {
    const fixed = { ml4t: { capital: CAPITAL } };
    const late = { use_exit_signal: false, minimal_roi: { '0': 100, '900': -1 } }; // trades of 60 candles overlap
    const stacked = { ...late, position_stacking: true, max_open_trades: -1, stake_amount: 100 };
    const runs = [
      fixed,
      { ...fixed, ...late },
      { ...fixed, ...stacked },
      { ml4t: { answers: { 'ETH/USDT': ANSWERS } } },
      { ml4t: { answers: null } },
      {},
    ];
    const results = await python([
      join(PROGRAMS, 'backtest.py'),
      'config.json',
      ...runs.map((run) => JSON.stringify(run)),
    ]);
    const [asItStands, waiting, all] = results.map((run) => (run as { readonly trades: readonly Trade[] }).trades);
    const taken = replayed(ANSWERS).filter(({ take }) => take);
    expect(taken.length).toBeGreaterThan(20);
    expectSame(asItStands, entered(taken, asItStands));
    expectSame(waiting, entered(taken, waiting));
    expect(waiting.length, 'some wait for a trade to end').toBeLessThan(taken.length);
    expectSame(all, taken);
    const [elsewhere, none] = results.slice(3, 5).map((run) => (run as { readonly stopped: string }).stopped);
    expect(elsewhere).toMatch(/^ML4T: BTC\/USDT: the replay has no answer for BTC\/USDT at \d+, signal 1$/);
    expect(none).toContain('name it by ml4t.answers in the configuration');
    const { trades: growing } = results[5] as { readonly trades: readonly (Trade & { profit_abs: number })[] };
    let capital = 10_000 * 0.99;
    growing.forEach(({ stake_amount, profit_abs }, k) => {
      expect(stake_amount).toBeCloseTo(Math.abs(taken[k].size) * capital, 5);
      capital += profit_abs * 0.99;
    });
  });

  testOfWholeRun('a bot asks the service, and bets what the replay says', async () => {
    const main = join(ROOT, 'dist', 'cli', 'main.js');
    const model = join(folder, 'ml4t', 'model.onnx');
    const service = new Service({ main, dataDir: join(folder, 'data'), redisUrl: null, model, set: [TRUST] });
    await service.start();
    try {
      const asked = await python([join(PROGRAMS, 'live.py'), 'config.json', service.url ?? '', '60']);
      const bets = asked as readonly { open_ts: string; stake: number; is_confirmed: boolean }[];
      const lines = replayed(ANSWERS).slice(-60);
      expect(bets.map(({ open_ts }) => `${BigInt(open_ts) + CANDLE} long`)).toEqual(lines.map(entryOf));
      expect(bets.map(({ stake }) => stake)).toEqual(lines.map(({ size }) => size * CAPITAL));
      expect(bets.map((bet) => bet.is_confirmed)).toEqual(lines.map(({ take }) => take));
      expect(bets.filter((bet) => bet.is_confirmed).length).toBeGreaterThan(2);
    } finally {
      await service.stop();
    }
  });
});

testOfWholeRun(
  'a backtest of futures enters both sides of the replay, each with its stake times the leverage',
  async () => {
    const pair = 'BTC/USDT:USDT';
    const answers = 'ml4t/BTC_USDT_USDT.answers.ndjson';
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
    const futures = {
      ...config,
      strategy: 'BothSides',
      trading_mode: 'futures',
      margin_mode: 'isolated',
      exchange: { ...config.exchange, pair_whitelist: [pair] },
      ml4t: { capital: CAPITAL, answers: { [pair]: answers } },
    };
    writeFileSync(join(folder, 'futures.json'), JSON.stringify(futures));
    cpSync(join(PROGRAMS, 'strategies'), join(folder, 'user_data', 'strategies'), { recursive: true });
    await ml4t('simulate', 'futures.csv', '--edge', '0.3', '--bars', '12000');
    await python([join(PROGRAMS, 'candles.py'), 'futures.csv', CANDLES, 'futures']);
    await python(['export.py', 'futures.json', 'ml4t']);
    const bars = ['ml4t/BTC_USDT_USDT.bars.csv', '--signals', 'ml4t/BTC_USDT_USDT.signals.csv'];
    const model = ['--model', 'ml4t/futures.onnx'];
    await ml4t('train', ...bars, ...model);
    await ml4t('replay', ...bars, ...model, '--instrument', pair, '--set', TRUST, '--out', answers);
    const [run] = await python([join(PROGRAMS, 'backtest.py'), 'futures.json', '{}']);
    const { trades } = run as { readonly trades: readonly Trade[] };
    const taken = replayed(answers).filter(({ take }) => take);
    expectSame(trades, entered(taken, trades));
    expect(new Set(trades.map(({ leverage }) => leverage))).toEqual(new Set([3]));
    const sides = [true, false].map((short) => trades.filter(({ is_short }) => is_short === short).length);
    expect(Math.min(...sides), 'shorts and longs').toBeGreaterThan(10);
  },
);
