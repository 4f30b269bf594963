import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HTTP_ATTACKS } from './http-attacks.ts';
import { OTHER_ATTACKS } from './other-attacks.ts';
import type { AttackCounts, AttackerJob, ClientsJob, ClientsReport, RoadFigures, Target } from './plan.ts';

const CLIENTS = fileURLToPath(new URL('good-clients.ts', import.meta.url));
const ATTACKER = fileURLToPath(new URL('attacker.ts', import.meta.url));
/** Time in which an attacker ends, milliseconds. */
const END_MS = 10_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function isThere(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, [...args, 'true']).status === 0;
}

/** Arguments in front of Node that keep a process to the last core; none where that cannot be done. */
const lastCore = ['-c', String(availableParallelism() - 1)] as const;
export const isPinned = isThere('taskset', ...lastCore);

/** Starts a program of this folder, behind a command where one is named. */
function start(file: string, command: readonly string[]): ChildProcess {
  const [execPath = process.execPath, ...execArgv] = command.length === 0 ? [] : [...command, process.execPath];
  const child = fork(file, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execPath, execArgv });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** The process of the good clients. */
export class GoodClients {
  readonly started: Promise<void>;
  readonly done: Promise<readonly RoadFigures[]>;

  constructor(job: ClientsJob) {
    const child = start(CLIENTS, isThere('chrt', '-f', '1') ? ['chrt', '-f', '1'] : []);
    const started = Promise.withResolvers<void>();
    const done = Promise.withResolvers<readonly RoadFigures[]>();
    child.on('message', (report: ClientsReport) => {
      if (report.kind === 'started') started.resolve();
      else done.resolve(report.figures);
    });
    child.once('exit', (code) => {
      const error = new Error(`the good clients ended with ${code}`);
      started.reject(error);
      done.reject(error);
    });
    this.started = started.promise;
    this.done = done.promise;
    this.done.catch(() => undefined); // whoever waits for it is told
    child.send(job);
  }
}

/** Name of every attack, in the order of the report. */
export const ATTACKS: readonly string[] = [...Object.keys(HTTP_ATTACKS), ...Object.keys(OTHER_ATTACKS)];

const NOTHING: AttackCounts = { nSent: 0, answers: {}, megabytesSent: 0, megabytesRead: 0 };

/** The process of one attack. */
export class Attacker {
  readonly attack: string;
  readonly #child: ChildProcess;
  counts = NOTHING;

  /** @param isPolite - whether it runs at the lowest priority and on the last core alone. */
  constructor(target: Target, attack: string, isPolite: boolean) {
    this.attack = attack;
    this.#child = start(ATTACKER, isPolite && isPinned ? ['taskset', ...lastCore] : []);
    this.#child.on('message', (counts: AttackCounts) => {
      this.counts = counts;
    });
    this.#child.send({ target, attack, isPolite } satisfies AttackerJob);
  }

  /** Lets the attacker finish what is half done, and waits for its end. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.send('end');
    await Promise.race([ended, delay(END_MS, null, { ref: false })]);
    this.#child.kill('SIGKILL');
    await ended;
  }
}
