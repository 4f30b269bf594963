// @module-tag redis
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { simulateMarket } from '../../src/simulation/index.ts';
import { QueueTrainer } from '../../src/trainer/bullmq/index.ts';
import { workerTrainer } from '../../src/trainer/index.ts';
import type { TrainingOutput, TrainingProgress } from '../../src/training/index.ts';
import { Child } from '../faults/harness/child.ts';
import { RedisServer } from '../faults/harness/redis-server.ts';
import { alone } from '../support/trained.ts';
import { until } from '../support/until.ts';

// Real worker processes and a real server. A piece takes about half a second, so that it can be caught at work.

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'ml4t-queue-'));
const { bars } = simulateMarket({ nBars: 12_000, edge: 0.15, breakAt: null, seed: 4 });
const QUEUE = 'ml4t-training';
/** Silence after which a piece goes to another worker: longer than a busy machine keeps a living one from renewing its lock. */
const LOCK_SECONDS = 5;
/** Maximum duration of a training here, milliseconds. */
const PATIENCE_MS = 200_000;
const GONE = 'so nothing of it is published';

let server: RedisServer;
let expected: TrainingOutput;
const workers: Child[] = [];
const trainers: QueueTrainer[] = [];

function configOf(url: string): OrchestratorConfig {
  return OrchestratorConfig({
    forest: { nEstimators: 1500 },
    trainer: { kind: 'bullmq', lockSeconds: LOCK_SECONDS },
    redis: { url },
  });
}

beforeAll(async () => {
  server = await RedisServer.start(join(directory, 'redis'), true);
  const threads = workerTrainer({ workers: 2 });
  expected = await threads.train({ instruments: alone(bars), config: configOf(server.url) }, () => undefined);
  await threads.close();
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  const client = server.client();
  await client.flushall();
  client.disconnect();
});
afterEach(async () => {
  await Promise.all(trainers.splice(0).map((trainer) => trainer.close()));
  for (const worker of workers.splice(0)) {
    worker.signal('SIGCONT');
    worker.signal('SIGKILL');
    await worker.ended;
  }
});

async function startWorker(): Promise<Child> {
  const settings = join(directory, 'worker.yaml');
  writeFileSync(settings, `trainer: {lock_seconds: ${LOCK_SECONDS}}\nredis: {url: "${server.url}"}\n`);
  const worker = new Child(process.execPath, [MAIN, 'worker', '--config', settings, '--workers', '1']);
  workers.push(worker);
  await worker.until(() => worker.stderr.includes('takes pieces'), 'the worker is there');
  return worker;
}

function train(onProgress: (progress: TrainingProgress) => void = () => undefined): Promise<TrainingOutput> {
  const trainer = new QueueTrainer({ config: configOf(server.url), logger: SILENT, timeoutMs: PATIENCE_MS });
  trainers.push(trainer);
  return trainer.train({ instruments: alone(bars), config: configOf(server.url) }, onProgress);
}

