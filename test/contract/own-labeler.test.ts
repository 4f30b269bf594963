import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOrchestrator } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import type { Own } from '../../src/domain/index.ts';
import { defineLabeler, givenLabeler, type Labeler, tripleBarrierLabeler } from '../../src/labeling/index.ts';
import { splitHistory } from '../../src/live/retraining/split-history.ts';
import { averageTrueRange } from '../../src/math/index.ts';
import { type ReplayedSignal, replay } from '../../src/orchestrator/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { fromModule } from '../../src/runtime/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { labelerContract } from '../../src/testing/index.ts';
import { inlineTrainer } from '../../src/trainer/index.ts';
import type { Trainer, TrainingRequest } from '../../src/training/index.ts';
import { ControlledJournal } from '../support/controlled-journal.ts';
import { type LiveServiceOptions, liveService, messageAt, OVER_HTTP } from '../support/live-service.ts';
import { alone, modelOf, trainHere } from '../support/trained.ts';

const MODULE = new URL('../support/fixed-horizon.ts', import.meta.url);
const SETTINGS = { forest: { nEstimators: 10 }, walkForward: { nFolds: 3 } } as const;
const HORIZON = 5;
const market = simulateMarket({ nBars: 3000, edge: 0.2, breakAt: null, seed: 5 }).bars;
const feed = simulateMarket({ nBars: 900, edge: 0.2, breakAt: null, seed: 6 }).bars;
const directory = mkdtempSync(join(tmpdir(), 'own-labeler-'));
const config = OrchestratorConfig({ ...SETTINGS, modelPath: join(directory, 'own.onnx') });
let own: Own<Labeler>;
let modelBytes: Uint8Array;

