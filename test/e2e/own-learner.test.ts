import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDecisionReader, createOrchestrator, createSignalService, openModels } from '../../src/app/index.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import { type Own, SignalEvent, WINDOW_BARS } from '../../src/domain/index.ts';
import type { Learner } from '../../src/model/index.ts';
import { readModel } from '../../src/model/onnx/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { threadedDecoder } from '../../src/registry/index.ts';
import { fromModule, systemClock } from '../../src/runtime/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { inlineTrainer, workerTrainer } from '../../src/trainer/index.ts';
import {
  computeTasks,
  inlineCompute,
  permutationImportance,
  prepareTraining,
  type TrainingResult,
  trainingParts,
} from '../../src/training/index.ts';
import type { Accounts } from '../../src/validation/index.ts';
import { messageAt, OVER_HTTP, submitNow } from '../support/live-service.ts';
import { runOnnx } from '../support/onnx-runtime.ts';
import { runCli } from '../support/run-cli.ts';
import { sha256 } from '../support/small-model.ts';
import { alone } from '../support/trained.ts';

const MODULE = new URL('../support/learners/logistic.ts', import.meta.url);
const SEED = 11;
const directory = mkdtempSync(join(tmpdir(), 'ml4t-own-learner-'));
const { bars } = simulateMarket({ nBars: 4000, edge: 0.25, breakAt: null, seed: SEED });
const settingsOf = (name: string): OrchestratorConfigInput => ({
  modelPath: join(directory, `${name}.onnx`),
  server: { dataDir: join(directory, name) },
});
const learners = {
  operators: await fromModule<Learner>(MODULE, 'logisticNodes'),
  bytes: await fromModule<Learner>(MODULE, 'logisticBytes'),
};

function signalAt(end: number): SignalEvent {
  const window = bars.slice(end - WINDOW_BARS + 1, end + 1);
  return new SignalEvent({ instrumentId: 'SIM', signal: 1, timestamp: bars.tsEvent[end], bars: window });
}

