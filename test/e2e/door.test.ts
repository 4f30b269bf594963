import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createDecisionReader } from '../../src/app/index.ts';
import {
  createLiveService,
  createOrchestrator,
  createSignalService,
  inlineTrainer,
  type Logger,
  type ML4TOrchestrator,
  OrchestratorConfig,
  type OrchestratorConfigInput,
  SILENT,
  SignalEvent,
  type Sizer,
  simulateMarket,
  type Trainer,
} from '../../src/index.ts';
import { MemoryBus } from '../../src/testing/index.ts';
import { lastingAnswer } from '../../src/wire/index.ts';

// The package's door, as a program that embeds it uses it.

const directory = mkdtempSync(join(tmpdir(), 'ml4t-door-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const market = simulateMarket({ nBars: 4000, edge: 0.2, breakAt: null, seed: 21 }).bars;
const other = simulateMarket({ nBars: 4000, edge: 0.1, breakAt: null, seed: 22 }).bars;

/** A logger of which every line throws. */
const THROWING: Logger = {
  info: () => {
    throw new Error('info');
  },
  warn: () => {
    throw new Error('warn');
  },
};
const REJECTING = {
  info: () => Promise.reject(new Error('info')),
  warn: () => Promise.reject(new Error('warn')),
} as unknown as Logger;

let nFiles = 0;
function configOf(input: OrchestratorConfigInput = {}): OrchestratorConfig {
  const name = `${nFiles++}`;
  return OrchestratorConfig({
    modelPath: join(directory, `${name}.onnx`),
    forest: { nEstimators: 15 },
    redisEnabled: false,
    server: { dataDir: join(directory, name), port: 0 },
    ...input,
  });
}

function eventAt(end: number, signalId = `s${end}`): SignalEvent {
  const bars = market.slice(end - 99, end + 1);
  return new SignalEvent({ instrumentId: 'SIM', signal: 1, timestamp: bars.tsEvent[99], bars, signalId });
}

function kept(lines: string[]): Logger {
  return { info: () => undefined, warn: (line) => void lines.push(line) };
}

describe('a training that is cancelled', () => {
  const ways: [string, (orchestrator: ML4TOrchestrator, cancel: AbortController) => Promise<unknown>][] = [
    ['train', (it, cancel) => it.train(market, { signal: cancel.signal, onProgress: () => cancel.abort('enough') })],
    [
      'trainPooled',
      (it, cancel) => {
        const instruments = ['A', 'B'].map((instrument) => ({ instrument, bars: market, side: null }));
        return it.trainPooled(instruments, { signal: cancel.signal, onProgress: () => cancel.abort('enough') });
      },
    ],
    [
      'fit',
      (it, cancel) => it.trainingLoop.fit(market, { signal: cancel.signal, onProgress: () => cancel.abort('enough') }),
    ],
  ];
  test.each(ways)('by the signal of %s says so, and touches no file', async (_, train) => {
    const config = configOf();
    writeFileSync(config.modelPath, 'the file before');
    const orchestrator = createOrchestrator(config, { logger: SILENT, workers: 1 });
    const cancelled = train(orchestrator, new AbortController());
    await expect(cancelled).rejects.toMatchObject({
      name: 'TrainingError',
      code: 'TRAINING_CANCELLED',
      message: 'the training was cancelled',
      cause: 'enough',
    });
    expect(readFileSync(config.modelPath, 'utf8')).toBe('the file before');
    await orchestrator.train(market.slice(0, 2500)); // the next one is not touched by it
    await orchestrator.stop();
  });

  test('before it begins does not begin', async () => {
    const never: Trainer = { train: () => expect.unreachable('it began'), close: async () => undefined };
    const orchestrator = createOrchestrator(configOf(), { logger: SILENT, trainer: never });
    const cancelled = orchestrator.train(market, { signal: AbortSignal.abort() });
    await expect(cancelled).rejects.toMatchObject({ code: 'TRAINING_CANCELLED' });
  });

  test('by a trainer that does not know signals rejects all the same, and its model is not saved', async () => {
    const config = configOf();
    const whole = inlineTrainer();
    const late = Promise.withResolvers<void>();
    const deaf: Trainer = {
      train: (request, onProgress) => whole.train(request, onProgress).finally(() => late.resolve()),
      close: () => whole.close(),
    };
    const cancel = new AbortController();
    const orchestrator = createOrchestrator(config, { logger: SILENT, trainer: deaf });
    const cancelled = orchestrator.train(market, { signal: cancel.signal, onProgress: () => cancel.abort() });
    await expect(cancelled).rejects.toMatchObject({ code: 'TRAINING_CANCELLED' });
    await late.promise;
    await new Promise((resolve) => setImmediate(resolve));
    expect(existsSync(config.modelPath)).toBe(false);
  });
});

describe('an orchestrator that was stopped', () => {
  test('refuses a training with the remedy, and answers signals', async () => {
    const orchestrator = createOrchestrator(configOf(), { logger: SILENT });
    await orchestrator.stop();
    await orchestrator.stop();
    const sentence = 'this orchestrator was stopped; make another with createOrchestrator';
    await expect(orchestrator.train(market)).rejects.toThrow(sentence);
    await expect(orchestrator.trainPooled([])).rejects.toThrow(sentence);
    await expect(orchestrator.trainingLoop.fit(market)).rejects.toThrow(sentence);
    expect(orchestrator.processSignal(eventAt(200)).source).toBe('default');
  });

  test('ends its own training only, where the trainer is shared', async () => {
    const shared = inlineTrainer();
    const [one, two] = [1, 2].map(() => createOrchestrator(configOf(), { logger: SILENT, trainer: shared }));
    const ended = one.train(market, { onProgress: () => void one.stop() });
    const goesOn = two.train(other);
    await expect(ended).rejects.toThrow('the training was stopped');
    expect((await goesOn).nSamples).toBeGreaterThan(100);
    await shared.close();
  });
});

test('several orchestrators in one process do not touch each other', async () => {
  const alone = createOrchestrator(configOf(), { logger: SILENT, workers: 1 });
  const beside = [market, other].map((bars, i) => ({
    bars,
    orchestrator: createOrchestrator(configOf({ defaultConfidence: 0.1 + i / 10 }), { logger: SILENT, workers: 1 }),
  }));
  for (const [i, { orchestrator }] of beside.entries()) {
    expect(orchestrator.processSignal(eventAt(300)).metaConfidence).toBe(0.1 + i / 10);
  }
  const [first, second] = await Promise.all(beside.map(({ bars, orchestrator }) => orchestrator.train(bars)));
  const expected = await alone.train(market);
  expect(first.model.version, 'as if it were alone').toBe(expected.model.version);
  expect(second.model.version).not.toBe(first.model.version);
  const answers = (): string[] =>
    beside.map(({ orchestrator }) => lastingAnswer(orchestrator.processSignal(eventAt(3000))));
  const before = answers();
  expect(before[0]).toBe(lastingAnswer(alone.processSignal(eventAt(3000))));
  expect(before[0]).not.toBe(before[1]);
  await beside[1].orchestrator.swapModel(first.model);
  await beside[1].orchestrator.stop();
  expect(lastingAnswer(beside[0].orchestrator.processSignal(eventAt(3000)))).toBe(before[0]);
  await Promise.all([alone.stop(), beside[0].orchestrator.stop()]);
}, 120_000);

describe('what a caller’s function throws', () => {
  test('in onProgress is logged once, and the training goes on', async () => {
    const versions: string[] = [];
    for (const onProgress of [
      () => undefined,
      () => {
        throw new Error('no screen');
      },
      () => Promise.reject(new Error('no screen')),
    ]) {
      const lines: string[] = [];
      const orchestrator = createOrchestrator(configOf(), { logger: kept(lines), workers: 1 });
      versions.push((await orchestrator.train(market, { onProgress: onProgress as () => undefined })).model.version);
      await orchestrator.stop();
      const failed = versions.length === 1 ? [] : ['onProgress failed, and the training goes on: Error: no screen'];
      const unproven = expect.stringContaining('it is not proven to pay, so every size is 0');
      expect(lines).toEqual([...failed, unproven]);
    }
    expect(new Set(versions).size).toBe(1);
  });

  test.each([
    ['throws', THROWING],
    ['rejects', REJECTING],
  ])('in a logger that %s ends nothing', async (_, logger) => {
    const orchestrator = createOrchestrator(configOf(), { logger, workers: 1 });
    await orchestrator.start();
    await orchestrator.train(market, {
      onProgress: () => {
        throw new Error('and this cannot even be logged');
      },
    });
    expect(orchestrator.processSignal(eventAt(3000)).source).toBe('model');
    await orchestrator.stop();
    const live = await createLiveService(configOf(), { logger });
    await live.listen();
    expect((await live.service.submit(eventAt(3001))).answer.source).toBe('default');
    await live.close();
  });

  test('in a subscriber or a listener of latencies touches no signal and no other subscriber', async () => {
    const lines: string[] = [];
    const service = await createSignalService(configOf(), { logger: kept(lines) });
    lines.length = 0;
    const seen: string[] = [];
    service.on('enriched', () => {
      throw new Error('a subscriber');
    });
    service.on('enriched', ({ answer }) => void seen.push(answer.signalId));
    service.onLatency(() => {
      throw new Error('a listener');
    });
    for (const end of [200, 201, 202]) expect((await service.submit(eventAt(end))).answer.signalId).toBe(`s${end}`);
    await service.stop();
    expect(seen).toEqual(['s200', 's201', 's202']);
    expect(lines.filter((line) => /subscriber|listener/.test(line)).sort()).toEqual([
      'a listener of latencies failed, and stays subscribed: Error: a listener',
      'a subscriber failed and is dropped: Error: a subscriber',
    ]);
  });
});

describe('a typed answer', () => {
  test('says what the text says, for a new signal and for one that came before', async () => {
    const config = configOf();
    const orchestrator = createOrchestrator(config, { logger: SILENT, workers: 1 });
    await orchestrator.train(market);
    const enriched = orchestrator.processSignal(eventAt(3000));
    const service = await createSignalService(config, { logger: SILENT });
    const first = await service.submit(eventAt(3000));
    const again = await service.submit(eventAt(3000));
    const { signalEvent: _, features: __, latencyNs: ___, ...lasting } = enriched;
    for (const { answer, answerHash, isDuplicate } of [first, again]) {
      expect(answer).toMatchObject({ ...lasting, signalId: 's3000', signal: 1, timestamp: market.tsEvent[3000] });
      expect(answer).toMatchObject({ lastBarTs: market.tsEvent[3000], answerHash, isDuplicate });
    }
    expect(first.answer, 'read once').toBe(first.answer);
    await service.stop();
    await orchestrator.stop();
  });
});

test.each<[string, unknown, string]>([
  ['a list', [1, 2], '[1, 2]'],
  ['nothing', undefined, 'missing'],
  ['what readBars returns', { bars: market, side: null }, 'an object with bars, side'],
])('a training on %s in place of bars is refused', async (_, given, was) => {
  const orchestrator = createOrchestrator(configOf(), { logger: SILENT });
  await expect(orchestrator.train(given as typeof market)).rejects.toMatchObject({
    code: 'INVALID_VALUE',
    message: `bars must be a BarSeries, as BarSeries.fromColumns and BarSeries.fromBars make one, was ${was}`,
  });
  await orchestrator.stop();
});

describe('an own sizer', () => {
  const sizer: Sizer = { size: ({ signal }) => ({ size: signal * 3, factors: { lots: 3 } }) };

  test('sizes in the service; its decisions are not recomputed, and that is said', async () => {
    const config = configOf();
    const service = await createSignalService(config, { logger: SILENT, sizer });
    const { answer } = await service.submit(eventAt(200));
    expect(answer).toMatchObject({ size: 3, sizeFactors: { lots: 3 } });
    await service.stop();
    const reader = await createDecisionReader(config);
    await expect(reader.recompute('s200')).rejects.toMatchObject({
      code: 'NOT_RECOMPUTABLE',
      message: expect.stringContaining('a sizer of the program that served'),
    });
    reader.close();
  });

  test('changes nothing of the built-in one, whose decisions are recomputed', async () => {
    const config = configOf();
    const service = await createSignalService(config, { logger: SILENT });
    await service.submit(eventAt(200));
    await service.stop();
    const reader = await createDecisionReader(config);
    expect((await reader.recompute('s200'))?.isIdentical).toBe(true);
    reader.close();
  });
});

test('a live service carries signals over a bus that is handed in, by the clock that is handed in', async () => {
  const bus = new MemoryBus();
  const clock = { monotonicNs: () => 5, nowMs: () => Number(market.tsEvent[3000] / 1_000_000n) };
  const live = await createLiveService(configOf(), { logger: SILENT, bus, clock });
  expect(bus.health.status, 'started by listen').toBe('off');
  const { url } = await live.listen();
  const { tsEvent } = market;
  bus.send({ instrument_id: 'SIM', bars: Array.from({ length: 100 }, (_, i) => wireBar(i)) });
  bus.send({ instrument_id: 'SIM', signal: 1, timestamp: tsEvent[99], signal_id: 'b' });
  bus.send({ instrument_id: 'SIM', signal: 1, timestamp: tsEvent[3999], signal_id: 'future' });
  await expect.poll(() => [bus.answers.length, bus.deadLetters.length]).toEqual([1, 1]);
  expect(JSON.parse(bus.answers[0])).toMatchObject({ signal_id: 'b', latency_ns: 0 });
  expect(bus.deadLetters[0].code, 'the time of day is that of the clock').toBe('FUTURE_TIMESTAMP');
  expect(await (await fetch(`${url}/v1/status`)).json()).toMatchObject({
    bus: { status: 'up', n_answered: 1, n_dead: 1 },
  });
  await live.close();
  expect(bus.health.status, 'stopped by close').toBe('off');
});

test.each<[string, () => Promise<void>]>([
  ['rejects', () => Promise.reject(new Error('the broker is gone'))],
  [
    'throws',
    () => {
      throw new Error('the broker is gone');
    },
  ],
])('a live service lets its journal go, also where the stop of the bus that was handed in %s', async (_, stop) => {
  class StuckBus extends MemoryBus {
    override stop(): Promise<void> {
      return stop();
    }
  }
  const lines: string[] = [];
  const logger: Logger = { info: () => undefined, warn: (line) => void lines.push(line) };
  const config = configOf();
  const live = await createLiveService(config, { logger, bus: new StuckBus() });
  await live.close();
  expect(lines.join()).toContain('the bus did not stop: Error: the broker is gone');
  const next = await createSignalService(config, { logger });
  await next.stop();
});

function wireBar(i: number): object {
  const { tsEvent, open, high, low, close, volume } = market.bar(i);
  return { ts_event: tsEvent, open, high, low, close, volume };
}
