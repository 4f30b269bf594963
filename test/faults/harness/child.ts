import { type ChildProcess, spawn } from 'node:child_process';
import { until } from '../../support/until.ts';

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Exit code or signal of a process that has ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process with its output. */
export class Child {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ending>;
  stdout = '';
  stderr = '';
  ending: Ending | null = null;

  /** @param stdin - `pipe` for a process that {@link write} is called on. */
  constructor(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    stdin: 'ignore' | 'pipe' = 'ignore',
  ) {
    const { INIT_CWD: _, VITEST: __, ...inherited } = process.env;
    this.#child = spawn(command, args, { stdio: [stdin, 'pipe', 'pipe'], env: { ...inherited, ...env } });
    this.#child.stdin?.on('error', () => undefined); // of a process that has ended
    running.add(this.#child);
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-200_000);
    });
    this.ended = new Promise((resolve) => {
      const end = (ending: Ending): void => {
        running.delete(this.#child);
        this.ending = ending;
        resolve(ending);
      };
      this.#child.on('error', (error) => {
        this.stderr += String(error);
        end({ code: 127, signal: null });
      });
      this.#child.on('close', (code, signal) => end({ code, signal }));
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Writes to its stdin. */
  write(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Waits for a condition on the output of the process. @returns false when the process ended before. */
  async until(condition: () => boolean, what: string, withinMs?: number): Promise<boolean> {
    await until(
      () => condition() || this.ending !== null,
      () => `${what}; its output: ${this.stderr.slice(-2000)}`,
      withinMs,
    );
    return condition();
  }
}
