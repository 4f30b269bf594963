import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringifyLossless } from '../../src/core/index.ts';
import { SignalEvent } from '../../src/domain/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { rocAucScore } from '../../src/validation/index.ts';
import { signalEventToWire } from '../../src/wire/index.ts';
import { exportedForestPath } from '../golden/golden.ts';
import { runCli } from '../support/run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-cli-'));
const at = (name: string): string => join(directory, name);
const HEAD = 'ts_event,open,high,low,close,volume';
const row = (
  i: number,
  price: string | number = 100,
  ts: bigint | string = 1_700_000_000_000_000_001n + BigInt(i) * 60_000_000_000n,
): string => `${ts},${price},${price},${price},${price},1`;
const csv = (rows: readonly string[]): string => `${[HEAD, ...rows].join('\n')}\n`;
const file = (name: string, content: string): string => {
  writeFileSync(at(name), content);
  return at(name);
};
const model = at('model.onnx');

beforeAll(async () => {
  const made = await runCli(['simulate', at('market.csv'), '--bars', '4000', '--edge', '0.2', '--seed', '5']);
  expect(made.code, made.stderr).toBe(0);
  const trained = await runCli([
    'train',
    at('market.csv'),
    '--model',
    model,
    '--set',
    'forest.n_estimators=20',
    '--dump-dataset',
    at('dataset.csv'),
    '--json',
  ]);
  expect(trained.code, trained.stderr).toBe(0);
  writeFileSync(at('trained.json'), trained.stdout);
});

