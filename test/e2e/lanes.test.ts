import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createOrchestrator, createSignalService, verifyJournal } from '../../src/app/index.ts';
import { ThreadLanes } from '../../src/app/lanes/thread-lanes.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import { BarSeries, SignalEvent, WINDOW_BARS } from '../../src/domain/index.ts';
import { defineFeature, type FeatureDefinition } from '../../src/features/index.ts';
import { SignalJudge } from '../../src/inference/index.ts';
import type { SignalService } from '../../src/live/index.ts';
import { readModel } from '../../src/model/onnx/index.ts';
import { type Logger, SILENT, type SignalReceipt } from '../../src/ports/index.ts';
import { fromModule, sha256, systemClock } from '../../src/runtime/index.ts';
import { lastingAnswer } from '../../src/wire/index.ts';
import { DEADLY_CLOSE } from '../support/dying-features.ts';
import { JournalProcess } from '../support/journal-process.ts';
import { messageAt, OVER_HTTP, OVER_STREAM, smallModelBytes } from '../support/live-service.ts';
import { randomWalk } from '../support/random-walk.ts';
import {
  FED,
  type Markets,
  realMarkets,
  recordsOf,
  type SeenRecord,
  signalsAt,
} from '../support/several-instruments.ts';

const root = mkdtempSync(join(tmpdir(), 'ml4t-lanes-'));
const modelPath = join(root, 'model.onnx');
const settings: OrchestratorConfigInput = {
  modelPath,
  featureNames: ['volatility', 'momentum', 'vpin', 'my_momentum'],
  forest: { nEstimators: 10 },
};
const walk = inQuarterHours(randomWalk(2000, 5, { gaps: 0 }));
const children: JournalProcess[] = [];
let features: Awaited<ReturnType<typeof fromModule<readonly FeatureDefinition[]>>>;

beforeAll(async () => {
  features = await fromModule(new URL('../support/dying-features.ts', import.meta.url), 'features');
  const orchestrator = createOrchestrator(OrchestratorConfig(settings), { features, logger: SILENT, workers: 1 });
  await orchestrator.train(walk);
  await orchestrator.stop();
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.dispose();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function started(name: string, lanes: number, logger: Logger = SILENT): Promise<SignalService> {
  const config = OrchestratorConfig({ ...settings, server: { dataDir: join(root, name), lanes } });
  return createSignalService(config, { features, logger, workers: 1 });
}

/** The bars as if each lasted as long as those of the real markets. */
function inQuarterHours(bars: BarSeries): BarSeries {
  const [first] = bars.tsEvent;
  return BarSeries.fromColumns({ ...bars, tsEvent: bars.tsEvent.map((ts) => first + (ts - first) * 15n) });
}

/** Plays bars and signals of several instruments, those of several bars at once, with repeats and a halt between. */
async function played(service: SignalService, markets: Markets, nBars: number): Promise<ReadonlyMap<string, string>> {
  const answers = new Map<string, string>();
  for (const [instrumentId, bars] of markets) service.addBars(instrumentId, bars.slice(0, WINDOW_BARS));
  let waiting: Promise<SignalReceipt>[] = [];
  for (let at = WINDOW_BARS; at < nBars; at++) {
    for (const message of signalsAt(markets, at)) {
      const bars = markets.get(message.instrumentId);
      if (FED.includes(message.instrumentId) && bars !== undefined)
        service.addBars(message.instrumentId, bars.slice(at, at + 1));
      const origin = at % 2 === 0 ? OVER_STREAM : OVER_HTTP;
      waiting.push(Promise.resolve(service.submit(message, { ...origin, receivedNs: systemClock.monotonicNs() })));
      if (at % 7 === 0) waiting.push(Promise.resolve(service.submit(message, origin)));
    }
    if (at % 8 !== 0 && at !== nBars - 1) continue;
    for (const receipt of await Promise.all(waiting)) {
      await receipt.recorded;
      answers.set(receipt.signalId, receipt.answerHash);
    }
    waiting = [];
    if (at === WINDOW_BARS + 44) await service.halt('a test');
    if (at === WINDOW_BARS + 60) await service.resume();
  }
  return answers;
}

/** Outcomes of one bar count in the order in which they are written, which rounds their sums otherwise. */
function rounded(figures: object): unknown {
  return JSON.parse(
    JSON.stringify(figures, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(12)) : value)),
  );
}

describe('the same stream of real signals', { tags: ['real-data'] }, () => {
  test('has the same answers, the same journal and the same outcomes with one lane, two and three', async () => {
    const nBars = 170;
    const markets = realMarkets(nBars);
    const results = [];
    for (const lanes of [1, 2, 3]) {
      const service = await started(`lanes-${lanes}`, lanes);
      const answers = await played(service, markets, nBars);
      const { counts, outcomes } = service.status();
      expect(service.status().lanes).toEqual({ configured: lanes, running: lanes });
      await service.stop();
      const directory = join(root, `lanes-${lanes}`);
      expect(await verifyJournal(directory)).toMatchObject({ faults: [] });
      const { late: _, overBudget: __, ...exact } = counts;
      results.push({ answers, exact, outcomes: rounded(outcomes), records: await recordsOf(directory) });
    }
    const [one, ...others] = results;
    expect(one.answers.size).toBe(4 * (nBars - WINDOW_BARS));
    expect(one.exact.duplicates).toBeGreaterThan(0);
    expect(one.exact.bySource.model, 'the model is asked').toBeGreaterThan(20);
    expect(one.records.length, 'each signal once').toBe(one.answers.size);
    for (const other of others) expect(other).toEqual(one);
  });
});

