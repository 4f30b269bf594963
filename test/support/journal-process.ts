import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHILDREN = {
  journal: fileURLToPath(new URL('./journal-child.ts', import.meta.url)),
  outcomes: fileURLToPath(new URL('./outcome-child.ts', import.meta.url)),
  decay: fileURLToPath(new URL('./decay-child.ts', import.meta.url)),
};
const PATIENCE_MS = 180_000;

/** What a writing process told, a line of JSON each. */
export interface JournalLine {
  readonly opened?: number;
  readonly written?: number;
  readonly refused?: number;
  readonly code?: string;
  readonly status?: string;
  readonly warn?: string;
  readonly closed?: boolean;
}

/** Another process that writes to a journal as fast as it goes. It tells by a file, which takes every line at once. */
export class JournalProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #directory = mkdtempSync(join(tmpdir(), 'journal-process-'));
  readonly #told = join(this.#directory, 'stdout');
  #stderr = '';
  #lines: readonly JournalLine[] = [];

  /** @param wrapper - a command that runs it, such as strace. @param child - the program. */
  constructor(args: readonly string[], wrapper: readonly string[] = [], child: keyof typeof CHILDREN = 'journal') {
    const [command, ...rest] = [...wrapper, process.execPath, CHILDREN[child], ...args];
    const stdout = openSync(this.#told, 'w');
    this.#child = spawn(command, rest, { stdio: ['ignore', stdout, 'pipe'], detached: true });
    closeSync(stdout);
    this.#exited = once(this.#child, 'close');
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
  }

  /** What it has told so far. */
  get lines(): readonly JournalLine[] {
    const text = readFileSync(this.#told, 'utf8');
    this.#lines = text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as JournalLine);
    return this.#lines;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** The numbers of the signals it was told are written. */
  get written(): number[] {
    return this.lines.flatMap(({ written }) => (written === undefined ? [] : [written]));
  }

  /** Waits until what it told is enough. */
  async until(what: string, isEnough: (lines: readonly JournalLine[]) => boolean): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const hasEnded = this.#child.exitCode !== null;
      if (isEnough(this.lines)) return;
      if (performance.now() > end || hasEnded) {
        const last = JSON.stringify(this.#lines.slice(-3));
        throw new Error(`${what} did not come (exit ${this.#child.exitCode}); last: ${last} ${this.#stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Ends it, and whatever runs it, with nothing to be said; what it told before is all in {@link lines} afterwards. */
  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) process.kill(-this.pid, 'SIGKILL');
    await this.#exited;
  }

  async ended(): Promise<void> {
    await this.#exited;
  }

  /** Ends it and forgets what it told. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