describe('train', () => {
  test('prints one JSON object with every promised field, accuracy never without its company', () => {
    const text = readFileSync(at('trained.json'), 'utf8');
    expect(text.trim().split('\n').length).toBe(1);
    const report = JSON.parse(text);
    for (const field of [
      'accuracy',
      'auc',
      'base_rate',
      'majority_accuracy',
      'balanced_accuracy',
      'log_loss',
      'log_loss_skill',
      'brier',
      'ece',
    ]) {
      expect(report[field], field).toBeTypeOf('number');
    }
    expect(report.n_folds).toBe(5);
    expect(report.folds.length).toBe(5);
    expect(['none', 'information', 'selection', 'edge']).toContain(report.verdict);
    expect(report.model_path).toBe(model);
    expect(report.model_version).toMatch(/^m-[0-9a-f]{16}$/);
    expect(Object.keys(report.timings_ms)).toEqual(['read', 'labels', 'features', 'walk_forward', 'fit', 'save']);
    const importance: number[] = Object.values(report.feature_importance);
    expect(importance.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    for (const name of ['information', 'selection', 'money'])
      expect(Object.keys(report.tests[name])).toEqual(['statistic', 'p_value', 'n', 'lag']);
    for (const money of [report.money, report.money.taken, ...Object.values(report.money_by_fill)]) {
      expect(Object.keys(money).slice(0, 3)).toEqual(['booked', 'coin', 'excess']);
      const { booked, coin, excess } = money;
      expect(Object.keys(booked)).toEqual(['mean_bps', 'low', 'high', 't', 'n']);
      expect(excess.mean_bps, 'booked less coin').toBeCloseTo(booked.mean_bps - coin.mean_bps, 9);
    }
    expect(Object.keys(report.money_by_fill)).toEqual(['barrier', 'close', 'worst']);
    expect(report.cost).toEqual({ bps: 1, source: 'assumed', tick_size: null });
    expect(report.decision).toMatchObject({ w: expect.any(Number), l: expect.any(Number), m: expect.any(Number) });
    for (const field of [
      'pays_up_to_bps',
      'primary_pays_up_to_bps',
      'coin_bias_bps',
      'n_effective',
      'n_judged',
      'n_taken',
      'detectable_skill',
      'max_open_trades',
      'top_share',
    ]) {
      expect(report[field], field).toBeTypeOf('number');
    }
    for (const name of ['auc', 'log_loss_skill', 'calibration_slope', 'calibration_intercept', 'mean_excess_bps']) {
      const { value, low, high } = report.intervals[name];
      expect(low, name).toBeLessThan(value);
      expect(high, name).toBeGreaterThan(value);
    }
    expect(report.intervals).toMatchObject({ level: 0.95, n_resamples: 1000 });
    expect(report.intervals.auc.value).toBeCloseTo(report.auc, 12);
    const counted: { n_tested: number; ece: number }[] = report.folds.slice(1);
    const error = counted.reduce((sum, { n_tested: n, ece }) => sum + n * ece, 0) / report.n_judged;
    expect(report.calibration.error, 'the mean of the folds, weighted by their events').toBeCloseTo(error, 2);
    expect(report.calibration.bins.length).toBeGreaterThan(1);
    expect(report.skill_over_time.length).toBeGreaterThan(1);
    expect(report).toHaveProperty('would_pay_up_to_bps');
    expect(report).toHaveProperty('roll_spread_bps');
    expect(report.primary_pays).toBeTypeOf('boolean');
    expect(Object.keys(report.probability_skill)).toEqual(['statistic', 'p_value', 'n', 'lag']);
    expect(report.timing).toMatchObject({ timing_bps: expect.any(Number), is_one_sided: false });
    expect(report.warnings).toContainEqual({
      code: 'NO_COST_SET',
      message: expect.stringContaining('no cost set: 1.0 bp a round trip assumed'),
      ts: null,
      size: 1,
    });
    const lost = ['p_value', 'statistic', 'primary_only', 'sized', 'sharpe', 'net_return', 'max_drawdown'];
    expect(Object.keys(report).filter((name) => lost.includes(name))).toEqual([]);
    for (const account of [report.accounts.every, report.accounts.taken]) {
      const range = { low: expect.any(Number), median: expect.any(Number), high: expect.any(Number) };
      const { coins, net_return: earned, capital_needed: capital, sharpe } = account;
      for (const name of ['net_return', 'return_on_capital', 'max_drawdown', 'drawdown_of_capital'])
        expect(coins[name], 'coins stand beside it').toEqual(range);
      expect(account.return_on_capital).toBeCloseTo(earned / capital, 9);
      expect(sharpe === null, 'with and without, coins as well').toBe(coins.sharpe === null);
      expect(sharpe === null, 'under 20 days').toBe(account.n_days < 20);
    }
    expect(report.accounts.every.n_trades).toBe(report.n_judged);
    expect(report.accounts.every.max_open_trades).toBe(report.max_open_trades);
  });

  test('dumps a dataset from which the report’s figures can be recomputed', () => {
    const report = JSON.parse(readFileSync(at('trained.json'), 'utf8'));
    const [head, ...lines] = readFileSync(at('dataset.csv'), 'utf8').trim().split('\n');
    expect(head).toBe(
      't0,t1,side,label,return,stop_distance,coin,other_label,other_t1,weight,volatility,momentum,regime,trend_strength,fold,raw_probability,probability,base_rate,cost_bps,expected_r,take',
    );
    expect(lines.length).toBe(report.n_samples);
    const rows = lines.map((line) => line.split(','));
    expect(rows.every(([t0, t1]) => t0.length === 19 && BigInt(t1) > BigInt(t0))).toBe(true);
    const column = (name: string): number => head.split(',').indexOf(name);
    const counted = rows.filter((cells) => Number(cells[column('fold')]) >= 1);
    expect(counted.length, 'the first fold is not counted').toBe(report.n_tested);
    const auc = rocAucScore(
      Uint8Array.from(counted, (cells) => Number(cells[column('label')])),
      Float64Array.from(counted, (cells) => Number(cells[column('probability')])),
    );
    expect(auc).toBe(report.auc);
    const judged = counted.filter((cells) => cells[column('coin')] !== '');
    expect(judged.length).toBe(report.n_judged);
    const taken = judged.filter((cells) => cells[column('take')] === '1');
    expect(taken.length).toBe(report.n_taken);
    const meanBps = (of: (cells: string[]) => number): number =>
      taken.reduce((sum, cells) => sum + (1e4 * of(cells)) / taken.length, 0);
    const [ret, coin] = [column('return'), column('coin')];
    const net = (cells: string[]): number => Number(cells[ret]) - Number(cells[column('cost_bps')]) * 1e-4;
    expect(taken.reduce((sum, cells) => sum + net(cells), 0)).toBeCloseTo(report.accounts.taken.net_return, 9);
    expect(judged.reduce((sum, cells) => sum + net(cells), 0)).toBeCloseTo(report.accounts.every.net_return, 9);
    expect(meanBps((cells) => Number(cells[ret]))).toBeCloseTo(report.money.taken.booked.mean_bps, 6);
    expect(meanBps((cells) => Number(cells[coin]))).toBeCloseTo(report.money.taken.coin.mean_bps, 6);
    expect(meanBps((cells) => Number(cells[ret]) - Number(cells[coin]))).toBeCloseTo(
      report.money.taken.excess.mean_bps,
      6,
    );
  });

  test('for people, the verdict is the first line, and what knows nothing stands beside every figure', async () => {
    const { stdout, stderr, code } = await runCli([
      'train',
      at('market.csv'),
      '--model',
      at('people.onnx'),
      '--set',
      'forest.n_estimators=20',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^(NO EDGE|KNOWS, BUT DOES NOT PAY|EDGE: pays up to .* bp a round trip|THE PRIMARY PAYS \(up to .*\); THE MODEL ADDS NOTHING PROVEN)\n/,
    );
    expect(stdout).toContain('no cost set: 1.0 bp a round trip assumed');
    expect(stdout).toMatch(/^bp a trade before costs, 95 % +trades +booked +a coin there +excess$/m);
    expect(stdout).toMatch(/^money .* a coin loses 1\.0 bp a trade$/m);
    expect(stdout).toMatch(/^1, not counted /m);
    expect(stdout).toMatch(/^AUC +0\.\d{4} \[0\.\d{4}, 0\.\d{4}\] +a coin: 0\.5000$/m);
    expect(stdout).toMatch(/^in brackets 95 % intervals: 1,000 resamples of blocks of time, \d+ bars long on average/m);
    expect(stdout).toMatch(/smallest log-loss skill that n_effective = \d+ would have found in 4 of 5 cases/);
    expect(stdout).toMatch(/^an account +every event +200 coins there +taken +200 coins there$/m);
    expect(stdout).toMatch(/^deepest drawdown, of the capital +[\d.]+ % +[\d.]+ % \[[\d.]+ %, [\d.]+ %\]/m);
    expect(stdout).toMatch(/no Sharpe ratio, PSR or MinTRL: they need 20 days, and (this is one|these are \d+)$/m);
    for (const line of stdout
      .split('\n')
      .filter((text) => /\baccuracy\b +0/.test(text) && !text.includes('balanced'))) {
      expect(line).toMatch(/majority.*base rate/);
    }
    expect(stderr, 'progress goes to stderr, in lines').toContain('walk-forward: 100 %');
  });

  test('gives the same file on another number of workers', async () => {
    const one = await runCli([
      'train',
      at('market.csv'),
      '--model',
      at('one.onnx'),
      '--set',
      'forest.n_estimators=20',
      '--workers',
      '1',
      '--json',
    ]);
    expect(JSON.parse(one.stdout).model_version).toBe(
      JSON.parse(readFileSync(at('trained.json'), 'utf8')).model_version,
    );
    expect(readFileSync(at('one.onnx')).equals(readFileSync(model))).toBe(true);
  });

  test('takes the researcher’s own signals, each of them an event', async () => {
    const { bars } = simulateMarket({ nBars: 4000, edge: 0.2, breakAt: null, seed: 5 });
    const lines = Array.from(
      { length: 1200 },
      (_, k) => `${bars.tsEvent[150 + 3 * k]},${k % 2 === 0 ? 'BUY' : 'SELL'}`,
    );
    file('signals.csv', `timestamp,signal\n${lines.join('\n')}\n`);
    const run = await runCli([
      'train',
      at('market.csv'),
      '--signals',
      at('signals.csv'),
      '--model',
      at('own.onnx'),
      '--set',
      'forest.n_estimators=5',
      '--json',
    ]);
    expect(run.code, run.stderr).toBe(0);
    const report = JSON.parse(run.stdout);
    expect(report.n_samples + report.n_unresolved).toBe(1200);
  });
});

describe('bad input: one clear sentence, the right exit code, and the model that was there is unspoiled', () => {
  const ninetyNine = Array.from({ length: 99 }, (_, i) => row(i));
  const future = BigInt(Date.now() + 86_400_000) * 1_000_000n;
  test.each<[string, () => string, string, number]>([
    ['a missing file', () => at('missing.csv'), 'missing.csv', 1],
    ['an empty file', () => file('empty.csv', ''), 'empty.csv', 1],
    ['a text file', () => file('text.csv', 'hello\nworld\n'), 'text.csv', 1],
    ['a binary file', () => file('binary.csv', '\u0000\u0001\u0002'), 'binary.csv', 1],
    ['99 bars', () => file('99.csv', csv(ninetyNine)), 'at least 1000 bars, the data has 99', 1],
    ['NaN', () => file('nan.csv', csv([...ninetyNine, row(99, 'NaN')])), 'nan.csv line 101', 1],
    ['Infinity', () => file('inf.csv', csv([...ninetyNine, row(99, 'Infinity')])), 'inf.csv line 101', 1],
    ['a negative price', () => file('negative.csv', csv([...ninetyNine, row(99, -5)])), 'negative.csv line 101', 1],
    ['unsorted times', () => file('unsorted.csv', csv([row(1), row(2), row(0)])), 'unsorted.csv line 4', 1],
    ['repeated times', () => file('repeated.csv', csv([row(0), row(0)])), 'repeated.csv line 3', 1],
    ['a future bar', () => file('future.csv', csv([row(0), row(1, 100, future)])), 'future.csv line 3', 1],
  ])('%s', async (_, make, message, code) => {
    const target = join(mkdtempSync(join(directory, 'bad-')), 'model.onnx');
    writeFileSync(target, readFileSync(model));
    const run = await runCli(['train', make(), '--model', target, '--json']);
    expect(run.code, run.stderr).toBe(code);
    expect(run.stdout).toBe('');
    const sentence = run.stderr.split('\n').filter((line) => line.startsWith('ml4t: '));
    expect(sentence.length, run.stderr).toBe(1);
    expect(sentence[0]).toContain(message);
    expect(run.stderr).not.toMatch(/\n\s+at /);
    expect(readFileSync(target).equals(readFileSync(model))).toBe(true);
    expect(readdirSync(join(target, '..'))).toEqual(['model.onnx']);
  });

  test.each<[string, string[], string, number]>([
    ['an unknown feature', ['--features', 'volatilty'], 'did you mean volatility?), was "volatilty"', 2],
    ['one that no feature may have', ['--features', 'Vpin'], 'feature_names.0 must be a name of lower-case', 2],
    ['an unknown setting', ['--set', 'labels.pt_mult=3'], 'did you mean pt_multiplier?', 2],
    [
      'a setting out of range',
      ['--set', 'default_confidence=2'],
      'default_confidence must be a number in [0, 1], was 2',
      2,
    ],
    ['an unknown option', ['--modle', 'x'], 'Did you mean --model?', 2],
    ['a wrong number', ['--workers', '0'], 'It must be an integer >= 1.', 2],
    ['a missing settings file', ['--config', 'none.yaml'], 'cannot read none.yaml', 1],
    [
      'more features to draw than there are',
      ['--set', 'forest.max_features=9'],
      'forest.max_features must be at most the 4 features, was 9',
      2,
    ],
    ['an unwritable model path', ['--model', '/proc/none/model.onnx'], '/proc/none/model.onnx cannot be written', 1],
    ['a model path that is a directory', ['--model', directory], 'cannot be written: it is a directory', 1],
  ])('%s', async (_, args, message, code) => {
    const run = await runCli(['train', at('market.csv'), ...args]);
    expect(run.stderr).toContain(message);
    expect(run.code, run.stderr).toBe(code);
    expect(run.stderr).not.toMatch(/\n\s+at /);
  });

  test('an unwritable model path is found out before the training, not after', async () => {
    const run = await runCli(['train', at('market.csv'), '--model', directory]);
    expect(run.stderr).not.toContain('walk-forward');
  });

  test('no command, an unknown one', async () => {
    expect((await runCli([])).code).toBe(2);
    const run = await runCli(['trian']);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('Did you mean train?');
  });
});

describe('enrich', () => {
  const { bars } = simulateMarket({ nBars: 300, edge: 0, breakAt: null, seed: 8, startNs: 1_700_000_000_000_000_001n });
  const event = new SignalEvent({
    instrumentId: 'BTC-PERP.HYPERLIQUID',
    signal: 1,
    timestamp: bars.tsEvent[299] + 1n,
    bars,
  });
  const good = stringifyLossless(signalEventToWire(event, true));

  test('answers every line in order, rejects the bad ones by line, and loses no digit', async () => {
    const lines = [good, '{"instrument_id":"X"', '', good.replace('"signal":1', '"signal":7'), good];
    const run = await runCli(['enrich', '--model', model], { input: `${lines.join('\n')}\n` });
    expect(run.code, run.stderr).toBe(0);
    const answers = run.stdout.trim().split('\n');
    expect(answers.length).toBe(5);
    expect(answers[0]).toMatch(new RegExp(`"timestamp":${event.timestamp},"last_bar_ts":\\d{19},"n_bars":100`));
    expect(JSON.parse(answers[0])).toMatchObject({ source: 'model', model_available: true });
    expect(JSON.parse(answers[1]).error).toMatchObject({ code: 'BAD_JSON', line: 2 });
    expect(JSON.parse(answers[2]).error).toMatchObject({ code: 'BAD_JSON', line: 3 });
    expect(JSON.parse(answers[3]).error).toEqual({
      code: 'INVALID_VALUE',
      message: 'signal must be one of -1, 0, 1, was 7',
      line: 4,
    });
    const strip = (line: string): string => line.replace(/"latency_ns":\d+|"late":(?:true|false)/g, '');
    expect(strip(answers[4])).toBe(strip(answers[0]));
    expect(run.stderr).toContain('3 of 5 lines were rejected');
    expect(run.stderr).toMatch(/^taken \d.*, skipped \d.*$/m);
  });

  test('--explain adds what moved the confidence, and changes no answer', async () => {
    const flat = good.replace('"signal":1', '"signal":0');
    const [plain, told] = await Promise.all(
      [[], ['--explain']].map(async (more) => {
        const run = await runCli(['enrich', '--model', model, ...more], { input: `${good}\n${flat}\n` });
        expect(run.code, run.stderr).toBe(0);
        return run.stdout.trim().split('\n');
      }),
    );
    const { explained, ...answer } = JSON.parse(told[0]);
    expect(answer.answer_hash).toBe(JSON.parse(plain[0]).answer_hash);
    const { base, contributions, contributions_reason: reason } = explained.explanation;
    const total = Object.values<number>(contributions).reduce((sum, by) => sum + by, base);
    expect(Math.abs(total - answer.meta_confidence)).toBeLessThan(1e-9);
    expect(reason).toBeNull();
    expect(Object.keys(explained.features)).toEqual(Object.keys(contributions));
    expect(JSON.parse(told[1]).explained).toMatchObject({
      explanation: null,
      explanation_reason: 'the confidence is the default: no model was asked',
    });
    expect(JSON.parse(plain[0])).not.toHaveProperty('explained');
  });

  test('without a model it answers with the default and says so', async () => {
    const run = await runCli(['enrich'], { cwd: mkdtempSync(join(directory, 'empty-')), input: `${good}\n` });
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({
      source: 'default',
      meta_confidence: 0.5,
      model_available: false,
      take: null,
      take_reason: 'no_model',
    });
    expect(run.stderr).toContain('warning: ');
  });

  test.each<[string, () => string, string]>([
    ['missing', () => at('none.onnx'), 'no model at'],
    ['damaged', () => file('cut.onnx', readFileSync(model, 'latin1').slice(0, 2000)), 'damaged or not a model'],
  ])('a named model that is %s ends enrich and replay, which answer nothing', async (_, make, message) => {
    const named = make();
    const inSettings = ['--set', `model_path=${named}`];
    for (const args of [
      ['enrich', '--model', named],
      ['enrich', ...inSettings],
      ['replay', at('market.csv'), '--model', named],
      ['replay', at('market.csv'), ...inSettings, '--json'],
    ]) {
      const run = await runCli(args, { input: `${good}\n` });
      expect(run.code, run.stderr).toBe(1);
      expect(run.stdout).toBe('');
      expect(run.stderr).toContain(message);
      expect(run.stderr).toContain(`ml4t train BARS --model ${named}`);
      expect(run.stderr).not.toMatch(/\n\s+at /);
    }
  });

  test('an unknown feature is bad usage, not a reason to answer with the default', async () => {
    const run = await runCli(['enrich', '--model', exportedForestPath('tensor'), '--features', 'a,b,c,d'], {
      input: `${good}\n`,
    });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('features must be one of volatility');
    const named = ['--features', 'volatility,momentum,regime,trend_strength'];
    const right = await runCli(['enrich', '--model', exportedForestPath('tensor'), ...named], { input: `${good}\n` });
    expect(JSON.parse(right.stdout), right.stderr).toMatchObject({ source: 'model', regime_weight: 0.8 });
  });

  test('a file that is not there is a failure', async () => {
    const run = await runCli(['enrich', at('none.ndjson'), '--model', model]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('cannot read');
  });

  test('a line of 40 MB is answered with its size, and the next one as ever', async () => {
    const path = file('long.ndjson', `{"x":"${'x'.repeat(4e7)}"}\n{}\n`);
    const run = await runCli(['enrich', path]);
    const [long, next] = run.stdout.trim().split('\n');
    expect(JSON.parse(long).error.message).toBe(
      'line must be at most 16777216 bytes long (limits.line_bytes), was 40000008',
    );
    expect(JSON.parse(next).error).toMatchObject({ code: 'INVALID_VALUE', line: 2 });
  });
});

test.skipIf(process.platform === 'win32')('a named pipe and a device end every command that reads one', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  for (const path of [at('pipe'), '/dev/zero']) {
    const runs = [
      ['inspect', path],
      ['enrich', '--model', path],
      ['enrich', path],
      ['train', path],
      ['train', at('market.csv'), '--signals', path],
      ['train', at('market.csv'), '--config', path],
      ['serve', '--no-redis', '--data-dir', at('piped'), '--port', '0', '--token-file', path],
    ].map(async (args) => ({ args, ...(await runCli(args, { cwd: directory })) }));
    for (const { args, code, stderr } of await Promise.all(runs)) {
      expect(stderr, args.join(' ')).toMatch(/a named pipe|a device|not a file/);
      expect(code, args.join(' ')).toBeGreaterThan(0);
    }
  }
});

test('replay says what it may claim of the signals after the training, and nothing of those in it', async () => {
  const people = await runCli(['replay', at('market.csv'), '--model', model]);
  expect(people.code, people.stderr).toBe(0);
  expect(people.stdout.split('\n').slice(0, 2)).toEqual([
    'IN SAMPLE',
    '  No signal comes after the time that the model was trained on. These figures prove nothing.',
  ]);
  expect(people.stdout).not.toContain('a coin there');
  const later = await runCli(['simulate', at('later.csv'), '--bars', '6000', '--edge', '0.2', '--seed', '5']);
  expect(later.code).toBe(0);
  const run = await runCli(['replay', at('later.csv'), '--model', model, '--out', at('out.ndjson'), '--json']);
  const report = JSON.parse(run.stdout);
  expect(report).toMatchObject({ is_in_sample: false, finding: 'judged', missing: [] });
  expect(report.n_in_sample).toBeGreaterThan(1000);
  expect(Object.keys(report.latency_ns)).toEqual(['p50', 'p99', 'p999', 'max']);
  expect(report.deciles.length).toBeGreaterThan(1);
  const lines = readFileSync(at('out.ndjson'), 'utf8').trim().split('\n');
  expect(lines.length).toBe(report.n_signals);
  const answered = lines.map((line) => JSON.parse(line)).filter(({ features }) => features !== null);
  expect(answered.length).toBe(report.sources.model);
  expect(Object.keys(answered[0].features)).toEqual(['volatility', 'momentum', 'regime', 'trend_strength']);
  expect(answered[0]).toMatchObject({ label: expect.any(Number), return: expect.any(Number), in_sample: true });
  expect(report.intervals.auc.value).toBeCloseTo(report.scores.auc, 12);
  expect(report.intervals.log_loss_skill.value).toBeCloseTo(report.scores.log_loss_skill, 12);
  expect(report.intervals.mean_excess_bps.value).toBeCloseTo(report.money.excess.mean_bps, 9);
  expect(report.intervals.taken_excess_bps.value).toBeCloseTo(report.money.taken.excess.mean_bps, 9);
  expect(report.calibration.error).toBeCloseTo(report.scores.ece, 12);
  const fives = readFileSync(at('later.csv'), 'utf8')
    .trim()
    .split('\n')
    .filter((_, i) => i % 5 === 0);
  const other = await runCli(['replay', file('fives.csv', `${fives.join('\n')}\n`), '--model', model, '--json']);
  expect(other).toMatchObject({ code: 1, stdout: '' });
  expect(other.stderr).toContain('the bars are of 5 min, the model learned from bars of 1 min; replay such bars');
  const inspected = JSON.parse((await runCli(['inspect', model, '--json'])).stdout);
  expect(inspected.cadences['']).toMatchObject({ step_ns: 60_000_000_000, open_hours: null });
  expect(report.training.verdict).toBe(inspected.training.verdict);
});

test('replay shows three columns of money and the tests, and nothing that a coin earns too', async () => {
  const late = readFileSync(at('later.csv'), 'utf8').split('\n');
  writeFileSync(at('after.csv'), [late[0], ...late.slice(4100)].join('\n'));
  const words = (await runCli(['replay', at('after.csv'), '--model', model])).stdout;
  for (const told of ['a coin there', 'excess', 'information', 'selection', 'money', 'its training said: ']) {
    expect(words).toContain(told);
  }
  expect(words).toMatch(/^an account +every event +200 coins there/m);
  const asked = (await runCli(['replay', at('after.csv'), '--model', model, '--cost-bps', '7', '--json'])).stdout;
  const report = JSON.parse(asked);
  expect(report.cost).toMatchObject({ bps: 7, source: 'set' });
  expect(['none', 'information', 'selection', 'edge']).toContain(report.verdict);
  expect(Object.keys(report.tests)).toEqual(['information', 'selection', 'money']);
  const { booked, coin, excess } = report.money;
  expect(booked.mean_bps).toBeCloseTo(coin.mean_bps + excess.mean_bps, 9);
  expect(Object.keys(report.money_by_fill)).toEqual(['barrier', 'close', 'worst']);
  expect(report.decision).toMatchObject({ w: expect.any(Number), l: expect.any(Number), m: expect.any(Number) });
});

test('replay says what it would take, what was promised and what came of it', async () => {
  const words = (await runCli(['replay', at('after.csv'), '--model', model])).stdout;
  expect(words).toMatch(/^decided as the service would, by sizing\.trust proven; the model file proves /m);
  expect(words).toMatch(
    /^R over a coin's average after costs, 95 % +signals +promised +realised +a coin +realised \/ promised$/m,
  );
  expect(words).toMatch(/^what trust expected takes, proven or not /m);
  const args = ['replay', at('after.csv'), '--model', model, '--set', 'sizing.trust=expected', '--json'];
  const report = JSON.parse((await runCli([...args, '--out', at('decided.ndjson')])).stdout);
  const { served, positions } = report;
  expect(served.trust).toBe('expected');
  expect(Object.keys(served.proven)).toEqual(['model_bps', 'primary_bps']);
  expect(Object.keys(served.taken)).toEqual(['n', 'promised_r', 'cost_r', 'realised_r', 'ratio']);
  expect(served.taken).toEqual(served.expected);
  expect(served.taken.n, 'the account of the first lines takes the same trades').toBe(report.n_taken);
  expect(Object.keys(positions)).toEqual(['n_bets', 'mean_size', 'summed', 'averaged', 'stepped']);
  const rows = readFileSync(at('decided.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows.filter(({ take }) => take).length).toBeGreaterThanOrEqual(positions.n_bets);
  for (const row of rows) {
    expect(row.size === 0, `a size is 0 exactly where nothing is taken: ${row.take_reason}`).toBe(row.take === false);
    expect(row.averaged_size === null).toBe(row.size === 0);
    if (row.take) expect(row.expected_r).toBeGreaterThan(0);
  }
});

test('replay judges by the settings of the training where no others are given', async () => {
  const learned = ['--set', 'labels.pt_multiplier=1.5', '--set', 'labels.max_holding_bars=6', '--primary', 'momentum'];
  const small = ['--set', 'forest.n_estimators=5', '--json'];
  const trained = await runCli(['train', at('market.csv'), '--model', at('stored.onnx'), ...learned, ...small]);
  expect(trained.code, trained.stderr).toBe(0);
  const replayed = ['replay', at('after.csv'), '--model', at('stored.onnx'), '--json'];
  const { latency_ns: _, ...own } = JSON.parse((await runCli(replayed)).stdout);
  const { latency_ns: __, ...asked } = JSON.parse((await runCli([...replayed, ...learned])).stdout);
  expect(own).toEqual(asked);
  const codes = (report: { warnings: { code: string }[] }): string[] => report.warnings.map(({ code }) => code);
  expect(codes(own)).not.toContain('OTHER_SETTINGS');
  const other = JSON.parse((await runCli([...replayed, '--set', 'labels.pt_multiplier=2'])).stdout);
  expect(codes(other)).toContain('OTHER_SETTINGS');
  expect(other.n_signals, 'the events are those of the training').toBe(own.n_signals);
  expect(other.scores.base_rate).not.toBe(own.scores.base_rate);
});

test('replay warns when it judges by other settings than the model learned by', async () => {
  const run = await runCli([
    'replay',
    at('market.csv'),
    '--model',
    model,
    '--set',
    'labels.pt_multiplier=3',
    '--primary',
    'momentum',
  ]);
  expect(run.stderr).toContain('the model learned with labels.pt_multiplier 2, this replay judges by 3');
  expect(run.stderr).toContain('the model learned with events.primary ema_cross, this replay judges by momentum');
});

test('inspect tells what is in a model file, in words and as JSON', async () => {
  const words = await runCli(['inspect', model]);
  expect(words.stdout).toContain('every 1 min, 999 of 1,000 at most 1 min apart; open 168 h of the week');
  expect(words.stdout).toMatch(/^verdict +(none|information|selection|edge): (NO EDGE|KNOWS|EDGE|THE PRIMARY)/m);
  const json = JSON.parse((await runCli(['inspect', model, '--json'])).stdout);
  expect(json).toMatchObject({
    feature_names: ['volatility', 'momentum', 'regime', 'trend_strength'],
    n_trees: 20,
    seed: 42,
  });
  const bad = await runCli(['inspect', at('market.csv')]);
  expect(bad.code).toBe(1);
  expect(bad.stderr).toContain('the model file is damaged or not a model');
});

test('doctor says what is here', async () => {
  const run = await runCli(['doctor', '--json']);
  expect(run.code, run.stdout).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({ healthy: true });
});

test('settings come from ml4t.yaml in the directory, and the environment wins over it', async () => {
  const cwd = at('project');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'ml4t.yaml'), 'forest: { n_estimators: 7 }\nmodel_path: here.onnx\n');
  const run = await runCli(['train', at('market.csv'), '--json'], { cwd, env: { ML4T_WALK_FORWARD_N_FOLDS: '3' } });
  expect(run.code, run.stderr).toBe(0);
  expect(run.stderr).toContain('settings: ml4t.yaml');
  expect(JSON.parse(run.stdout).n_folds).toBe(3);
  expect(existsSync(join(cwd, 'here.onnx'))).toBe(true);
});

test('demo judges bars of one’s own and three simulated markets, and serves the model of the one that pays', async () => {
  const run = await runCli(['demo', at('market.csv'), '--exit', '--json', '--set', 'forest.n_estimators=20'], {
    cwd: directory,
  });
  expect(run.code, run.stderr).toBe(0);
  const { markets, replay, live } = JSON.parse(run.stdout);
  const kinds = markets.map((market: Record<string, unknown>) => [market.name, market.is_simulated]);
  expect(kinds).toEqual([
    [at('market.csv'), false],
    ['nothing to know', true],
    ['knows, but does not pay', true],
    ['pays', true],
  ]);
  const [own, nothing, dear, paying] = markets;
  expect(own.cost.source, 'the cost of one’s own bars is one’s own').toBe('assumed');
  expect([nothing, dear, paying].map(({ cost }) => cost.bps)).toEqual([0, 5, 2]);
  expect([nothing, dear, paying].map(({ first_line: line }) => line.replace(/:.*/, ''))).toEqual([
    'NO EDGE',
    'KNOWS, BUT DOES NOT PAY',
    'EDGE',
  ]);
  for (const { money } of markets) expect(Object.keys(money)).toEqual(['booked', 'coin', 'excess', 'taken']);
  expect(replay.is_in_sample).toBe(false);
  expect(live.serving.version).toBe(paying.model_version);
  expect(live.outcomes.n_matured).toBeGreaterThan(1000);
  const answered = Object.values(live.by_take_reason as Record<string, number>).reduce((a, b) => a + b, 0);
  expect(answered, 'every signal has a reason to be taken or not').toBe(replay.n_signals);
  expect(live.by_take_reason.expected).toBeGreaterThan(100);
  expect(live.feeds, 'bars of years ago come a minute a second').toEqual([{ instrument_id: 'DEMO.SIM', state: 'ok' }]);
});

test('cost, fill and tick have options of their own, which train --help explains by example', async () => {
  const { stdout } = await runCli(['train', '--help']);
  for (const example of ['--cost-bps 5 ', '--cost-bps 0 ', '--fill close --tick-size 0.5 ']) {
    expect(stdout).toContain(`ml4t train bars.csv ${example}`);
  }
  const options = ['--cost-bps', '2', '--fill', 'close', '--tick-size', '0.01', '--set', 'forest.n_estimators=5'];
  const run = await runCli(['train', at('market.csv'), '--model', at('booked.onnx'), '--json', ...options]);
  expect(JSON.parse(run.stdout).cost, run.stderr).toEqual({ bps: 2, source: 'set', tick_size: 0.01 });
  const { config } = JSON.parse((await runCli(['inspect', at('booked.onnx'), '--json'])).stdout);
  expect(config.labels).toMatchObject({ fill: 'close', tick_size: 0.01, cost_bps: 2 });
  expect((await runCli(['train', at('market.csv'), '--fill', 'never'])).code).toBe(2);
});

test.each(['train', 'enrich', 'replay', 'serve', 'simulate', 'inspect', 'doctor', 'demo'])(
  '%s --help has an example',
  async (command) => {
    const run = await runCli([command, '--help']);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/Examples?:\n {2}(ml4t|npm)/);
  },
);