/** Confidences of a process of its own, which loads the model and the learner. */
function confidencesElsewhere(name: 'operators' | 'bytes', ends: readonly number[]): number[] {
  const root = new URL('../../src/', import.meta.url);
  const program = `
    const { createOrchestrator } = await import(${JSON.stringify(new URL('app/index.ts', root).href)});
    const { OrchestratorConfig } = await import(${JSON.stringify(new URL('config/index.ts', root).href)});
    const { SignalEvent } = await import(${JSON.stringify(new URL('domain/index.ts', root).href)});
    const { fromModule } = await import(${JSON.stringify(new URL('runtime/index.ts', root).href)});
    const { simulateMarket } = await import(${JSON.stringify(new URL('simulation/index.ts', root).href)});
    const { bars } = simulateMarket({ nBars: 4000, edge: 0.25, breakAt: null, seed: ${SEED} });
    const learner = await fromModule(${JSON.stringify(MODULE.href)}, ${JSON.stringify(learners[name].source?.exportName)});
    const orchestrator = createOrchestrator(OrchestratorConfig(${JSON.stringify(settingsOf(name))}), { learner, logger: { info() {}, warn() {} } });
    await orchestrator.start();
    const confidences = ${JSON.stringify(ends)}.map((end) => {
      const window = bars.slice(end - ${WINDOW_BARS - 1}, end + 1);
      const event = new SignalEvent({ instrumentId: 'SIM', signal: 1, timestamp: bars.tsEvent[end], bars: window });
      const { source, metaConfidence } = orchestrator.processSignal(event);
      if (source !== 'model') throw new Error(source);
      return metaConfidence;
    });
    console.log(JSON.stringify(confidences));
    await orchestrator.stop();`;
  const stdout = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as number[];
}

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.each(['operators', 'bytes'] as const)('a logistic regression of a module, as %s', (name) => {
  const learner: Own<Learner> = learners[name];
  const config = OrchestratorConfig(settingsOf(name));
  const options = { learner, logger: SILENT, workers: 2 };
  const orchestrator = createOrchestrator(config, options);
  let result: TrainingResult;

  beforeAll(async () => {
    result = await orchestrator.train(bars);
  });
  afterAll(() => orchestrator.stop());

  test('is trained on threads, judged, calibrated and saved', () => {
    const { model, metrics, dataset } = result;
    expect(model.learnerName).toBe(learner.value.name);
    expect(['platt', 'isotonic']).toContain(model.calibrator.kind);
    expect(metrics.auc).toBeGreaterThan(0.5);
    expect(metrics.verdict).toBe(model.metadata.training.verdict);
    expect(dataset.rawProbability.filter((p) => p >= 0 && p <= 1).length).toBeGreaterThan(500);
    expect(Object.keys(result.featureImportance)).toEqual(config.featureNames);
    expect(readModel(readFileSync(config.modelPath), { sha256, learner }).version).toBe(model.version);
  });

  test('gives the same bytes and accounts on one thread, on two, and on the calling one', async () => {
    const digests = new Set<string>();
    let first: Accounts | undefined;
    for (const trainer of [inlineTrainer(), workerTrainer({ workers: 1 }), workerTrainer({ workers: 2 })]) {
      const { modelBytes, accounts } = await trainer.train(
        { instruments: alone(bars), config, own: { learner }, accounts: true },
        () => undefined,
      );
      digests.add(sha256(modelBytes));
      expect(accounts).toStrictEqual(first ?? accounts);
      first = accounts;
      await trainer.close();
    }
    expect([...digests]).toEqual([sha256(readFileSync(config.modelPath))]);
  });

  test('answers in another process with the same bits', () => {
    const ends = [500, 1500, 2500, 3500];
    expect(confidencesElsewhere(name, ends)).toEqual(
      ends.map((end) => orchestrator.processSignal(signalAt(end)).metaConfidence),
    );
  });

  test('is decoded on the thread of the decoder, with the same answers', async () => {
    const model = await threadedDecoder(learner)(readFileSync(config.modelPath));
    const row = Float64Array.from(result.dataset.x.subarray(0, 4));
    expect(model.predict(row)).toEqual(result.model.predict(row));
    const without = threadedDecoder();
    await expect(without(readFileSync(config.modelPath))).rejects.toMatchObject({ code: 'MODEL_LEARNER' });
    const closure = threadedDecoder({ value: learner.value, source: null });
    await expect(closure(readFileSync(config.modelPath))).rejects.toThrow('this one is a closure');
  });

  test('has a permutation importance, and its progress ends', async () => {
    const own = { learner };
    const request = { instruments: alone(bars), config, own };
    const pool = inlineCompute(computeTasks(trainingParts(own)));
    const machinery = { pool, sha256, clock: systemClock, onProgress: () => undefined };
    const { context } = await prepareTraining(request, machinery);
    let last = [0, 1];
    const importance = await permutationImportance(context, {
      nRepeats: 2,
      seed: 1,
      onProgress: (...progress) => {
        last = progress;
      },
    });
    expect(Object.keys(importance.features)).toEqual(config.featureNames);
    expect(last[0]).toBe(last[1]);
  });

  test('serves in the live service, and its decisions are taken again', async () => {
    const service = await createSignalService(config, options);
    expect(service.status().modelVersion).toBe(result.model.version);
    const receipts = Array.from({ length: 60 }, (_, k) => submitNow(service, messageAt(bars, 1000 + k), OVER_HTTP));
    await Promise.all(receipts.map(({ recorded }) => recorded));
    expect(Object.keys(service.status().drift.psi ?? {}), 'drift is followed').toEqual(config.featureNames);
    const { explanation, explanationReason } = await service.explain(receipts[7].signalId);
    expect(explanation).toBeNull();
    expect(explanationReason).toBe(`the learner ${learner.value.name} does not explain its predictions`);
    const forest = createOrchestrator(OrchestratorConfig({ forest: { nEstimators: 5 } }), { logger: SILENT });
    const { modelBytes, result: other } = await forest.trainingLoop.fit(bars);
    await forest.stop();
    const birth = { origin: 'imported', parent: null, metadata: other.model.metadata } as const;
    await openModels(config.server.dataDir).add(other.model.version, modelBytes, birth);
    await service.promote(other.model.version, true);
    expect(service.status().modelVersion).toBe(other.model.version);
    await service.rollback(other.model.version);
    expect(service.status().modelVersion, 'a forest and back').toBe(result.model.version);
    await service.stop();
    const reader = await createDecisionReader(config, { learner });
    expect(await reader.recompute(receipts[7].signalId)).toMatchObject({ isIdentical: true });
    reader.close();
  });

  test('does not serve without its learner, and says what to hand in', async () => {
    const other = createOrchestrator(config, { logger: SILENT });
    await other.start();
    expect(other.processSignal(signalAt(2000))).toMatchObject({
      source: 'default',
      modelAvailable: false,
      reason: expect.stringContaining(`was fitted by the learner "${learner.value.name}", which is not built in`),
    });
    await other.stop();
    const { code, stderr } = await runCli(['inspect', config.modelPath]);
    expect(code).toBe(1);
    expect(stderr).toContain("await fromModule(new URL('./logistic.ts', import.meta.url)");
    rmSync(join(config.server.dataDir, 'models', `${result.model.version}.json`));
    const manifest = await openModels(config.server.dataDir).manifest(result.model.version);
    expect(manifest.metrics.auc, 'its figures are known all the same').toBeTypeOf('number');
  });
});

