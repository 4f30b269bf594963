// @module-tag redis
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { RedisProcess, redisCluster, sentinelGroup } from '../../../test/support/redis-topology.ts';
import { alone } from '../../../test/support/trained.ts';
import { until } from '../../../test/support/until.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { SILENT } from '../../ports/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import type { TrainingProgress } from '../../training/index.ts';
import { inlineTrainer } from '../inline-trainer.ts';
import { QueueTrainer, TrainingWorker } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-queue-topology-'));
const { bars } = simulateMarket({ nBars: 4000, edge: 0.15, breakAt: null, seed: 4 });
const TAGGED = '{ml4t}-training';
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function parts(
  url: string,
  queue: string,
  lines: string[] = [],
): { trainer: QueueTrainer; config: OrchestratorConfig } {
  const config = OrchestratorConfig({ trainer: { kind: 'bullmq', queue, lockSeconds: 2 }, redis: { url } });
  const logger = { info: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) };
  const worker = new TrainingWorker({ config, threads: 1, logger });
  const trainer = new QueueTrainer({ config, logger: SILENT, timeoutMs: 300_000 });
  closing.push(
    () => worker.close(1000),
    () => trainer.close(),
  );
  return { trainer, config };
}

function train({ trainer, config }: ReturnType<typeof parts>, onProgress: (progress: TrainingProgress) => void) {
  return trainer.train({ instruments: alone(bars), config }, onProgress);
}

async function expected(config: OrchestratorConfig): Promise<string> {
  const { modelBytes } = await inlineTrainer().train({ instruments: alone(bars), config }, () => undefined);
  return Buffer.from(modelBytes).toString('base64');
}

test('a cluster of one shard refuses a queue without a tag with the name to write, and trains under one with a tag', async () => {
  const [node] = await redisCluster(join(directory, 'one'), [[0, 16_383]]);
  closing.push(() => node.end());
  const lines: string[] = [];
  const plain = parts(`redis://${node.place}`, 'ml4t-training', lines);
  const remedy =
    "on a Redis Cluster the queue needs a name with a {tag}; set trainer.queue: '{ml4t-training}', here and for every worker";
  await expect(train(plain, () => undefined)).rejects.toThrow(remedy);
  await until(() => lines.some((line) => line.includes(remedy)), 'the worker says it too');
  const tagged = parts(`redis://${node.place}`, TAGGED);
  const { modelBytes } = await train(tagged, () => undefined);
  expect(Buffer.from(modelBytes).toString('base64')).toBe(await expected(tagged.config));
});

test('a cluster of three shards is followed to the node of the queue', async () => {
  const nodes = await redisCluster(join(directory, 'three'), [
    [0, 5000],
    [5001, 10_000],
    [10_001, 16_383],
  ]);
  for (const node of nodes) closing.push(() => node.end());
  for (const node of nodes) {
    const { modelBytes } = await train(parts(`redis://${node.place}`, TAGGED), () => undefined);
    expect(modelBytes.length).toBeGreaterThan(0);
  }
});

test('a training goes on at the new primary of the sentinels after kill -9 of the old', async () => {
  const group = await sentinelGroup(join(directory, 'group'));
  closing.push(() => group.end());
  const queue = parts(group.url, 'ml4t-training');
  const [primary] = group.servers;
  const client = primary.client();
  /** Once the replica has what was written so far: what it lacks would be lost with the training. */
  const killReplicated = async (): Promise<void> => {
    await client.set('mark', '1');
    expect(await client.wait(1, 10_000), 'the replica follows').toBe(1);
    await primary.kill();
  };
  let killed: Promise<void> | null = null;
  const { modelBytes } = await train(queue, ({ stage, done }) => {
    if (stage === 'walk-forward' && done >= 1) killed ??= killReplicated();
  });
  await killed;
  expect(killed, 'the primary was killed on the way').not.toBeNull();
  expect(Buffer.from(modelBytes).toString('base64')).toBe(await expected(queue.config));
});

test('closing ends at once where Redis refuses, hangs, or never was there', async () => {
  const refusing = await RedisProcess.start(join(directory, 'refusing'), ['--requirepass', 'x'], 'x');
  closing.push(() => refusing.end());
  const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  for (const place of [refusing.place, '127.0.0.1:1', `127.0.0.1:${port}`]) {
    const config = OrchestratorConfig({ trainer: { kind: 'bullmq' }, redis: { url: `redis://${place}` } });
    const worker = new TrainingWorker({ config, threads: 1, logger: SILENT });
    const trainer = new QueueTrainer({ config, logger: SILENT });
    await worker.close(0);
    await trainer.close();
  }
  silent.close();
});
