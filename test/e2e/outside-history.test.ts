import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeBarsCsv } from '../../src/bars/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { runCli } from '../support/run-cli.ts';
import { overconfident, predictedSignals } from '../support/sent-probabilities.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-outside-'));
const at = (name: string): string => join(directory, name);
const TRAINED = 6000;
const { bars } = simulateMarket({ nBars: 8000, edge: 0, breakAt: null, seed: 5 });
const { side, truth } = predictedSignals(bars, { every: 6, knowledge: 0.8, seed: 7 });

/** The signals of a stretch, with the probability of each in a column of its own name. */
function signalsCsv(from: number, to: number, column: string): string {
  const rows = Array.from({ length: to - from }, (_, i) => from + i).filter((bar) => side[bar] !== 0);
  const lines = rows.map((bar) => `${bars.tsEvent[bar]},${side[bar]},${overconfident(truth[bar])}`);
  return `timestamp,signal,${column}\n${lines.join('\n')}\n`;
}

beforeAll(async () => {
  await writeBarsCsv(at('bars.csv'), bars.slice(0, TRAINED));
  await writeBarsCsv(at('newer.csv'), bars.slice(TRAINED - 200, 8000));
  writeFileSync(at('predicted.csv'), signalsCsv(0, TRAINED, 'p_win'));
  writeFileSync(at('newer-predicted.csv'), signalsCsv(TRAINED, 8000, 'probability'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const CALIBRATE = ['calibrate', '--probability', 'p_win', at('bars.csv'), '--signals', at('predicted.csv')];

test('past probabilities are calibrated once it is said until when their model learned', async () => {
  const silent = await runCli([...CALIBRATE, '--model', at('none.onnx')]);
  expect([silent.code, silent.stderr]).toEqual([2, expect.stringContaining('--trained-until must be the time of')]);
  const run = await runCli([...CALIBRATE, '--unseen', '--model', at('model.onnx'), '--json']);
  expect(run.code, run.stderr).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({ verdict: 'edge' });
  const inspected = await runCli(['inspect', at('model.onnx'), '--json']);
  expect(JSON.parse(inspected.stdout)).toMatchObject({
    learner: 'probability',
    feature_names: ['signal_probability'],
    columns: { names: ['signal_probability'], directional: [] },
  });
});

test('a replay of newer ones answers with them calibrated, and never as they are', async () => {
  const replay = ['replay', at('newer.csv'), '--signals', at('newer-predicted.csv'), '--model', at('model.onnx')];
  const run = await runCli([...replay, '--out', at('answers.ndjson')]);
  expect(run.code, run.stderr).toBe(0);
  const answers = readFileSync(at('answers.ndjson'), 'utf8').trim().split('\n');
  const judged = answers.map((line) => JSON.parse(line)).filter(({ source }) => source === 'model');
  expect(judged.length).toBeGreaterThan(250);
  const barOf = new Map(Array.from(bars.tsEvent, (ts, bar) => [String(ts), bar]));
  let [asSent, calibrated] = [0, 0];
  for (const [k, { raw_confidence: raw, meta_confidence: confidence, reason }] of judged.entries()) {
    const [, ts] = /"timestamp":(\d+)/.exec(answers[answers.length - judged.length + k]) ?? [];
    const chance = truth[barOf.get(ts) ?? -1];
    expect([raw, reason]).toEqual([Math.fround(overconfident(chance)), null]);
    asSent += (raw - chance) ** 2;
    calibrated += (confidence - chance) ** 2;
  }
  expect(Math.sqrt(calibrated / asSent), 'how far from the truth').toBeLessThan(0.5);
});

test('`ml4t enrich` refuses a percentage with the share that it is', async () => {
  const line = '{"instrument_id":"SIM","signal":1,"timestamp":"1700000000000000000","bars":[],"probability":62}\n';
  const percent = await runCli(['enrich', '--model', at('model.onnx')], { input: line });
  expect(percent.stdout).toContain('probability must be a number in [0, 1]; 62 % is 0.62');
});
