import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createOrchestrator, inlineTrainer } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { BarSeries, SignalEvent } from '../../src/domain/index.ts';
import { replay } from '../../src/orchestrator/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { workerTrainer } from '../../src/trainer/index.ts';

const OTHER = 'OTHER.VENUE';
const NAMES = [
  'volatility',
  'momentum@15m',
  `momentum:${OTHER}`,
  `vpin@5m:${OTHER}`,
  'time_of_day',
  'Funding.rate@5m',
  `Funding.rate:${OTHER}`,
];
const market = (seed: number): BarSeries => simulateMarket({ nBars: 3000, edge: 0.2, breakAt: null, seed }).bars;
const withColumn = (bars: BarSeries): BarSeries =>
  BarSeries.fromColumns({
    ...bars,
    columns: new Map([['Funding.rate', Float64Array.from(bars.close, (_, i) => Math.sin(i))]]),
  });
const bars = withColumn(market(5));
const other = withColumn(market(6));
const context = [{ instrument: OTHER, bars: other }];
const modelStore = {
  read: () => Promise.reject(new Error('unused')),
  write: async () => undefined,
  checkWritable: async () => undefined,
};
const config = OrchestratorConfig({
  featureNames: NAMES,
  columns: ['Funding.rate'],
  forest: { nEstimators: 10 },
  walkForward: { nFolds: 3 },
});
const orchestrator = createOrchestrator(config, { trainer: inlineTrainer(), modelStore, logger: SILENT });

test('a model of frames and of another instrument says what it reads, and is replayed by the values it learned from', async () => {
  const { dataset, missing, model } = await orchestrator.train(bars, { context });
  expect(model.featureNames).toEqual([
    ...NAMES.slice(0, 4),
    'time_of_day_sin',
    'time_of_day_cos',
    ...NAMES.slice(5),
    'Funding.rate',
  ]);
  const { stepNs } = model.inputs.context[OTHER];
  const perMinute = 60_000_000_000n / stepNs;
  expect(model.inputs, '21 closed frames of momentum, the open one, and a bar before').toEqual({
    barsNeeded: 22 * 15 * Number(perMinute) + 1,
    context: { [OTHER]: { stepNs, barsNeeded: 101 * 5 * Number(perMinute) + 1 } },
  });
  expect(missing.byFeature, 'at the beginning of the files').toHaveProperty([`vpin@5m:${OTHER}`]);
  const n = dataset.featureNames.length;
  const replayed = replay(orchestrator, bars, { instrumentId: 'A', side: null, context });
  const byBar = new Map(replayed.map((each) => [each.t0, each.enriched]));
  dataset.t0.forEach((t0, k) => {
    const features = byBar.get(t0)?.features ?? [];
    expect(Float64Array.from(features, Math.fround), `event ${k}`).toEqual(
      Float64Array.from(dataset.x.subarray(k * n, (k + 1) * n)),
    );
  });
  const early = replayed.filter(({ t0 }) => t0 + 1 < model.inputs.barsNeeded);
  expect(early.length).toBeGreaterThan(0);
  for (const { enriched, t0 } of early) {
    expect([enriched.source, enriched.reason]).toEqual([
      'missing_input',
      `${t0 + 1} of the ${model.inputs.barsNeeded} bars that the model needs`,
    ]);
  }
  const t0 = dataset.t0[dataset.t0.length - 1];
  const { barsNeeded } = model.inputs;
  const event = (change: object): SignalEvent =>
    new SignalEvent({
      instrumentId: 'A',
      signal: 1,
      timestamp: bars.tsEvent[t0],
      bars: bars.slice(t0 + 1 - barsNeeded, t0 + 1),
      context: new Map([[OTHER, other.slice(0, t0 + 1)]]),
      ...change,
    });
  const answerTo = (change: object): unknown[] => {
    const { source, reason } = orchestrator.processSignal(event(change));
    return [source, reason];
  };
  expect(answerTo({})[0]).not.toBe('missing_input');
  expect(answerTo({ context: new Map() })).toEqual(['missing_input', `feature momentum:${OTHER} is missing`]);
  const stale = new Map([[OTHER, other.slice(0, t0 - 3)]]);
  expect(answerTo({ context: stale }), '4 bars old').toEqual(['missing_input', `feature momentum:${OTHER} is missing`]);
  expect(() => replay(orchestrator, bars, { instrumentId: 'A', side: null })).toThrow(
    `context must be with bars of ${OTHER}, which the model reads; bring them: --context ${OTHER}=FILE, was "without"`,
  );
  await orchestrator.stop();
});

test('bars of the context are demanded, and fit their features', async () => {
  const trainer = createOrchestrator(config, { trainer: inlineTrainer(), modelStore, logger: SILENT });
  await expect(trainer.train(bars)).rejects.toThrow(
    `context must be with bars of ${OTHER}, which momentum:${OTHER} reads; bring them: --context ${OTHER}=FILE, was "without"`,
  );
  const odd = OrchestratorConfig({ featureNames: ['volatility@90s'], forest: { nEstimators: 10 } });
  const framed = createOrchestrator(odd, { trainer: inlineTrainer(), modelStore, logger: SILENT });
  await expect(framed.train(bars)).rejects.toThrow(
    'volatility@90s must be made of bars whose common step divides 1 min 30 s; take another frame, or other bars, was "1 min"',
  );
  await Promise.all([trainer.stop(), framed.stop()]);
});

test('on threads the model has the same bytes', async () => {
  const digests: string[] = [];
  for (const trainer of [inlineTrainer(), workerTrainer({ workers: 2 })]) {
    const write = async (_: string, bytes: Uint8Array): Promise<void> => {
      digests.push(createHash('sha256').update(bytes).digest('hex'));
    };
    const part = createOrchestrator(config, { trainer, modelStore: { ...modelStore, write }, logger: SILENT });
    await part.train(bars, { context });
    await part.stop();
    await trainer.close();
  }
  expect(digests[1]).toBe(digests[0]);
});
