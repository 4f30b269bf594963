import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createDecisionReader, createOrchestrator, createSignalService, openModels } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import type { LabelSpans, Learner } from '../../src/model/index.ts';
import { readModel } from '../../src/model/onnx/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { threadedDecoder } from '../../src/registry/index.ts';
import { fromModule } from '../../src/runtime/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { inlineTrainer, workerTrainer } from '../../src/trainer/index.ts';
import { logisticNodes } from '../support/learners/logistic.ts';
import { messageAt, OVER_HTTP, submitNow } from '../support/live-service.ts';
import { runOnnx } from '../support/onnx-runtime.ts';
import { runCli } from '../support/run-cli.ts';
import { sharedData } from '../support/shared-data.ts';
import { sha256 } from '../support/small-model.ts';
import { alone } from '../support/trained.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-boosting-'));
const { bars } = simulateMarket({ nBars: 4000, edge: 0.25, breakAt: null, seed: 11 });
const settings = {
  modelPath: join(directory, 'boosting.onnx'),
  server: { dataDir: join(directory, 'data') },
  learner: { kind: 'boosting' },
} as const;
const config = OrchestratorConfig(settings);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('boosting trains to the same bytes on any number of threads, serves, explains and is replaced', {
  timeout: 120_000,
}, async () => {
  const request = { instruments: alone(bars), config };
  const digests = new Set<string>();
  for (const trainer of [inlineTrainer(), ...[1, 2, 4].map((workers) => workerTrainer({ workers }))]) {
    const { modelBytes } = await trainer.train(request, () => undefined);
    digests.add(sha256(modelBytes));
    await trainer.close();
  }
  const orchestrator = createOrchestrator(config, { logger: SILENT, workers: 2 });
  const steps: [done: number, total: number][] = [];
  const { model, metrics, dataset } = await orchestrator.train(bars, {
    onProgress: ({ stage, done, total }) => void (stage === 'walk-forward' && steps.push([done, total])),
  });
  expect(steps.at(-1)?.[0], 'its progress ends').toBe(steps.at(-1)?.[1]);
  const bytes = readFileSync(config.modelPath);
  expect([...digests]).toEqual([sha256(bytes)]);
  expect(model.learnerName).toBe('boosting');
  expect(metrics.auc).toBeGreaterThan(0.55);
  expect(model.metadata.config).toMatchObject({ learner: { kind: 'boosting' }, boosting: { max_depth: 2 } });

  const x = dataset.x.slice(0, 400);
  const raw = model.predictor.predictMany(x, 100);
  const answers = await runOnnx(bytes, x, 100);
  raw.forEach((p, k) => {
    expect(Math.abs(Number(answers.raw_probability.data[k]) - p)).toBeLessThan(1e-6);
  });
  const row = Float64Array.from(x.subarray(0, 4));
  expect((await threadedDecoder()(bytes)).predict(row)).toEqual(model.predict(row));
  await orchestrator.stop();

  const service = await createSignalService(config, { logger: SILENT });
  expect(service.status().modelVersion).toBe(model.version);
  const receipts = Array.from({ length: 40 }, (_, k) => submitNow(service, messageAt(bars, 1000 + k), OVER_HTTP));
  await Promise.all(receipts.map(({ recorded }) => recorded));
  const { signalId } = receipts[7];
  const { explanation } = await service.explain(signalId);
  const { base, contributions, rawUnit } = explanation ?? expect.fail('is explained');
  const total = Object.values(contributions ?? {}).reduce((sum, by) => sum + by, base);
  expect(Math.abs(total - (receipts[7].answer.metaConfidence ?? 0))).toBeLessThan(1e-9);
  expect(rawUnit).toBe('probability');
  const forest = createOrchestrator(OrchestratorConfig({ forest: { nEstimators: 5 } }), { logger: SILENT });
  const { modelBytes, result: other } = await forest.trainingLoop.fit(bars);
  await forest.stop();
  const birth = { origin: 'imported', parent: null, metadata: other.model.metadata } as const;
  await openModels(config.server.dataDir).add(other.model.version, modelBytes, birth);
  await service.promote(other.model.version, true);
  await service.rollback(other.model.version);
  expect(service.status().modelVersion, 'a forest and back').toBe(model.version);
  await service.stop();
  const reader = await createDecisionReader(config);
  expect(await reader.recompute(signalId)).toMatchObject({ isIdentical: true });
  reader.close();
});

