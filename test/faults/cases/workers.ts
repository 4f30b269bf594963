// A worker of the queue of trainings is killed, or stopped and resumed: another runs its piece, and the model is the same.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/until.ts';
import { GIVES_UP_STALLED, PUBLISHES_ALWAYS } from '../harness/builds.ts';
import { Child } from '../harness/child.ts';
import { RedisServer } from '../harness/redis-server.ts';
import { type CaseContext, type FaultCase, runCase, type World } from '../harness/world.ts';

const N_KILLS = 20;
const N_QUICK = 3;
const N_BARS = 6000;
const TREES = 800;
const PROMPT_MS = 120_000;
const RESULTS = 'ml4t-training:result:*';

/** A queue of trainings on its own Redis server. */
interface Queue {
  readonly server: RedisServer;
  startWorker(): Promise<Child>;
  /** Starts a training over the queue. @returns its process, and the path of the model. */
  train(name: string): { readonly child: Child; readonly model: string };
}

/** kill -9 of a worker at random points of a training. */
export const workerKills: FaultCase = {
  name: 'kill -9 of a worker while it trains',
  expected: 'its piece is run again, once, by another; the model is byte for byte that of an undisturbed training',
  needsRedis: true,
  failsUnder: [{ sabotage: GIVES_UP_STALLED, by: /^not trained: / }],
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const queue = await setUp(world, context);
      const first = await queue.startWorker();
      const { bytes, totalMs } = await undisturbed(queue, first);
      first.signal('SIGKILL');
      const nKills = context.isQuick ? N_QUICK : N_KILLS;
      let nAgain = 0;
      for (let round = 0; round < nKills; round++) {
        // The first kill meets the first piece surely, however quick the machine.
        const at = round === 0 ? 0 : ((round + world.rng.nextFloat()) / nKills) * totalMs;
        const victim = await queue.startWorker();
        const training = queue.train(`killed-${round}`);
        await victim.until(() => victim.stderr.includes('fold 1 of 5'), 'it begins', PROMPT_MS);
        await delay(at);
        victim.signal('SIGKILL');
        const successor = await queue.startWorker();
        await training.child.ended;
        const killed = `kill ${round + 1}, ${at.toFixed(0)} ms after the beginning`;
        const { code } = training.child.ending ?? {};
        world.expect(code === 0, `not trained: ${killed}: ${training.child.stderr.slice(-300)}`);
        if (code === 0) world.expect(hashOf(training.model) === bytes, `another model: ${killed}`);
        const again: readonly string[] = successor.stderr.match(/\(attempt \d+\)/g) ?? [];
        world.expect(again.length <= 1 && !again.includes('(attempt 3)'), `run again too often: ${killed}: ${again}`);
        nAgain += again.length;
        successor.signal('SIGKILL');
        await successor.ended;
      }
      world.expect(nAgain > 0, 'no kill met a piece under way');
      return `${nKills} kills over ${(totalMs / 1000).toFixed(1)} s; ${nAgain} pieces were run again`;
    }),
};

/** A worker is stopped until its lock has expired and another has run its piece, and then resumed. */
export const workerStalls: FaultCase = {
  name: 'a worker stopped past its lock, and resumed',
  expected: 'another does its piece; the one that wakes up publishes nothing',
  needsRedis: true,
  failsUnder: [{ sabotage: PUBLISHES_ALWAYS, by: /^published too late: / }],
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const queue = await setUp(world, context);
      const stopped = await queue.startWorker();
      const training = queue.train('stalled');
      await stopped.until(() => stopped.stderr.includes('fold 1 of 5'), 'it begins', PROMPT_MS);
      stopped.signal('SIGSTOP');
      const other = await queue.startWorker();
      await training.child.ended;
      world.expect(training.child.ending?.code === 0, `not trained: ${training.child.stderr.slice(-300)}`);
      const client = queue.server.client();
      world.onTeardown(() => client.disconnect());
      await until(async () => (await client.keys(RESULTS)).length === 0, 'results are cleared away', PROMPT_MS);
      stopped.signal('SIGCONT');
      const isDone = (): boolean => /fold 1 of 5 done|nothing of it is published/.test(stopped.stderr);
      await stopped.until(isDone, 'it ends its piece', PROMPT_MS);
      const late = await client.keys(RESULTS);
      world.expect(late.length === 0, `published too late: ${late}`);
      other.signal('SIGKILL');
      stopped.signal('SIGKILL');
      return 'stopped in its first fold, resumed after the training was done';
    }),
};

async function setUp(world: World, { main }: CaseContext): Promise<Queue> {
  const server = await RedisServer.start(join(world.directory, 'queue'), false);
  const bars = join(world.directory, 'market.csv');
  const settings = join(world.directory, 'queue.yaml');
  const children: Child[] = [];
  world.onTeardown(() => {
    for (const child of children) child.signal('SIGKILL');
    server.signal('SIGKILL');
  });
  writeFileSync(
    settings,
    `trainer: {kind: bullmq, lock_seconds: 1}\nredis: {url: "${server.url}"}\nforest: {n_estimators: ${TREES}}\n`,
  );
  const run = (...args: string[]): Child => {
    const child = new Child(process.execPath, [main, ...args]);
    children.push(child);
    return child;
  };
  await run('simulate', bars, '--bars', String(N_BARS), '--edge', '0.15').ended;
  return {
    server,
    async startWorker() {
      const worker = run('worker', '--config', settings, '--workers', '1');
      await worker.until(() => worker.stderr.includes('takes pieces'), 'a worker is there', PROMPT_MS);
      return worker;
    },
    train(name) {
      const model = join(world.directory, `${name}.onnx`);
      return { child: run('train', bars, '--config', settings, '--model', model, '--json'), model };
    },
  };
}

/** Trains with a worker that lives. @returns the hash of the model, and the time from the worker's first piece to the end. */
async function undisturbed(queue: Queue, worker: Child): Promise<{ readonly bytes: string; readonly totalMs: number }> {
  const { child, model } = queue.train('undisturbed');
  await worker.until(() => worker.stderr.includes('fold 1 of 5'), 'it begins', PROMPT_MS);
  const startMs = performance.now();
  await child.ended;
  if (child.ending?.code !== 0) throw new Error(`the undisturbed training failed: ${child.stderr}`);
  return { bytes: hashOf(model), totalMs: performance.now() - startMs };
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
