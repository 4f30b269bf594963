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
/** Pieces of a training, as the log of a worker names them. */
const PIECES = [...Array.from({ length: 5 }, (_, k) => `fold ${k + 1} of 5`), 'final fit'];
const RESULTS = 'ml4t-training:result:*';

/** A queue of trainings on its own Redis server. */
interface Queue {
  readonly server: RedisServer;
  startWorker(): Promise<Child>;
  /** Starts a training over the queue. */
  train(): Training;
}

/** A training: its process, and the path of its model. */
interface Training {
  readonly child: Child;
  readonly model: string;
}

/** kill -9 of a worker inside pieces, over all of a training. A kill that comes after the end of its piece is made again, sooner. */
export const workerKills: FaultCase = {
  name: 'kill -9 of a worker while it trains',
  expected: 'its piece is run again, once, by another; the model is byte for byte that of an undisturbed training',
  needsRedis: true,
  failsUnder: [{ sabotage: GIVES_UP_STALLED, by: /^not trained: / }],
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const queue = await setUp(world, context);
      const { bytes, lasts } = await undisturbed(queue);
      const nKills = context.isQuick ? N_QUICK : N_KILLS;
      let nLate = 0;
      for (let k = 0; k < nKills; k++) {
        const at = ((k + world.rng.nextFloat()) / nKills) * PIECES.length;
        const piece = PIECES[Math.floor(at)];
        let afterMs = (at % 1) * lasts(piece);
        let training = await killAtWork(queue, piece, afterMs);
        for (; training === null; nLate++) {
          afterMs /= 2;
          training = await killAtWork(queue, piece, afterMs);
        }
        const successor = await queue.startWorker();
        await training.child.ended;
        const killed = `kill ${k + 1}, ${afterMs.toFixed(0)} ms into the ${piece}`;
        const { code } = training.child.ending ?? {};
        world.expect(code === 0, `not trained: ${killed}: ${training.child.stderr.slice(-300)}`);
        if (code === 0) {
          world.expect(hashOf(training.model) === bytes, `another model: ${killed}`);
          const again = String(successor.stderr.match(/: [\w ]+ \(attempt \d+\)/g));
          world.expect(again === `: ${piece} (attempt 2)`, `not run again, once: ${killed}: ${again}`);
        }
        successor.signal('SIGKILL');
        await successor.ended;
      }
      return `${nKills} kills, each in a piece, which was run again; ${nLate} more came after its end`;
    }),
};

/** Kills the only worker in a piece of a training. @returns the training; null where the piece had ended, and nothing is left of it. */
async function killAtWork(queue: Queue, piece: string, afterMs: number): Promise<Training | null> {
  const training = queue.train();
  const victim = await queue.startWorker();
  const hasBegun = await victim.until(() => victim.stderr.includes(`: ${piece}"`), `the ${piece} begins`, PROMPT_MS);
  if (!hasBegun) throw new Error(`the worker ended before the ${piece}: ${victim.stderr.slice(-2000)}`);
  await delay(afterMs);
  victim.signal('SIGKILL');
  await victim.ended; // its output is whole then: it writes each line at once
  if (!victim.stderr.includes(`: ${piece} done"`)) return training;
  training.child.signal('SIGKILL');
  await training.child.ended;
  const client = queue.server.client();
  await client.flushall();
  client.disconnect();
  return null;
}

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
      const training = queue.train();
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
  let nTrainings = 0;
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
    train() {
      const model = join(world.directory, `${nTrainings++}.onnx`);
      return { child: run('train', bars, '--config', settings, '--model', model, '--json'), model };
    },
  };
}

/** Trains with a worker that nothing happens to. @returns hash of the model, and how long each piece took, milliseconds. */
async function undisturbed(
  queue: Queue,
): Promise<{ readonly bytes: string; readonly lasts: (piece: string) => number }> {
  const worker = await queue.startWorker();
  const { child, model } = queue.train();
  await child.ended;
  if (child.ending?.code !== 0) throw new Error(`the undisturbed training failed: ${child.stderr}`);
  const last = PIECES[PIECES.length - 1];
  await worker.until(() => worker.stderr.includes(`: ${last} done"`), 'it says that it is done', PROMPT_MS);
  worker.signal('SIGKILL');
  await worker.ended;
  const lines = worker.stderr.split('\n');
  const timeOf = (end: string): number =>
    Date.parse(/"time":"([^"]+)"/.exec(lines.find((line) => line.includes(end)) ?? '')?.[1] ?? '');
  return { bytes: hashOf(model), lasts: (piece) => timeOf(`: ${piece} done"`) - timeOf(`: ${piece}"`) };
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
