// @module-tag redis
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { RedisServer } from '../../../test/faults/harness/redis-server.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { SILENT } from '../../ports/index.ts';
import { type TrainerSubject, trainerContract } from '../../testing/index.ts';
import { QueueTrainer, TrainingWorker } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-queue-contract-'));
let server: RedisServer;
let workers: TrainingWorker[] = [];

beforeAll(async () => {
  server = await RedisServer.start(join(directory, 'redis'), true);
  const config = OrchestratorConfig({ redis: { url: server.url } });
  workers = [1, 2].map(() => new TrainingWorker({ config, threads: 1, logger: SILENT }));
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.close(1000)));
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function queue(): Promise<TrainerSubject> {
  const config = { trainer: { kind: 'bullmq' }, redis: { url: server.url } } as const;
  const trainer = new QueueTrainer({ config: OrchestratorConfig(config), logger: SILENT });
  return { trainer, config, dispose: () => trainer.close() };
}

for (const { name, run } of trainerContract(queue)) test(name, run);
