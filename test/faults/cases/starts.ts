// Starts that fail, and stops at any moment of a start.
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';
import { KEEPS_FAILED_STARTS, LISTENS_LATE, WAITS_FOR_QUEUE } from '../harness/attack-sabotages.ts';
import { Child } from '../harness/child.ts';
import { makeSignal } from '../harness/market.ts';
import { sendUntilAnswered } from '../harness/senders.ts';
import {
  catchesSigterm,
  endProcessesWith,
  LISTENING,
  marked,
  receiverOf,
  type WayToStart,
  waysToStart,
} from '../harness/ways-to-start.ts';
import { type CaseContext, type FaultCase, runCase, type World } from '../harness/world.ts';

/** Time after which a process that should end is judged to go on, milliseconds: far more than a busy machine needs. */
const NEVER_MS = 20_000;

/** Waits for the end of a process, and kills one that goes on. @returns its exit code or signal, or `goes on`. */
async function endOf(child: Child, withinMs = NEVER_MS): Promise<number | string> {
  const ending = await Promise.race([child.ended, delay(withinMs, null, { ref: false })]);
  if (ending !== null) return ending.code ?? ending.signal ?? 'unknown';
  child.signal('SIGKILL');
  await child.ended;
  return 'goes on';
}

async function listenAnywhere(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

/** Each start must exit with 1, name what is wrong, and let the directory go, so that a service starts on it at once. */
export const failedStarts: FaultCase = {
  name: 'starts that fail: a port that is taken, an address that is not ours, a damaged champion',
  expected: 'each exits 1 with its reason and lets the data directory go: a service starts on it at once',
  needsRedis: false,
  failsUnder: [{ sabotage: KEEPS_FAILED_STARTS, by: /^failed start: / }],
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const { server, port } = await listenAnywhere();
      world.onTeardown(() => server.close());
      const starts: readonly (readonly [string, readonly string[], RegExp])[] = [
        ['taken port', ['--port', String(port)], /server\.port must be a free port/],
        ['foreign address', ['--port', '0', '--host', '192.0.2.1', '--insecure'], /server\.host must be/],
        ['damaged champion', ['--port', '0'], /champion/],
      ];
      const nRounds = context.isQuick ? 1 : 5;
      for (let round = 0; round < nRounds; round++) {
        for (const [name, args, reason] of starts)
          await failOnce(world, context, { name: `${name} ${round}`, args, reason });
      }
      return `${nRounds * starts.length} starts of ${starts.length} kinds, each followed by a sound one`;
    }),
};

async function failOnce(
  world: World,
  { main }: CaseContext,
  { name, args, reason }: { readonly name: string; readonly args: readonly string[]; readonly reason: RegExp },
): Promise<void> {
  const dataDir = join(world.directory, name.replaceAll(' ', '-'));
  const champion = join(dataDir, 'models', 'champion');
  mkdirSync(join(dataDir, 'models'), { recursive: true, mode: 0o700 });
  if (name.startsWith('damaged')) writeFileSync(champion, 'no JSON', { mode: 0o600 });
  const child = new Child(process.execPath, [main, 'serve', '--no-redis', '--data-dir', dataDir, ...args]);
  const code = await endOf(child);
  world.expect(code === 1, `failed start: ${name}: ${code}, not 1; its output: ${child.stderr.slice(-500)}`);
  world.expect(reason.test(child.stderr), `failed start: ${name}: no reason: ${child.stderr.slice(-500)}`);
  if (name.startsWith('damaged')) return;
  const after = world.service(name, { dataDir });
  const isStarted = await after.tryStart();
  world.expect(isStarted, `failed start: ${name}: it keeps the directory: ${after.stderr.slice(-500)}`);
  if (isStarted) await sendUntilAnswered(() => after.url, makeSignal(name.replaceAll(' ', '-'), 0), world.log);
  await after.stop();
}

/** Time after which a training is judged to wait for its queue without end, milliseconds; it gives up after ten seconds. */
const WAITS_MS = 40_000;

/** A training whose queue nobody answers is given up. */
export const queueRefuses: FaultCase = {
  name: 'a training on a queue whose Redis refuses or never answers',
  expected: 'given up after ten seconds with a sentence, exit 1',
  needsRedis: false,
  failsUnder: [{ sabotage: WAITS_FOR_QUEUE, by: /^hangs: / }],
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const bars = join(world.directory, 'bars.csv');
      const made = new Child(process.execPath, [context.main, 'simulate', bars, '--bars', '3000']);
      world.expect((await endOf(made)) === 0, `no bars: ${made.stderr}`);
      const silent = await listenAnywhere();
      world.onTeardown(() => silent.server.close());
      const ports = [await freePort(), silent.port];
      await Promise.all(ports.map((port) => trainOn(world, context, { bars, port })));
      return `${ports.length} trainings: nothing listens; connections are taken and never answered`;
    }),
};

