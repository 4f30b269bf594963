import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const TICKS_PER_SECOND = 100;

/** A child process whose memory and processor time are read from /proc. */
export class MeasuredProcess {
  readonly #child: ChildProcess;
  /** Address of the process. */
  readonly url: string;

  constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Resident memory, MB. */
  get rssMb(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }

  /** Processor time of all threads and of the main thread alone, seconds. */
  get cpuSeconds(): { readonly all: number; readonly main: number } {
    const { pid } = this.#child;
    return { all: ticksIn(`/proc/${pid}/stat`), main: ticksIn(`/proc/${pid}/task/${pid}/stat`) };
  }

  /** Processor time of all threads that run now and of the main thread alone, nanoseconds. */
  get cpuNs(): { readonly all: number; readonly main: number } {
    const { pid } = this.#child;
    const threads = readdirSync(`/proc/${pid}/task`).map((id) => runNs(`/proc/${pid}/task/${id}/schedstat`));
    return { all: threads.reduce((sum, ns) => sum + ns, 0), main: runNs(`/proc/${pid}/task/${pid}/schedstat`) };
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}

function ticksIn(path: string): number {
  const stat = readFileSync(path, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The first number of `schedstat`: time on a processor, nanoseconds. */
function runNs(path: string): number {
  return Number(readFileSync(path, 'utf8').split(' ')[0]);
}

/** Starts `redis-server` without persistence on a free port. */
export async function startRedis(): Promise<MeasuredProcess> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  for (let n = 0; n < 200 && !(await isOpen(port)); n++) await delay(25);
  return new MeasuredProcess(child, `redis://127.0.0.1:${port}`);
}

/** Starts `ml4t serve` as a user does. @throws {Error} with its log when it does not start. */
export async function startService(options: {
  readonly main: string;
  readonly dataDir: string;
  readonly model: string;
  readonly redisUrl: string | null;
  readonly nodeArgs: readonly string[];
  /** Further variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
}): Promise<MeasuredProcess> {
  const { main, dataDir, model, redisUrl, nodeArgs, env } = options;
  mkdirSync(dataDir, { recursive: true });
  const bus = redisUrl === null ? ['--no-redis'] : ['--redis', redisUrl];
  const args = ['serve', '--json', '--port', '0', '--data-dir', dataDir, '--model', model, ...bus];
  const child = spawn(process.execPath, [...nodeArgs, main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let log = '';
  let out = '';
  child.stderr.on('data', (bytes: Buffer) => {
    log = (log + bytes.toString()).slice(-4000);
  });
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes.toString();
  });
  while (!out.includes('\n')) {
    if (child.exitCode !== null) throw new Error(`the service ended:\n${log}`);
    await delay(20);
  }
  const { listening } = JSON.parse(out.slice(0, out.indexOf('\n'))) as { readonly listening: string };
  const service = new MeasuredProcess(child, listening);
  for (let n = 0; n < 500; n++) {
    const { ok } = await fetch(`${listening}/readyz`);
    if (ok) return service;
    await delay(20);
  }
  throw new Error(`the service is not ready:\n${log}`);
}

/** A port that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