test('a file of operators gives the raw probabilities of the walk-forward’s final fit in onnxruntime', async () => {
  const bytes = readFileSync(OrchestratorConfig(settingsOf('operators')).modelPath);
  const model = readModel(bytes, { sha256, learner: learners.operators });
  const x = Float32Array.from({ length: 400 }, (_, i) => ((i * 37) % 17) / 1000);
  const { raw_probability: raw } = await runOnnx(bytes, x, 100);
  for (let k = 0; k < 100; k++) {
    const expected = model.predict(x.subarray(4 * k, 4 * k + 4)).raw;
    expect(Math.abs(Number(raw.data[k]) - expected), `row ${k}`).toBeLessThan(1e-6);
  }
});

describe('a learner that is a closure', () => {
  const closure = learners.operators.value;
  const config = OrchestratorConfig(settingsOf('closure'));

  test('cannot leave the thread, and the error says what to do', async () => {
    const orchestrator = createOrchestrator(config, { learner: closure, logger: SILENT, workers: 1 });
    await expect(orchestrator.train(bars)).rejects.toThrow(
      "hand in await fromModule(new URL('./my-learner.ts', import.meta.url)), or train with inlineTrainer()",
    );
    await orchestrator.stop();
  });

  test('trains on the calling thread; the file records no hash', async () => {
    const own = { learner: { value: closure, source: null } };
    const { modelBytes } = await inlineTrainer().train({ instruments: alone(bars), config, own }, () => undefined);
    expect(readModel(modelBytes, { sha256, ...own }).learnerName).toBe('logistic');
  });

  test('that fails or predicts nonsense ends the training with its message', async () => {
    const train = (learner: Learner) =>
      inlineTrainer().train(
        { instruments: alone(bars), config, own: { learner: { value: learner, source: null } } },
        () => undefined,
      );
    const failing: Learner = {
      ...(closure as Learner),
      fit: () => {
        throw new Error('no memory');
      },
    };
    await expect(train(failing)).rejects.toThrow('the learner "logistic" failed: no memory');
    const wild: Learner = {
      ...(closure as Learner),
      fit: async (...rows) => ({
        ...(await closure.fit(...rows)),
        predictMany: (_, nRows) => new Float64Array(nRows).fill(2),
      }),
    };
    await expect(train(wild)).rejects.toThrow('the learner "logistic" predicts 2; a probability must be in [0, 1]');
    await expect(train({ ...(closure as Learner), name: 'forest' })).rejects.toThrow('learner.name must be');
  });
});

test('the built-in learner, handed in, is the default', async () => {
  const { forestLearner } = await import('../../src/model/index.ts');
  const config = OrchestratorConfig({ ...settingsOf('forest'), forest: { nEstimators: 5 } });
  const orchestrator = createOrchestrator(config, { learner: forestLearner, logger: SILENT, workers: 1 });
  const { model } = await orchestrator.train(bars);
  await orchestrator.stop();
  expect(model.learnerName).toBe('forest');
  expect(readModel(readFileSync(config.modelPath), { sha256 }).version).toBe(model.version);
});

test('a fault on one row gives the base rate and its reason, and the service goes on', async () => {
  const { value } = learners.operators;
  let isFailing = true;
  const moody: Learner = {
    ...(value as Learner),
    decode: (encoded, context) => {
      const made = value.decode(encoded, context);
      const predictOne = (row: Float32Array): number => {
        if (isFailing) throw new Error('out of luck');
        return made.predictOne(row);
      };
      return { ...made, predictOne };
    },
  };
  const warnings: string[] = [];
  const logger = { info: () => undefined, warn: (message: string) => void warnings.push(message) };
  const learner: Own<Learner> = { value: moody, source: learners.operators.source };
  const orchestrator = createOrchestrator(OrchestratorConfig(settingsOf('operators')), { learner, logger });
  await orchestrator.start();
  for (const end of [2000, 2001]) {
    expect(orchestrator.processSignal(signalAt(end))).toMatchObject({
      source: 'out_of_distribution',
      reason: 'the learner "logistic" failed: out of luck',
      metaConfidence: orchestrator.inferenceLoop.model?.metadata.decision?.baseRate,
      take: false,
      size: 0,
    });
  }
  expect(warnings.filter((message) => message.includes('out of luck')).length).toBe(1);
  isFailing = false;
  expect(orchestrator.processSignal(signalAt(2002)).source).toBe('model');
  await orchestrator.stop();
});