test('a learner is told when the label of each of its rows begins, and when label and embargo have ended', async () => {
  const told: LabelSpans[] = [];
  const spy: Learner = {
    ...(logisticNodes as Learner),
    fit: (x, y, w, context) => {
      expect(context.spans.start.length).toBe(y.length);
      told.push(context.spans);
      return logisticNodes.fit(x, y, w, context);
    },
  };
  const { dataset } = await inlineTrainer().train(
    {
      instruments: alone(bars),
      config: OrchestratorConfig({ walkForward: { nFolds: 2, embargoBars: 3 } }),
      own: { learner: { value: spy, source: null } },
    },
    () => undefined,
  );
  expect(told.length).toBe(3);
  const [{ start, end }] = [...told].sort((a, b) => b.start.length - a.start.length); // the final fit has every event
  expect(start).toEqual(dataset.t0);
  expect(Array.from(end)).toEqual(Array.from(dataset.t1, (tick) => Math.min(tick + 3, bars.length)));
});

test('a learner is chosen by the settings, or handed in, not both', async () => {
  const learner = await fromModule(new URL('../../examples/own/learner.ts', import.meta.url));
  expect(() => createOrchestrator(config, { learner: learner as never, logger: SILENT })).toThrow(
    'learner.kind must be module, or left out, beside a learner that is handed in, was "boosting"',
  );
  const module = new URL('../../examples/own/learner.ts', import.meta.url).href;
  const named = OrchestratorConfig({ ...settings, learner: { kind: 'module', module } });
  expect(() => createOrchestrator(named, { logger: SILENT })).toThrow(
    'learner.module must be handed in beside the settings: { learner: await fromModule(config.learner.module) }',
  );
  expect(() => OrchestratorConfig({ learner: { module } })).toThrow(
    'learner.module must be null where learner.kind is forest',
  );
  expect(() => OrchestratorConfig({ learner: { kind: 'module' } })).toThrow(
    'learner.module must be the file of your learner',
  );
});

test('through the command line, on real bars: boosting, and a learner of a module', {
  tags: ['real-data'],
  timeout: 180_000,
}, async () => {
  const file = sharedData('binance_ETHUSDT_1h_2022_2025Q3.csv.gz');
  const out = join(directory, 'eth.onnx');
  const trained = await runCli(['train', file, '--model', out, '--set', 'learner.kind=boosting', '--json']);
  expect(trained.code, trained.stderr).toBe(0);
  const model = readModel(readFileSync(out), { sha256 });
  const { n_rounds: nRounds, max_rounds: maxRounds } = JSON.parse(trained.stdout).boosting;
  expect([nRounds, maxRounds]).toEqual([model.predictor.size?.trees, OrchestratorConfig().boosting.nEstimators]);
  const replayed = await runCli(['replay', file, '--model', out, '--json']);
  expect(replayed.code, replayed.stderr).toBe(0);
  const inspected = await runCli(['inspect', out]);
  expect(inspected.stdout).toMatch(/^boosting +\d+ trees/m);

  const module = new URL('../../examples/own/learner.ts', import.meta.url).pathname;
  const own = join(directory, 'own.onnx');
  const fitted = await runCli(['train', file, '--model', own, '--learner-module', module, '--workers', '2']);
  expect(fitted.code, fitted.stderr).toBe(0);
  const refused = await runCli(['inspect', own]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('--learner-module learner.ts (learner.kind: module and learner.module)');
  const read = await runCli(['inspect', own, '--learner-module', module]);
  expect(read.stdout).toContain('logistic');
  copyFileSync(module, join(directory, 'learner.ts'));
  const settingsFile = join(directory, 'ml4t.yaml');
  writeFileSync(settingsFile, 'learner: { kind: module, module: learner.ts }\n'); // relative to the file
  const judged = await runCli(['replay', file, '--model', own, '--config', settingsFile]);
  expect(judged.code, judged.stderr).toBe(0);
});
