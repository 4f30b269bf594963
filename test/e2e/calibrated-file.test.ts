import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeBarsCsv } from '../../src/bars/index.ts';
import { Rng, stringifyLossless } from '../../src/core/index.ts';
import { readModel } from '../../src/model/onnx/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { barsToWire, signalDetailSchema } from '../../src/wire/index.ts';
import { get, type LiveServer, liveServer, post } from '../support/live-server.ts';
import { runCli } from '../support/run-cli.ts';
import { predictedSignals } from '../support/sent-probabilities.ts';
import { sha256 } from '../support/small-model.ts';

// A LightGBM as onnxmltools wrote it. Its columns are chosen so that it knows of each trade what `predictedSignals` says can be known.
const FOREIGN = fileURLToPath(new URL('../golden/foreign/lgb-5-31.onnx', import.meta.url));
const COLUMNS = ['score_a', 'score_b', 'score_c', 'score_d'];
const [TRAINED, CALIBRATED, N_BARS] = [900, 4200, 5200];
const { bars } = simulateMarket({ nBars: N_BARS, edge: 0, breakAt: null, seed: 5 });

const directory = mkdtempSync(join(tmpdir(), 'ml4t-calibrated-'));
const at = (name: string): string => join(directory, name);
let server: LiveServer | null = null;
afterAll(async () => {
  await server?.server.close(1000);
  rmSync(directory, { recursive: true, force: true });
});

/** Rows of columns by the rising probability that the model gives them. */
function rowsByProbability(): Float32Array[] {
  const { predictor } = readModel(readFileSync(FOREIGN), { sha256, featureNames: COLUMNS });
  const rng = new Rng(3);
  const rows = Array.from({ length: 500 }, () => Float32Array.from(COLUMNS, () => rng.nextGaussian()));
  const by = new Map(rows.map((row) => [row, predictor.predictOne(row)]));
  return rows.sort((a, b) => (by.get(a) ?? 0) - (by.get(b) ?? 0));
}

interface Sent {
  readonly bar: number;
  readonly side: number;
  readonly row: Float32Array;
}

/** Signals of which the model knows as much. @param knowledge - as in `predictedSignals`. */
function signalsOf(knowledge: number): Sent[] {
  const rows = rowsByProbability();
  const { side, truth } = predictedSignals(bars, { every: 6, knowledge, seed: 7 });
  const all = [...side.keys()].filter((bar) => side[bar] !== 0).sort((a, b) => truth[a] - truth[b]);
  const sent = all.map((bar, k) => ({ bar, side: side[bar], row: rows[Math.floor((k * rows.length) / all.length)] }));
  return sent.sort((a, b) => a.bar - b.bar);
}

function csvOf(signals: readonly Sent[]): string {
  const lines = signals.map(({ bar, side, row }) => `${bars.tsEvent[bar]},${side},${Array.from(row).join()}`);
  return `timestamp,signal,${COLUMNS.join()}\n${lines.join('\n')}\n`;
}

const known = signalsOf(0.8);
const newer = known.filter(({ bar }) => bar >= CALIBRATED);
const until = String(bars.tsEvent[TRAINED]);

beforeAll(async () => {
  await writeBarsCsv(at('bars.csv'), bars.slice(0, CALIBRATED));
  await writeBarsCsv(at('newer.csv'), bars.slice(CALIBRATED - 200, N_BARS));
  writeFileSync(at('signals.csv'), csvOf(known.filter(({ bar }) => bar < CALIBRATED)));
  writeFileSync(at('remembered.csv'), csvOf(signalsOf(6).filter(({ bar }) => bar < CALIBRATED)));
  writeFileSync(at('newer-signals.csv'), csvOf(newer));
});

const calibrate = (signals: string, ...more: readonly string[]) =>
  runCli([
    'calibrate',
    FOREIGN,
    at('bars.csv'),
    '--signals',
    at(signals),
    '--columns',
    COLUMNS.join(),
    '--model',
    at(`${signals}.onnx`),
    ...more,
  ]);
const judge = (model: string) =>
  runCli([
    'replay',
    at('newer.csv'),
    '--signals',
    at('newer-signals.csv'),
    '--model',
    at(model),
    '--out',
    at('answers.ndjson'),
  ]);
