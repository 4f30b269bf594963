import { expect, test } from 'vitest';
import { exportedForest } from '../../test/golden/golden.ts';
import { judgedModel } from '../../test/support/judged-model.ts';
import { flatBars, randomBars } from '../../test/support/random-bars.ts';
import { sha256, smallModel } from '../../test/support/small-model.ts';
import { steppingClock } from '../../test/support/trained.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../config/index.ts';
import { type BarSeries, NOTHING_PROVEN, type ProvenCosts, SignalEvent, WINDOW_BARS } from '../domain/index.ts';
import type { ModelMetadata } from '../model/index.ts';
import { readModel } from '../model/onnx/index.ts';
import { InferenceLoop } from './inference-loop.ts';

const BARS = randomBars(WINDOW_BARS, 5);
const LAST_TS = BARS.tsEvent[WINDOW_BARS - 1];
const DAY_NS = 86_400_000_000_000n;
const PROVEN: ProvenCosts = { modelBps: 5, primaryBps: null };

function loopWith(config: OrchestratorConfigInput = {}) {
  const lines: string[] = [];
  const logger = {
    info: (line: string) => void lines.push(line),
    warn: (line: string) => void lines.push(`! ${line}`),
  };
  const loop = new InferenceLoop({ config: OrchestratorConfig(config), clock: steppingClock(), logger });
  const judge = (bars: BarSeries = BARS, signal: -1 | 0 | 1 = 1, afterNs = 0n) =>
    loop.infer(new SignalEvent({ instrumentId: 'A', signal, timestamp: LAST_TS + afterNs, bars }));
  const swap = (metadata: Partial<ModelMetadata> = {}, proven = PROVEN) =>
    loop.swapModel(judgedModel({ says: 0.6, metadata: { lastBarTs: LAST_TS, ...metadata } }), proven);
  return { lines, judge, swap, loop };
}

test('what answers are made from is told when it changes: the default, the base rate, the model', () => {
  const { lines, judge, swap } = loopWith({ model: { expirationHours: 12 }, defaultConfidence: 0.55 });
  for (let k = 0; k < 3; k++) judge();
  expect(lines).toEqual(['! confidence is the default 0.55: no model loaded']);
  swap();
  lines.length = 0;
  judge();
  for (let k = 0; k < 3; k++) judge(BARS, 1, DAY_NS);
  judge(BARS, 0);
  judge();
  expect(lines).toEqual([
    "! confidence is the base rate 0.4: the model's last training bar is more than 12 h older than the signal",
    'confidence comes from the model again',
  ]);
});

test('a reason why there is no model is told at once, and while one serves not at all', () => {
  const { lines, loop, swap } = loopWith();
  loop.noteMissingModel('no model at x.onnx');
  expect(lines).toEqual(['! confidence is the default 0.5: no model at x.onnx']);
  swap();
  lines.length = 0;
  loop.noteMissingModel('gone');
  expect(lines).toEqual([]);
});

test('a window without a range is told once a model', () => {
  const { lines, judge, swap } = loopWith();
  for (let k = 0; k < 2; k++) {
    swap();
    lines.length = 0;
    for (let i = 0; i < 3; i++) judge(flatBars(WINDOW_BARS, 1));
    expect(lines).toEqual([
      '! a signal is out of distribution: the bars of the window have no range, so a trade has no stop to be measured by; the next ones are only counted',
    ]);
  }
});

const NOT_PROVEN = '! model m-0000000000000001: it is not proven to pay, so every size is 0 (sizing.trust: proven)';
const UNKNOWN =
  '! model m-0000000000000001: its file does not say what trades pay, so every size is 0; train it again (ml4t train)';
const IDLE = '! model m-0000000000000001: what it promised out of sample said nothing of what came, so every size is 0';
const decision = smallModel().metadata.decision;
const idle = { decision: decision && { ...decision, keeping: { alpha: 0.1, beta: 0, n: 900 } } };
test.each<[string, OrchestratorConfigInput['sizing'], Partial<ModelMetadata>, ProvenCosts, string | null]>([
  ['nothing is proven', {}, {}, NOTHING_PROVEN, NOT_PROVEN],
  ['the model is proven', {}, {}, PROVEN, null],
  ['the primary is proven', {}, {}, { modelBps: null, primaryBps: 1 }, null],
  ['no proof is asked for', { trust: 'expected' }, {}, NOTHING_PROVEN, null],
  ['a file of 0.1', {}, { decision: null }, NOTHING_PROVEN, UNKNOWN],
  ['a file of 0.1 where no proof is asked for', { trust: 'always' }, { decision: null }, NOTHING_PROVEN, UNKNOWN],
  ['promises that say nothing, where no proof is asked for', { trust: 'expected' }, idle, NOTHING_PROVEN, IDLE],
  ['promises that say nothing, under a proof', {}, idle, PROVEN, IDLE],
  [
    'a file of 0.1 as 0.1 sized it',
    { method: 'integrated', trust: 'always' },
    { decision: null },
    NOTHING_PROVEN,
    null,
  ],
])('a model that takes nothing says so when it begins to serve: %s', (_, sizing, metadata, proven, warning) => {
  const { lines, swap } = loopWith({ sizing: sizing ?? {} });
  swap(metadata, proven);
  expect(lines).toEqual(['model m-0000000000000001 serves (before: none)', ...(warning === null ? [] : [warning])]);
});

test.each([
  [5, null],
  [5.5, /^! model .* not proven to pay a round trip of 5.5 bp \(labels.cost_bps\), so every size is 0/],
])('a cost of %s bp by the settings where 5 bp are proven', (costBps, warning) => {
  const { lines, judge, swap } = loopWith({ labels: { costBps } });
  swap();
  expect(lines.slice(1)).toEqual(warning === null ? [] : [expect.stringMatching(warning)]);
  expect(judge().decision.take).toBe(warning === null);
});

test('a proof that ends or begins while a model serves is told, once', () => {
  const { lines, loop, swap } = loopWith();
  loop.changeProof(NOTHING_PROVEN);
  expect(lines, 'no model').toEqual([]);
  swap();
  lines.length = 0;
  for (let k = 0; k < 2; k++) loop.changeProof(NOTHING_PROVEN);
  for (let k = 0; k < 2; k++) loop.changeProof(PROVEN);
  expect(lines).toEqual([NOT_PROVEN, 'model m-0000000000000001: signals that pay may be taken from now on']);
});

test('a proof that ends decides from the next call on', () => {
  const { judge, swap, loop } = loopWith();
  swap();
  const before = judge().decision;
  loop.changeProof(NOTHING_PROVEN);
  expect(before).toMatchObject({ take: true, takeReason: 'expected' });
  expect(judge().decision).toEqual({ ...before, take: false, takeReason: 'not_proven' });
});

test.each([
  [{}, 'it was trained elsewhere and is not calibrated, so every size is 0; calibrate it: ml4t calibrate MODEL BARS…'],
  [
    { sizing: { trust: 'always', method: 'integrated' } } as const,
    'it was trained elsewhere and is not calibrated, so its confidence may be any number; calibrate it: ml4t calibrate MODEL BARS…',
  ],
])('a file as another program exported it names the remedy, once', (config, text) => {
  const { lines, judge, loop } = loopWith(config);
  const featureNames = ['volatility', 'momentum', 'regime', 'trend_strength'] as const;
  const model = readModel(exportedForest('zipmap'), { sha256, featureNames });
  loop.swapModel(model);
  judge();
  loop.changeProof(NOTHING_PROVEN);
  expect(lines).toEqual([`model ${model.version} serves (before: none)`, `! model ${model.version}: ${text}`]);
});