test('lanes judge as of the state that they are asked with', async () => {
  const config = OrchestratorConfig({});
  const lanes = await ThreadLanes.start(2, { config, own: {} }, SILENT);
  const judge = new SignalJudge({ config, clock: systemClock, logger: SILENT });
  const { inferenceLoop } = judge;
  const [first, second] = [1, 2].map((seed) => readModel(smallModelBytes(seed), { sha256 }));
  const states = [
    () => inferenceLoop.noteMissingModel('none is here'),
    () => inferenceLoop.swapModel(first),
    () => inferenceLoop.halt(),
    () => inferenceLoop.swapModel(second),
    () => inferenceLoop.resume(),
    () => inferenceLoop.changeProof({ modelBps: 5, primaryBps: 5 }),
    () => inferenceLoop.swapModel(first, { modelBps: 100, primaryBps: null }),
  ];
  const [asked, expected]: [Promise<string | undefined>[], string[]] = [[], []];
  for (const change of states) {
    change();
    for (const [k, instrumentId] of ['A', 'B', 'C'].entries()) {
      const event = new SignalEvent({
        instrumentId,
        signal: 1,
        timestamp: walk.tsEvent[300 + k],
        bars: walk.slice(0, 300 + k),
      });
      asked.push(lanes.judge(event, false, inferenceLoop.state).then((given) => given?.answer));
      expected.push(lastingAnswer(judge.judge(event).enriched));
    }
  }
  expect(await Promise.all(asked)).toEqual(expected);
  expect(new Set(expected).size, 'every state has answers of its own').toBeGreaterThan(12);
  await lanes.close();
});

describe('a service with lanes', () => {
  test('answers one id once, although two instruments send it at the same time', async () => {
    const service = await started('one-id', 2);
    const both = ['A', 'B', 'C', 'D'].map((instrumentId) =>
      service.submit(messageAt(walk, 150, { instrumentId, signalId: 'same' }), OVER_HTTP),
    );
    const ends = await Promise.allSettled(both);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
    expect(ends[1]).toMatchObject({ reason: { code: 'ID_CONFLICT' } });
    await service.stop();
  });

  test('halts what has no answer yet', async () => {
    const service = await started('halted', 2);
    const receipt = service.submit(messageAt(walk, 150), OVER_HTTP);
    await service.halt();
    expect((await receipt).answer).toMatchObject({ take: false, takeReason: 'halted', size: 0 });
    await service.resume();
    const next = await service.submit(messageAt(walk, 151), OVER_HTTP);
    expect(next.answer.takeReason).not.toBe('halted');
    await service.stop();
  });

  test('says that a lane has died, and answers its signals as before', async () => {
    const lines: string[] = [];
    const note = (line: string): void => void lines.push(line);
    const deadly = BarSeries.fromBars(
      Array.from({ length: WINDOW_BARS }, (_, i) => {
        const [low, high] = [DEADLY_CLOSE - 5, DEADLY_CLOSE + 5];
        const close = i === WINDOW_BARS - 1 ? DEADLY_CLOSE : DEADLY_CLOSE + (i % 7) - 3;
        return { ...walk.bar(i), open: DEADLY_CLOSE, high, low, close };
      }),
    );
    const answers = [];
    for (const lanes of [1, 2]) {
      const service = await started(`death-${lanes}`, lanes, { info: note, warn: note });
      const message = messageAt(deadly, WINDOW_BARS - 1, { instrumentId: 'A' });
      const first = await service.submit(message, OVER_HTTP);
      const second = await service.submit(messageAt(walk, 150, { instrumentId: 'A' }), OVER_HTTP);
      answers.push([first.answerHash, second.answerHash]);
      expect(service.status().lanes).toEqual({ configured: lanes, running: 1 });
      await service.stop();
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(lines.filter((line) => line.includes('died'))).toEqual([
      expect.stringMatching(/the thread of lane [12] of 2 died \(it ended with exit code 7\).* 1 lane is left/),
    ]);
  });

  test.each([
    ['a sizer', { sizer: { size: () => ({ size: 0, factors: {} }) } }, 'a sizer that is handed in'],
    ['a clock', { clock: systemClock }, 'a clock that is handed in'],
    [
      'features that are closures',
      { features: [defineFeature({ name: 'mine', lookback: 1, compute: () => 1 })] },
      'name a module',
    ],
  ])('refuses %s at its start', async (_, options, sentence) => {
    const config = OrchestratorConfig({ modelPath, server: { dataDir: join(root, 'refused'), lanes: 2 } });
    const start = createSignalService(config, { logger: SILENT, workers: 1, ...options });
    await expect(start).rejects.toThrow(new RegExp(`server.lanes must be 1 here: .*${sentence}.*, was 2`));
  });

  test('has every answer and outcome once after a kill -9', async () => {
    const [whole, killed] = ['whole', 'killed'].map((name) => join(root, name));
    const start = (directory: string, lanes: number): JournalProcess => {
      const child = new JournalProcess([directory, `${lanes}`, '180'], [], 'outcomes');
      children.push(child);
      return child;
    };
    const ended = (child: JournalProcess): Promise<unknown> =>
      child.until('its end', (lines) => lines.some(({ closed }) => closed === true));
    await ended(start(whole, 1));
    const child = start(killed, 2);
    await child.until('30 bars', () => child.written.length >= 30);
    await child.kill();
    await ended(start(killed, 2));
    expect(await verifyJournal(killed)).toMatchObject({ faults: [] });
    const [expected, found] = [await recordsOf(whole), await recordsOf(killed)];
    const withoutIds = ({ barIds: _, ...record }: SeenRecord): object => record;
    expect(found.map(withoutIds)).toEqual(expected.map(withoutIds));
  });
});
