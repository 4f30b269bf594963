import { type ChildProcess, spawn } from 'node:child_process';
import type { CancelSignal } from '../../core/index.ts';

export interface ProgramOptions {
  /** What the program reads. */
  readonly stdin: string;
  /** Its environment. */
  readonly env: NodeJS.ProcessEnv;
  /** Longest duration, milliseconds; then it is ended, with every process that it started. */
  readonly timeoutMs: number;
  /** Ends it when it becomes aborted. */
  readonly signal: CancelSignal;
}

/** Number of last characters of stderr that are kept. */
const TAIL = 1000;
/** Time between the request to end and the end by force, milliseconds. */
const GRACE_MS = 2000;

/**
 * Runs a program to its end, without a shell: neither its name nor an argument is ever read as a command line.
 *
 * @param command - the program and its arguments.
 * @throws {Error} when it cannot be started, fails, takes too long or is ended; the message completes the sentence "PROGRAM …".
 */
export async function runProgram([program, ...args]: readonly string[], options: ProgramOptions): Promise<void> {
  if (options.signal.aborted) throw options.signal.reason;
  // A group of its own, so that what it started ends with it.
  const child = spawn(program, args, {
    shell: false,
    detached: true,
    env: options.env,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = endOf(child);
  let why: string | null = null;
  const end = (reason: string) => (): void => {
    why ??= reason;
    endGroup(child);
  };
  const timer = setTimeout(end(`did not end within ${options.timeoutMs / 1000} s`), options.timeoutMs);
  const onAbort = end('was ended, because the service stops');
  options.signal.addEventListener('abort', onAbort);
  child.stdin?.on('error', () => undefined); // a program need not read what it is told
  child.stdin?.end(options.stdin);
  try {
    const { code, name, tail } = await ended;
    if (why !== null) throw new Error(why);
    if (code === 0) return;
    const how = code === null ? `was ended by ${name}` : `ended with exit code ${code}`;
    throw new Error(tail === '' ? how : `${how}: ${tail}`);
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', onAbort);
  }
}

interface ProgramEnd {
  readonly code: number | null;
  readonly name: NodeJS.Signals | null;
  /** The end of what it wrote to stderr. */
  readonly tail: string;
}

function endOf(child: ChildProcess): Promise<ProgramEnd> {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-TAIL);
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`cannot be run (${error.code ?? 'unknown'})`)),
    );
    // Not `close`: a process that it left behind may hold stderr open for ever.
    child.once('exit', (code, name) => resolve({ code, name, tail: tail.trim() }));
  });
}

/** Asks the group to end, and ends it by force a little later. */
function endGroup(child: ChildProcess): void {
  signalGroup(child, 'SIGTERM');
  setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS).unref();
}

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // it has ended
  }
}