async function trainOn(
  world: World,
  { main }: CaseContext,
  { bars, port }: { readonly bars: string; readonly port: number },
): Promise<void> {
  const settings = join(world.directory, `${port}.yaml`);
  writeFileSync(settings, `trainer: {kind: bullmq}\nredis: {url: "redis://127.0.0.1:${port}"}\n`);
  const model = join(world.directory, `${port}.onnx`);
  const child = new Child(process.execPath, [main, 'train', bars, '--config', settings, '--model', model]);
  const code = await endOf(child, WAITS_MS);
  world.expect(code === 1, `hangs: ${code}, not 1; its output: ${child.stderr.slice(-500)}`);
  world.expect(/the queue of trainings did not answer/.test(child.stderr), `hangs: ${child.stderr.slice(-500)}`);
}

/** Times after the moment from which the program, or the shell in front of it, catches signals; milliseconds. */
const MOMENTS_MS = [0, 1, 5, 20, 50, 100, 300, 1000, 3000] as const;

/** SIGTERM and SIGINT at any moment of a start, however the program was started. */
export const stopsWhileStarting: FaultCase = {
  name: 'SIGTERM and SIGINT at any moment of a start: node, npm, deploy/entrypoint.sh, and each as PID 1',
  expected: 'exits 0 within 10 s, lets the data directory go, leaves no process behind',
  needsRedis: false,
  failsUnder: [{ sabotage: LISTENS_LATE, by: /^late: / }],
  obstacle: process.platform === 'linux' ? null : 'needs /proc',
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const ways = waysToStart(context.main);
      let slowestMs = 0;
      let nStops = 0;
      for (const way of ways) {
        const dataDir = join(world.directory, way.name.replaceAll(/\W+/g, '-'));
        const moments = context.isQuick ? [0, 300] : [...MOMENTS_MS, ...MOMENTS_MS.map(() => world.rng.nextInt(2000))];
        for (const [k, ms] of moments.entries()) {
          const signal = k % 3 === 2 ? 'SIGINT' : 'SIGTERM';
          slowestMs = Math.max(slowestMs, await stopOnce(world, way, { dataDir, signal, ms }));
          nStops++;
        }
      }
      return `${nStops} stops of ${ways.length} ways to start; slowest end after ${Math.round(slowestMs)} ms`;
    }),
};

interface Stop {
  readonly dataDir: string;
  readonly signal: NodeJS.Signals;
  readonly ms: number;
}

/** @returns the time from the signal to the end, milliseconds. */
async function stopOnce(world: World, way: WayToStart, { dataDir, signal, ms }: Stop): Promise<number> {
  const { name, isFirst, hasShell, command } = way;
  const [program, ...args] = [...command, 'serve', '--no-redis', '--port', '0', '--data-dir', dataDir];
  const child = new Child(program, args, { npm_config_update_notifier: 'false', ...marked });
  const receiver = (): number | null => receiverOf(child.pid, isFirst);
  const isCaught = (): boolean =>
    hasShell ? catchesSigterm(receiver() ?? -1) : child.stderr.includes(LISTENING) || child.ending !== null;
  await until(isCaught, 'it catches signals', NEVER_MS).catch((error: unknown) => {
    world.violations.push(`stop: ${name}: ${error}`);
  });
  const [before = ''] = child.stderr.split(LISTENING);
  world.expect(hasShell || !before.includes('{"level"'), `late: ${name} catches signals after ${before.slice(0, 300)}`);
  await delay(ms);
  const pid = receiver();
  const startedAt = performance.now();
  if (pid !== null && child.ending === null) process.kill(pid, signal);
  const code = await endOf(child);
  const tookMs = performance.now() - startedAt;
  const what = `${signal} ${ms} ms after ${name} caught signals`;
  world.expect(code === 0, `stop: ${what}: ${code}; its output: ${child.stderr.slice(-600)}`);
  const left = endProcessesWith(dataDir);
  world.expect(left.length === 0, `stop: ${what} left ${left.join('; ')}`);
  return tookMs;
}
