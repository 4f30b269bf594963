import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOrchestrator, createSignalService } from '../../src/app/index.ts';
import { ThreadLanes } from '../../src/app/lanes/thread-lanes.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import { BarSeries, type Own, SignalEvent, WINDOW_BARS } from '../../src/domain/index.ts';
import { type FeatureDefinition, FeatureRegistry } from '../../src/features/index.ts';
import { SignalJudge } from '../../src/inference/index.ts';
import type { SignalService } from '../../src/live/index.ts';
import { readModel } from '../../src/model/onnx/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { fromModule, sha256, systemClock } from '../../src/runtime/index.ts';
import { lastingAnswer, type SignalMessage } from '../../src/wire/index.ts';
import { DEADLY_CLOSE, ENDLESS_CLOSE } from '../support/dying-features.ts';
import { messageAt, OVER_STREAM } from '../support/live-service.ts';
import { randomWalk } from '../support/random-walk.ts';

const root = mkdtempSync(join(tmpdir(), 'ml4t-lane-faults-'));
const modelPath = join(root, 'model.onnx');
const settings: OrchestratorConfigInput = {
  modelPath,
  featureNames: ['volatility', 'momentum', 'my_momentum'],
  forest: { nEstimators: 10 },
};
const walk = randomWalk(1500, 5, { gaps: 0 });
let features: Own<readonly FeatureDefinition[]>;

beforeAll(async () => {
  features = await fromModule(new URL('../support/dying-features.ts', import.meta.url), 'features');
  const orchestrator = createOrchestrator(OrchestratorConfig(settings), { features, logger: SILENT, workers: 1 });
  await orchestrator.train(walk);
  await orchestrator.stop();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function started(name: string, server: OrchestratorConfigInput['server']): Promise<SignalService> {
  const config = OrchestratorConfig({ ...settings, server: { dataDir: join(root, name), ...server } });
  return createSignalService(config, { features, logger: SILENT, workers: 1 });
}

/** The window of a bar whose close is another one. */
function windowWith(end: number, close: number): BarSeries {
  const bars = walk.slice(end - WINDOW_BARS + 1, end + 1);
  const last = bars.bar(WINDOW_BARS - 1);
  const { high, low } = last;
  const changed = { ...last, close, high: Math.max(high, close), low: Math.min(low, close) };
  return BarSeries.fromBars([...Array.from({ length: WINDOW_BARS - 1 }, (_, i) => bars.bar(i)), changed]);
}

/** Judges by the trained model on this thread; to be called once there is one. */
function judgeOfModel(): () => SignalJudge {
  let judge: SignalJudge | null = null;
  return () => {
    if (judge !== null) return judge;
    const config = OrchestratorConfig(settings);
    judge = new SignalJudge({ config, clock: systemClock, logger: SILENT, features: new FeatureRegistry(features) });
    judge.inferenceLoop.swapModel(readModel(readFileSync(modelPath), { sha256 }));
    return judge;
  };
}

const signal = (id: string, end: number, input: Partial<SignalMessage> = {}): SignalMessage =>
  messageAt(walk, end, { instrumentId: 'A', signalId: id, ...input });

test('what a lane leaves is judged by the bars that it was sent with, which are taken in once', async () => {
  const results = [];
  for (const lanes of [1, 2]) {
    const service = await started(`read-once-${lanes}`, { lanes });
    service.addBars('YOUNG', walk.slice(100, 150));
    const sent = [
      service.submit(signal('deadly', 150, { bars: windowWith(150, DEADLY_CLOSE) }), OVER_STREAM),
      service.submit(signal('revised', 150), OVER_STREAM),
      service.submit(signal('young', 149, { instrumentId: 'YOUNG', bars: null }), OVER_STREAM),
    ];
    service.addBars('YOUNG', walk.slice(0, 100));
    const answers = (await Promise.all(sent)).map(({ answer: { latencyNs: _, ...answer } }) => answer);
    const held = await service.submit(signal('held', 150, { bars: null }), OVER_STREAM);
    const { counts, lanes: counted } = service.status();
    expect(counted).toEqual({ configured: lanes, running: 1 });
    results.push({
      answers,
      held: held.answer.metaConfidence,
      bars: counts.bars,
      last: service.heldBars('A', 1)?.bar(0),
    });
    await service.stop();
  }
  expect(results[0].answers[2]).toMatchObject({ takeReason: 'warming_up' });
  expect(results[0].last).toEqual(walk.bar(150));
  expect(results[1]).toEqual(results[0]);
});

describe('a lane that hangs in a signal', () => {
  const lines: string[] = [];
  const note = (line: string): void => void lines.push(line);
  const judge = judgeOfModel();
  let lanes: ThreadLanes;
  const eventAt = (signalId: string, end: number, bars: BarSeries): SignalEvent =>
    new SignalEvent({ instrumentId: 'A', signalId, signal: 1, timestamp: walk.tsEvent[end], bars });
  const endless = (signalId: string): SignalEvent => eventAt(signalId, 150, windowWith(150, ENDLESS_CLOSE));
  const sound = (end: number): SignalEvent => eventAt(`sound-${end}`, end, walk.slice(end - WINDOW_BARS + 1, end + 1));
  const answer = async (event: SignalEvent): Promise<string | undefined> =>
    (await lanes.judge(event, false, judge().inferenceLoop.state))?.answer;

  beforeAll(async () => {
    const own = features.source === null ? {} : { features: features.source };
    const patience = { tickMs: 100, ticks: 30, startTicks: 1200 };
    const data = { config: OrchestratorConfig(settings), own };
    lanes = await ThreadLanes.start(2, data, { info: note, warn: note }, patience);
  });
  afterAll(() => lanes.close());

  test('refuses that signal, and answers the others as before, by a new thread', async () => {
    const events = [sound(151), endless('stuck'), sound(152), sound(153)];
    const [first, stuck, ...others] = await Promise.allSettled(events.map(answer));
    expect(stuck).toMatchObject({ reason: { code: 'INVALID_VALUE', field: 'bars', received: 'no answer for 3 s' } });
    const expected = [151, 152, 153].map((end) => ({
      status: 'fulfilled',
      value: lastingAnswer(judge().judge(sound(end)).enriched),
    }));
    expect([first, ...others]).toEqual(expected);
    expect(lanes.counts).toEqual({ configured: 2, running: 2 });
    expect(lines).toEqual([
      expect.stringMatching(/^signal stuck of A kept the thread of lane [12] of 2 for 3 s .*refused/),
    ]);
  });

  test('refuses what has no answer when the lanes are closed', async () => {
    const asked = Promise.allSettled([endless('last'), sound(154)].map(answer));
    await lanes.close();
    for (const end of await asked) expect(end).toMatchObject({ reason: { code: 'STOPPING' } });
  });
});
