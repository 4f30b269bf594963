import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTrainingWorker } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import type { FeatureDefinition } from '../../src/features/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { fromModule } from '../../src/runtime/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { QueueTrainer } from '../../src/trainer/bullmq/index.ts';
import { inlineTrainer } from '../../src/trainer/index.ts';
import { RedisServer } from '../faults/harness/redis-server.ts';
import { alone } from '../support/trained.ts';

const MODULE = new URL('../support/own-features.ts', import.meta.url);
const directory = mkdtempSync(join(tmpdir(), 'ml4t-own-queue-'));
const { bars } = simulateMarket({ nBars: 1500, edge: 0.2, breakAt: null, seed: 4 });
const features = await fromModule<readonly FeatureDefinition[]>(MODULE, 'features');
let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start(join(directory, 'redis'), true);
}, 60_000);
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('a worker with the same features trains the same bytes; one without them refuses', async () => {
  const config = OrchestratorConfig({
    featureNames: ['volatility', 'range_position'],
    forest: { nEstimators: 5 },
    walkForward: { nFolds: 3 },
    trainer: { kind: 'bullmq' },
    redis: { url: server.url },
  });
  const request = { instruments: alone(bars), config, own: { features } };
  const expected = await inlineTrainer().train(request, () => undefined);
  const trainer = new QueueTrainer({ config, logger: SILENT, timeoutMs: 60_000 });
  try {
    const same = await startTrainingWorker(config, { logger: SILENT, workers: 2, features });
    const { modelBytes } = await trainer.train(request, () => undefined);
    expect(Buffer.compare(modelBytes, expected.modelBytes)).toBe(0);
    await same.close(5000);
    const without = await startTrainingWorker(config, { logger: SILENT, workers: 1 });
    await expect(trainer.train(request, () => undefined)).rejects.toThrow(
      'the training needs features of the caller, and this worker has none: start the worker with the same module',
    );
    await without.close(5000);
  } finally {
    await trainer.close();
  }
}, 120_000);