beforeAll(async () => {
  own = await fromModule<Labeler>(MODULE, 'fixedHorizon');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Bars and signals as they come live: the signal of a bar follows the bar. @returns the journal. */
async function live(replayed: readonly ReplayedSignal[], options: LiveServiceOptions): Promise<ControlledJournal> {
  const journal = new ControlledJournal();
  const { service } = await liveService({ journal, ...options });
  const signals = new Map(replayed.map(({ t0, enriched }) => [t0, enriched.signalEvent.signal]));
  for (let i = 0; i < feed.length; i++) {
    service.addBars('SIM', feed.slice(i, i + 1));
    const signal = signals.get(i);
    if (signal === undefined) continue;
    service.submit({ ...messageAt(feed, i), bars: null, signal, signalId: `at ${i}` }, OVER_HTTP);
  }
  await service.stop();
  return journal;
}

test('keeps the contract', async () => {
  for (const { run } of labelerContract(own.value)) await run();
});

test('trains on worker threads: labels are its own, and the file names it with the hash of its module', async () => {
  const orchestrator = createOrchestrator(config, { labeler: own, workers: 2, logger: SILENT });
  try {
    const { dataset, model, nWithoutRange } = await orchestrator.train(market);
    expect(dataset.label.length).toBeGreaterThan(150);
    expect(nWithoutRange, 'sells that it does not open').toBeGreaterThan(0);
    const ranges = averageTrueRange(market);
    for (const [k, entry] of dataset.t0.entries()) {
      const ret = dataset.side[k] * (market.close[entry + HORIZON] / market.close[entry] - 1);
      expect(dataset.t1[k], `event ${k}`).toBe(entry + HORIZON);
      expect(dataset.ret[k]).toBe(ret);
      expect(dataset.label[k]).toBe(ret > 0 ? 1 : 0);
      expect(dataset.risk[k], 'R is that of the settings').toBe(ranges[entry] / market.close[entry]);
      const isHigh = market.high[entry] - market.close[entry] < (market.high[entry] - market.low[entry]) / 10;
      const hasOther = dataset.side[k] === -1 || !isHigh;
      expect(dataset.otherT1[k], 'the other side').toBe(hasOther ? entry + HORIZON : -1);
      if (hasOther) expect(Math.abs(dataset.coin[k]), 'both sides of a horizon cancel').toBeLessThan(1e-15);
    }
    expect(model.metadata.decision?.payoffs.all.win, 'it decides').not.toBeNull();
    expect(model.metadata.config.labels).toEqual({
      labeler: 'fixed_horizon_5',
      hash: own.source?.hash,
      sl_multiplier: config.labels.slMultiplier,
    });
    expect(orchestrator.inferenceLoop.model?.version, 'it serves').toBe(model.version);
  } finally {
    await orchestrator.stop();
  }
});

test('gives the same trades live, bar by bar, as in a replay of the same bars', async () => {
  const output = await inlineTrainer().train(
    { instruments: alone(market), config, own: { labeler: own } },
    () => undefined,
  );
  modelBytes = output.modelBytes;
  const orchestrator = createOrchestrator(config, { labeler: own, workers: 1, logger: SILENT });
  const replayed = replay(orchestrator, feed, { instrumentId: 'SIM', side: null });
  await orchestrator.stop();
  const journal = await live(replayed, { config: SETTINGS, model: modelBytes, own: { labeler: own } });
  expect(journal.signals.every(({ source }) => source === 'model')).toBe(true);
  const outcomes = new Map(journal.outcomes.map((outcome) => [outcome.signalId, outcome]));
  let nResolved = 0;
  let nNotOpened = 0;
  for (const { t0, t1, ret, label, kind } of replayed) {
    const outcome = outcomes.get(`at ${t0}`) ?? null;
    if (kind !== 'unresolved') {
      nResolved++;
      const expected = { outcome: kind, tradeReturn: ret, label, exitTs: feed.tsEvent[t1], reason: null };
      expect(outcome, `signal at bar ${t0}`).toMatchObject(expected);
    } else if (outcome !== null) {
      nNotOpened++;
      expect(outcome).toMatchObject({ outcome: 'unresolvable', reason: 'fixed_horizon_5 opens no trade there' });
      expect((await journal.findSignal(`at ${t0}`))?.trade?.target, 'the journal has no NaN').toBe(0);
    } else expect(t0 + HORIZON, 'still open').toBeGreaterThanOrEqual(feed.length);
  }
  expect(nResolved).toBeGreaterThan(30);
  expect(nNotOpened, 'sells that it does not open').toBeGreaterThan(0);
});

test('a service holds as many bars as the labeler may need', async () => {
  const long = defineLabeler({
    name: 'fixed_horizon_300',
    maxHoldingBars: 300,
    resolve: ({ close }, entry) =>
      entry + 300 < close.length ? { bar: entry + 300, price: close[entry + 300], kind: 'vertical' } : null,
  });
  const small = { ...SETTINGS, server: { heldBars: 200 } };
  const options = { config: small, model: null, own: { labeler: { value: long, source: null } } };
  const { service, journal } = await liveService(options);
  for (let i = 0; i < 500; i++) {
    service.addBars('SIM', feed.slice(i, i + 1));
    if (i === 150) service.submit({ ...messageAt(feed, i), bars: null, signalId: 's' }, OVER_HTTP);
  }
  await service.stop();
  expect(journal.outcomes).toMatchObject([{ outcome: 'vertical', exitTs: feed.tsEvent[450] }]);
});

test('retrains with the labeler of the service, and shows its trades without barriers', async () => {
  const requests: TrainingRequest[] = [];
  const trainer: Trainer = {
    train: (request) => {
      requests.push(request);
      return Promise.reject(new Error('enough seen'));
    },
    close: async () => undefined,
  };
  const { service } = await liveService({ config: SETTINGS, model: modelBytes, own: { labeler: own }, trainer });
  service.addBars('SIM', market.slice(0, 1200));
  service.submit({ ...messageAt(market, 1199), bars: null }, OVER_HTTP);
  expect(service.recentSignals(null, 1)[0].barriers).toEqual({
    entryTs: market.tsEvent[1199],
    entry: market.close[1199],
    takeProfit: null,
    stopLoss: null,
    maxHoldingBars: HORIZON,
  });
  service.retrain('SIM');
  await expect.poll(() => requests.length).toBe(1);
  expect(requests[0].own?.labeler?.source).toEqual(own.source);
  await service.stop();
});

test('holds the latest events out by the labels of the labeler', () => {
  const { retrain, ...rest } = config;
  const side = new Int8Array(market.length).map((_, i) => (i % 4 === 0 ? 1 : 0));
  const settings = { ...rest, retrain: { ...retrain, holdoutEvents: 100 } };
  const split = splitHistory({ bars: market, side, sent: new Map(), told: null }, 'SIM', {
    config: settings,
    labelerFor: () => own.value,
    trainedUntil: null,
  });
  const { t0, t1, events } = split?.holdout ?? expect.fail('there are enough');
  expect(events.length).toBe(100);
  expect([...t1]).toEqual([...t0.map((entry) => entry + HORIZON)]);
});

describe('a closure', () => {
  const labeler: Own<Labeler> = { value: tripleBarrierLabeler({ ...config.labels, maxHoldingBars: 3 }), source: null };

  test('trains on the calling thread, and is refused with the remedy where the training leaves it', async () => {
    const request = { instruments: alone(market), config, own: { labeler } };
    const { dataset, modelBytes: bytes } = await inlineTrainer().train(request, () => undefined);
    expect(Math.max(...dataset.t1.map((exit, k) => exit - dataset.t0[k]))).toBe(3);
    expect(modelOf({ modelBytes: bytes }).metadata.config.labels).toEqual({
      labeler: 'triple_barrier',
      hash: null,
      sl_multiplier: config.labels.slMultiplier,
    });
    const orchestrator = createOrchestrator(config, { labeler: labeler.value, workers: 1, logger: SILENT });
    await expect(orchestrator.train(market)).rejects.toThrow(
      /the labeler of this training cannot go to another thread/,
    );
    await orchestrator.stop();
  });

  test('that is no labeler is refused at the door', () => {
    const broken = { ...labeler.value, maxHoldingBars: 0 };
    expect(() => createOrchestrator(config, { labeler: broken })).toThrow(
      'maxHoldingBars of labeler triple_barrier must be an integer in [1, 10000], was 0',
    );
  });
});

describe('models of another labeler', () => {
  /** Why the file does not serve in such a service; null where it does. */
  async function refusal(model: Uint8Array, options: LiveServiceOptions): Promise<string | null> {
    const { service, lines } = await liveService({ config: SETTINGS, model, ...options });
    const { modelVersion } = service.status();
    await service.stop();
    return modelVersion === null ? lines.join('\n') : null;
  }

  test('are refused by name, either way', async () => {
    const builtIn = (await trainHere(market, SETTINGS)).modelBytes;
    const hash = own.source?.hash.slice(0, 12);
    expect(await refusal(modelBytes, { own: { labeler: own } })).toBeNull();
    expect(await refusal(builtIn, {})).toBeNull();
    expect(await refusal(modelBytes, {})).toContain(
      `learned from labeler fixed_horizon_5 (module hash ${hash}), and this program labels with the built-in triple barrier; ` +
        'hand in { labeler } as it was in the training of fixed_horizon_5',
    );
    expect(await refusal(builtIn, { own: { labeler: own } })).toContain(
      `learned from the built-in triple barrier, and this program labels with labeler fixed_horizon_5 (module hash ${hash}); ` +
        'train a model with the labeler, or leave out { labeler }',
    );
    const closure: Own<Labeler> = { value: own.value, source: null };
    expect(await refusal(modelBytes, { own: { labeler: closure } })).toContain(
      'labeler fixed_horizon_5 (not from a module)',
    );
    const changed: Own<Labeler> = {
      value: own.value,
      source: { module: 'file:///a.ts', exportName: 'default', hash: '0'.repeat(64) },
    };
    expect(await refusal(modelBytes, { own: { labeler: changed } })).toContain('(module hash 000000000000)');
  });

  test('serve where outcomes are given', async () => {
    const own = { labeler: { value: givenLabeler(), source: null } };
    expect(await refusal(modelBytes, { own })).toBeNull();
  });
});

describe('given outcomes', () => {
  const given = { labeler: { value: givenLabeler({ minReturn: 0.01 }), source: null } };

  test('come by report only: bars, holes and lost bars end no trade', async () => {
    const small = { ...SETTINGS, server: { maxInstruments: 1, heldBars: 200 } };
    const { service, journal } = await liveService({ config: small, own: given });
    const told = async (signalId: string, label: 0 | 1 | null, tradeReturn: number | null): Promise<number | null> =>
      (await service.recordOutcome({ signalId, label, tradeReturn, exitTs: null })).outcome.label;
    const feedBars = (instrumentId: string, from: number, to: number): void => {
      for (let i = from; i < to; i++) service.addBars(instrumentId, feed.slice(i, i + 1));
    };
    feedBars('SIM', 0, 150);
    for (const signalId of ['a', 'b', 'c', 'd']) {
      service.submit({ ...messageAt(feed, 149), bars: null, signalId }, OVER_HTTP);
    }
    feedBars('SIM', 150, 300);
    feedBars('SIM', 500, 650);
    feedBars('OTHER', 0, 120); // takes the only place
    expect(service.status().outcomes.nPending).toBe(4);
    expect(journal.outcomes).toEqual([]);
    const labels = [told('a', null, 0.01), told('b', null, 0.011), told('c', 1, -1), told('d', 0, null)];
    expect(await Promise.all(labels)).toEqual([0, 1, 1, 0]);
    expect(service.status().outcomes.nPending).toBe(0);
    await service.stop();
  });

  test('train nothing yet, and say so', async () => {
    const orchestrator = createOrchestrator(config, { labeler: given.labeler.value, workers: 1, logger: SILENT });
    await expect(orchestrator.train(market)).rejects.toThrow(
      'labeler given only knows outcomes that are reported, so that bars give no labels; hand in yours (--labels F, { labels } in a program), or train with a labeler that resolves trades',
    );
    await orchestrator.stop();
  });
});

test('a labeler that throws costs a trade its outcome and a signal nothing', async () => {
  const fault = (): never => {
    throw new Error('not today');
  };
  const value = (change: Partial<Labeler>): Own<Labeler> => ({ value: { ...own.value, ...change }, source: null });
  const replayed = replay(createOrchestrator(config, { logger: SILENT }), feed.slice(0, 400), {
    instrumentId: 'SIM',
    side: null,
  });
  const resolving = await live(replayed, { model: null, own: { labeler: value({ resolve: fault }) } });
  expect(resolving.signals.length).toBe(replayed.length);
  expect(resolving.outcomes.length).toBe(replayed.length);
  expect(new Set(resolving.outcomes.map(({ reason }) => reason))).toContain('the labeler failed: not today');
  const opening = await live(replayed, { model: null, own: { labeler: value({ open: fault }) } });
  expect(opening.signals.every(({ trade }) => trade?.target === 0)).toBe(true);
});
