import { afterAll, beforeAll, expect, test } from 'vitest';
import { ThreadLanes } from '../../src/app/lanes/thread-lanes.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { type Own, SignalEvent, WINDOW_BARS } from '../../src/domain/index.ts';
import { SignalJudge } from '../../src/inference/index.ts';
import { fromPlainModel, type Learner, MetaModel, type ModelParts } from '../../src/model/index.ts';
import { decodeModel } from '../../src/model/onnx/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { fromModule, sha256, systemClock } from '../../src/runtime/index.ts';
import { lastingAnswer } from '../../src/wire/index.ts';
import { exportedForest } from '../golden/golden.ts';
import { randomWalk } from '../support/random-walk.ts';
import { boostedModel } from '../support/small-boosting.ts';
import { smallModel } from '../support/small-model.ts';

const config = OrchestratorConfig({ sizing: { trust: 'expected' }, model: { outOfDistribution: false } });
const walk = randomWalk(300, 5, { gaps: 0 });
let lanes: ThreadLanes;
let learner: Own<Learner>;

beforeAll(async () => {
  learner = await fromModule(new URL('../support/learners/logistic.ts', import.meta.url), 'logisticBytes');
  if (learner.source === null) throw new Error('a module has a source');
  lanes = await ThreadLanes.start(2, { config, own: { learner: learner.source } }, SILENT);
});
afterAll(() => lanes.close());

/** Parts of a model whose predictor another program made. */
function foreignModel(): ModelParts {
  const { featureNames, metadata, vpin, regime, calibrator } = smallModel();
  const { parts } = decodeModel(exportedForest('zipmap'), { sha256, featureNames });
  return { ...parts, metadata, vpin, regime, calibrator, goldenInputs: smallModel().goldenInputs };
}

/** Parts of a model of a learner of the caller. */
function ownModel(own: Own<Learner> = learner): ModelParts {
  const bytes = new TextEncoder().encode(JSON.stringify([-0.25, 40, 32, 1, -2]));
  const { learner: _, predictor: __, ...parts } = smallModel();
  return fromPlainModel({ version: '', parts, predictor: { encoded: { bytes }, importance: null } }, own).parts;
}

test.each<[string, () => ModelParts]>([
  ['a forest', smallModel],
  ['boosted trees', boostedModel],
  ['a model that was made elsewhere', foreignModel],
  ["a learner of the caller's", () => ownModel()],
])('lanes judge by %s as the thread of the service does', async (_, partsOf) => {
  const judge = new SignalJudge({ config, clock: systemClock, logger: SILENT });
  const model = MetaModel.fromDecoded({ version: 'm-1', parts: partsOf() });
  judge.inferenceLoop.swapModel(model);
  const events = Array.from({ length: 24 }, (_, k) => {
    const end = WINDOW_BARS + 8 * k;
    const timestamp = walk.tsEvent[end - 1];
    return new SignalEvent({
      instrumentId: 'ABC'[k % 3],
      signal: k % 2 === 0 ? 1 : -1,
      timestamp,
      bars: walk.slice(0, end),
    });
  });
  const given = await Promise.all(events.map((event) => lanes.judge(event, false, judge.inferenceLoop.state)));
  const expected = events.map((event) => judge.judge(event).enriched);
  expect(given.map((each) => each?.answer)).toEqual(expected.map((each) => lastingAnswer(each)));
  expect(new Set(expected.map(({ source }) => source)), 'the model is asked').toEqual(new Set(['model']));
});

test('a lane that cannot make the model says so once, and leaves its signals', async () => {
  const lines: string[] = [];
  const note = (line: string): void => void lines.push(line);
  const own = await fromModule<Learner>(new URL('../support/learners/unable.ts', import.meta.url), 'unable');
  if (own.source === null) throw new Error('a module has a source');
  const others = await ThreadLanes.start(2, { config, own: { learner: own.source } }, { info: note, warn: note });
  const judge = new SignalJudge({ config, clock: systemClock, logger: SILENT });
  judge.inferenceLoop.swapModel(MetaModel.fromDecoded({ version: 'm-1', parts: ownModel(own) }));
  const [timestamp, bars] = [walk.tsEvent[WINDOW_BARS], walk.slice(1, WINDOW_BARS + 1)];
  const event = new SignalEvent({ instrumentId: 'A', signal: 1, timestamp, bars });
  const ask = () => others.judge(event, false, judge.inferenceLoop.state);
  expect([await ask(), await ask()]).toEqual([null, null]);
  expect(lines).toEqual([
    expect.stringMatching(/^lane [12] of 2 cannot make the model that serves, .*no file is here/),
  ]);
  await others.close();
});
