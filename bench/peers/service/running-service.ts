import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../live/service-process.ts';
import { processTree } from './load/process-figures.ts';
import type { Service } from './services.ts';

/** Maximum time until a service is ready, milliseconds. */
const START_MS = 120_000;
/** Time that a service has to end before it is ended, milliseconds. */
const STOP_MS = 10_000;

/** A service that answers. */
export interface RunningService {
  readonly service: Service;
  readonly port: number;
  /** All its processes. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/** Starts a service. @throws {Error} with the end of its log when it does not get ready. */
export async function startService(service: Service): Promise<RunningService> {
  const port = await freePort();
  const child = spawn(service.command, service.args(port), {
    cwd: service.cwd,
    env: { ...process.env, ...service.env(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (bytes: Buffer) => {
      log = (log + bytes.toString()).slice(-4000);
    });
  }
  const untilMs = performance.now() + START_MS;
  while (!(await isReady(`http://127.0.0.1:${port}${service.readyPath}`))) {
    if (child.exitCode !== null || performance.now() > untilMs) {
      await stop(child);
      throw new Error(`${service.name} is not ready:\n${log}`);
    }
    await delay(50);
  }
  return { service, port, pids: processTree(child.pid ?? 0), stop: () => stop(child) };
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => null); // refused until it listens
  await answer?.arrayBuffer();
  return answer?.ok ?? false;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const isEnded = await Promise.race([ended.then(() => true), delay(STOP_MS, false, { ref: false })]);
  if (isEnded) return;
  child.kill('SIGKILL');
  await ended;
}