const answers = () =>
  readFileSync(at('answers.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Names of built-in features: where a model stands alone, no columns are declared. */
const ALONE = ['--model', FOREIGN, '--features', 'volatility,momentum,regime,trend_strength'];
const REMEDY =
  'it was trained elsewhere and is not calibrated, so every size is 0; calibrate it: ml4t calibrate MODEL BARS…';

test('a file that is not calibrated serves, and names the remedy once', async () => {
  const [replayed, enriched, inspected] = await Promise.all([
    runCli(['replay', at('newer.csv'), ...ALONE]),
    runCli(['enrich', ...ALONE], { input: '' }),
    runCli(['inspect', FOREIGN, ...ALONE.slice(2)]),
  ]);
  expect([replayed.code, enriched.code, inspected.code]).toEqual([0, 0, 0]);
  expect(replayed.stderr.split(REMEDY).length - 1, replayed.stderr).toBe(1);
  expect(enriched.stderr.split(REMEDY).length - 1, enriched.stderr).toBe(1);
  expect(inspected.stdout.split('ml4t calibrate MODEL BARS…').length - 1).toBe(1);
});

test('it is calibrated only once it is said until when it learned, and on what it cannot know', async () => {
  const [silent, all] = await Promise.all([
    calibrate('signals.csv'),
    calibrate('signals.csv', '--trained-until', String(bars.tsEvent[CALIBRATED - 1])),
  ]);
  expect([silent.code, silent.stderr]).toEqual([2, expect.stringContaining('or --unseen where it saw none')]);
  expect(all.code, all.stderr).not.toBe(0);
  expect(all.stderr).toContain('that the model cannot know, the data gives 0 after');
});

test('calibrated, it says its verdict, and answers newer bars with break-even and decision', async () => {
  const run = await calibrate('signals.csv', '--trained-until', until);
  expect(run.code, run.stderr).toBe(0);
  const [word, claim] = run.stdout.split('\n');
  expect(word).toMatch(/EDGE|KNOWS|PRIMARY/);
  expect(claim).toMatch(
    /warning: the model was made elsewhere and is said to have learned from nothing after .* which nobody can check/,
  );
  const inspected = await runCli(['inspect', at('signals.csv.onnx')]);
  expect(inspected.stdout).toMatch(/^made elsewhere +the graph that predicts is of another program/m);
  expect(inspected.stdout).toMatch(/^learned until +20\S+Z, as its user says: only later events are judged$/m);
  const replayed = await judge('signals.csv.onnx');
  expect(replayed.code, replayed.stderr).toBe(0);
  expect(replayed.stderr).not.toContain('not calibrated');
  const judged = answers().filter(({ source }) => source === 'model');
  expect(judged.length / newer.length).toBeGreaterThan(0.9);
  for (const { break_even: breakEven, take } of judged) {
    expect(breakEven).toBeGreaterThan(0);
    expect(typeof take).toBe('boolean');
  }
});

test('a service answers from it, explains each confidence, and shows it as serving', async () => {
  server = await liveServer({ model: readFileSync(at('signals.csv.onnx')) });
  const { bar, side, row } = newer[40];
  const features = Object.fromEntries(COLUMNS.map((name, j) => [name, row[j]]));
  const window = barsToWire(bars.slice(bar - 99, bar + 1));
  const text = stringifyLossless({
    instrument_id: 'SIM',
    signal: side,
    timestamp: bars.tsEvent[bar],
    bars: window,
    features,
  });
  const answer = JSON.parse((await post(`${server.url}/v1/signals`, text)).text);
  expect(answer).toMatchObject({ source: 'model', model_available: true });
  const detail = signalDetailSchema.parse(
    JSON.parse((await get(`${server.url}/v1/signals/${encodeURIComponent(answer.signal_id)}`)).text),
  );
  const { base, contributions } = detail.explanation ?? expect.fail(String(detail.explanation_reason));
  expect(Object.keys(contributions ?? {})).toEqual(COLUMNS);
  const sum = Object.values(contributions ?? {}).reduce((a, b) => a + b, base);
  expect(Math.abs(sum - answer.meta_confidence)).toBeLessThan(1e-9);
  const status = JSON.parse((await get(`${server.url}/v1/status`)).text);
  expect(status).toMatchObject({ model_version: answer.model_version });
});

test('one that knows too much proves nothing, whatever its user says, and nothing is taken by it', async () => {
  const run = await calibrate('remembered.csv', '--unseen');
  expect(run.code, run.stderr).toBe(0);
  const [word, claim, doubt] = run.stdout.split('\n');
  expect(word).toMatch(/NO EDGE|MODEL ADDS NOTHING PROVEN/);
  expect(claim).toContain('if it did learn from them, every figure here is too good');
  expect(doubt).toContain('so good is memory or a column that looks ahead, and proves nothing');
  const inspected = await runCli(['inspect', at('remembered.csv.onnx')]);
  expect(inspected.stdout).toMatch(/^learned until +unseen, as its user says/m);
  expect(inspected.stdout).toMatch(/^too good +AUC (0\.9\d+|1\.000) on events said to be unseen/m);
  expect((await judge('remembered.csv.onnx')).code).toBe(0);
  expect(answers().filter(({ take_reason: reason }) => reason === 'expected')).toEqual([]);
});