async function catchAtWork(worker: Child): Promise<void> {
  await worker.until(() => /fold \d of 5"/.test(worker.stderr), 'a fold is worked on');
}

function expectSame(output: TrainingOutput): void {
  const { timingsMs: _ours, ...rest } = output;
  const { timingsMs: _theirs, ...reference } = expected;
  expect(Buffer.compare(output.modelBytes, expected.modelBytes), 'the model is another').toBe(0);
  expect(rest.metrics).toStrictEqual(reference.metrics);
  expect(rest.dataset.probability).toStrictEqual(reference.dataset.probability);
  expect(Object.keys(rest).sort()).toEqual(Object.keys(reference).sort());
}

async function keysOf(pattern: string): Promise<string[]> {
  const client = server.client();
  const keys = await client.keys(pattern);
  client.disconnect();
  return keys;
}

/** Lets stopped workers keep the locks that they have, however long another one takes meanwhile. */
async function prolongLocks(): Promise<void> {
  const client = server.client();
  const locks = await client.keys('*:lock');
  expect(locks.length, 'a worker that was stopped at work has a lock').toBeGreaterThan(0);
  await Promise.all(locks.map((key) => client.pexpire(key, PATIENCE_MS)));
  client.disconnect();
}

test('one worker or two: the model of threads, byte for byte, with progress; and nothing is left', async () => {
  await startWorker();
  const told: TrainingProgress[] = [];
  expectSame(await train((progress) => void told.push(progress)));
  expect(told.map(({ stage }) => stage)).toContain('walk-forward');
  const second = await startWorker();
  expectSame(await train());
  expect(second.stderr, 'the second worked too').toMatch(/fold \d of 5 done/);
  await until(async () => (await keysOf(`${QUEUE}:result:*`)).length === 0, 'results are cleared away');
});

test('a pooled model too is that of threads, byte for byte', async () => {
  await startWorker();
  const config = OrchestratorConfig({
    forest: { nEstimators: 20 },
    trainer: { kind: 'bullmq' },
    redis: { url: server.url },
  });
  const market = (seed: number) => simulateMarket({ nBars: 2000, edge: 0.1, breakAt: null, seed }).bars;
  const instruments = [1, 2].map((seed) => ({ instrument: `S${seed}`, bars: market(seed), side: null }));
  const threads = workerTrainer({ workers: 1 });
  const trainer = new QueueTrainer({ config, logger: SILENT, timeoutMs: PATIENCE_MS });
  trainers.push(trainer);
  const [here, there] = await Promise.all(
    [threads, trainer].map((each) => each.train({ instruments, config, accounts: true }, () => undefined)),
  );
  await threads.close();
  expect(Buffer.compare(here.modelBytes, there.modelBytes)).toBe(0);
  expect(there.dataset.instrument).toStrictEqual(here.dataset.instrument);
  expect(there.accounts.every?.nTrades).toBeGreaterThan(0);
  expect(there.accounts).toStrictEqual(here.accounts);
});

test('a worker stopped past its lock and resumed publishes nothing', async () => {
  const slow = await startWorker();
  const training = train();
  await catchAtWork(slow);
  slow.signal('SIGSTOP');
  const quick = await startWorker();
  expectSame(await training);
  expect(quick.stderr).toContain('(attempt 2)');
  await until(async () => (await keysOf(`${QUEUE}:result:*`)).length === 0, 'results are cleared away');
  slow.signal('SIGCONT');
  await slow.until(() => slow.stderr.includes(GONE), 'it notices that it is too late');
  expect(await keysOf(`${QUEUE}:result:*`)).toEqual([]);
});

test('while another works on its piece, a resumed worker cannot publish either', async () => {
  const slow = await startWorker();
  const training = train();
  await catchAtWork(slow);
  slow.signal('SIGSTOP');
  const second = await startWorker();
  await second.until(() => second.stderr.includes('(attempt 2)'), 'the piece is run again');
  second.signal('SIGSTOP');
  await prolongLocks();
  slow.signal('SIGCONT');
  await slow.until(() => slow.stderr.includes(GONE), 'it notices that it is too late');
  second.signal('SIGCONT');
  expectSame(await training);
});

test('a worker killed at work: its piece is run again, once', async () => {
  const first = await startWorker();
  const training = train();
  await catchAtWork(first);
  first.signal('SIGKILL');
  const second = await startWorker();
  expectSame(await training);
  expect(second.stderr.match(/\(attempt \d\)/g)).toEqual(['(attempt 2)']);
});

test('SIGTERM: the piece under way is finished, and the process ends with 0', async () => {
  const first = await startWorker();
  const training = train();
  await catchAtWork(first);
  first.signal('SIGTERM');
  expect((await first.ended).code).toBe(0);
  expect(first.stderr).toMatch(/fold \d of 5 done/);
  await startWorker();
  expectSame(await training);
});

test('redis-server killed and restarted in mid-flow: it goes on', async () => {
  const worker = await startWorker();
  const training = train();
  await worker.until(() => /fold \d of 5 done/.test(worker.stderr), 'a fold is done');
  await server.kill();
  await server.start();
  expectSame(await training);
});

test('redis-server killed and its data lost: the training fails and says so, the next one works', async () => {
  const worker = await startWorker();
  const training = train();
  training.catch(() => undefined); // it may fail before it is looked at
  await catchAtWork(worker);
  await server.kill();
  server.empty();
  await server.start();
  await expect(training).rejects.toMatchObject({
    code: 'TRAINING_FAILED',
    message: expect.stringContaining('its data was lost'),
  });
  expectSame(await train());
});

test('what cannot be trained on fails alone, with the reason it has everywhere', async () => {
  await startWorker();
  const trainer = new QueueTrainer({ config: configOf(server.url), logger: SILENT, timeoutMs: PATIENCE_MS });
  trainers.push(trainer);
  const config = configOf(server.url);
  const few = trainer.train({ instruments: alone(bars.slice(0, 500)), config }, () => undefined);
  await expect(few).rejects.toMatchObject({ name: 'DataError', code: 'NOT_ENOUGH_BARS' });
  const flat = new Int8Array(bars.length);
  flat.fill(1, 200, 210);
  const rare = trainer.train({ instruments: alone(bars, flat), config }, () => undefined);
  await expect(rare).rejects.toMatchObject({ name: 'TrainingError', code: 'NOT_ENOUGH_EVENTS' });
  expectSame(await train());
});

test('a training set over the limit is refused before it is sent', async () => {
  const config = OrchestratorConfig({
    trainer: { kind: 'bullmq', maxMegabytes: 1 },
    redis: { url: server.url },
  });
  const trainer = new QueueTrainer({ config, logger: SILENT });
  trainers.push(trainer);
  const large = simulateMarket({ nBars: 20_000, edge: 0, breakAt: null, seed: 1 }).bars;
  await expect(trainer.train({ instruments: alone(large), config }, () => undefined)).rejects.toThrow(
    'max_megabytes (1)',
  );
  expect(await keysOf(`${QUEUE}:data:*`)).toEqual([]);
});

test('a training set changed in Redis, and a job that is none of ours, are refused; the worker goes on', async () => {
  const client = new Redis(server.url);
  const queue = new Queue(QUEUE, { connection: client });
  const training = train();
  training.catch(() => undefined);
  await until(async () => (await keysOf(`${QUEUE}:data:*`)).length === 1, 'the training set is there');
  const [key] = await keysOf(`${QUEUE}:data:*`);
  const bytes = (await client.getBuffer(key)) as Buffer;
  bytes[bytes.length >> 1] ^= 1;
  await client.set(key, bytes);
  const strange = await queue.add('fold', { training: '../../etc', data: 'x', fold: { $gt: 0 } });
  const worker = await startWorker();
  await expect(training).rejects.toMatchObject({ message: expect.stringContaining('not what its name says') });
  await until(async () => (await strange.getState()) === 'failed', 'the strange job failed');
  expect(worker.ending).toBe(null);
  expectSame(await train());
  await queue.close();
  client.disconnect();
});

test('nobody works on a training that was stopped, and its folds that were not begun are gone', async () => {
  const config = configOf(server.url);
  const queue = new Queue(QUEUE, { connection: new Redis(server.url) });
  const trainer = new QueueTrainer({ config, logger: SILENT });
  const unseen = trainer.train({ instruments: alone(bars), config }, () => undefined);
  unseen.catch(() => undefined);
  await until(async () => (await queue.getWaitingCount()) === 5, 'its folds wait');
  await trainer.close();
  await expect(unseen).rejects.toThrow('stopped');
  expect(await queue.getJobCounts('waiting', 'waiting-children')).toEqual({ waiting: 0, 'waiting-children': 0 });

  const worker = await startWorker();
  const begun = train();
  begun.catch(() => undefined);
  await catchAtWork(worker);
  await trainers[0].close();
  await expect(begun).rejects.toThrow('stopped');
  const hasNothingToDo = async (): Promise<boolean> => (await queue.getJobCountByTypes('waiting', 'active')) === 0;
  await until(hasNothingToDo, 'the worker has nothing left to do');
  const nBegun = (worker.stderr.match(/fold \d of 5"/g) ?? []).length;
  expect(nBegun, 'it went on with folds nobody waits for').toBeLessThan(5);
  await queue.disconnect();
});

test('a training nobody takes is given up in time, and one that is stopped ends at once', async () => {
  const lines: string[] = [];
  const logger = { info: () => undefined, warn: (line: string) => void lines.push(line) };
  const config = configOf(server.url);
  const patient = new QueueTrainer({ config, logger, timeoutMs: 7000 });
  const impatient = new QueueTrainer({ config, logger, timeoutMs: PATIENCE_MS });
  trainers.push(patient);
  const stopped = impatient.train({ instruments: alone(bars), config }, () => undefined);
  stopped.catch(() => undefined);
  const late = patient.train({ instruments: alone(bars), config }, () => undefined);
  await impatient.close();
  await expect(stopped).rejects.toThrow('stopped');
  await expect(late).rejects.toThrow('ended after 7000 ms');
  expect(lines.join()).toContain('no ml4t worker takes trainings');
});
