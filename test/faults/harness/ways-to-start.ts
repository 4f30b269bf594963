// Ways in which a service is started, and the processes that they leave.
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hasUnshare } from '../../support/machine.ts';

/** Line by which {@link marked} programs say that they catch SIGTERM. */
export const LISTENING = 'it catches SIGTERM';
const MARK = pathToFileURL(fileURLToPath(new URL('mark-listening.ts', import.meta.url))).href;
/** Environment of programs that say when they catch SIGTERM. */
export const marked = { NODE_OPTIONS: `--import=${MARK}` } as const;

const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url));
const SIGTERM_BIT = 1n << 14n;
const AS_FIRST = ['unshare', '-fp', '--mount-proc', '--kill-child'];

/** One way to start the program. */
export interface WayToStart {
  readonly name: string;
  /** Whether the program, or what starts it, is the first process of a container. */
  readonly isFirst: boolean;
  /** Whether a shell catches signals before the program does, and passes them on. */
  readonly hasShell: boolean;
  readonly command: readonly string[];
}

/** Every way to start the program at `main` on this machine. */
export function waysToStart(main: string): WayToStart[] {
  const root = join(dirname(main), '..', '..');
  const entrypoint = join(root, 'deploy', 'entrypoint.sh');
  if (!existsSync(entrypoint)) cpSync(DEPLOY, join(root, 'deploy'), { recursive: true });
  const node = [process.execPath, main];
  const npm = ['npm', '--prefix', root, 'run', '--ignore-scripts', '-s', 'ml4t', '--'];
  const plain: WayToStart[] = [
    { name: 'node', isFirst: false, hasShell: false, command: node },
    { name: 'npm run', isFirst: false, hasShell: false, command: npm },
    { name: 'deploy/entrypoint.sh', isFirst: false, hasShell: true, command: [entrypoint] },
  ];
  if (!hasUnshare) return plain;
  const asFirst = plain.map((way) => ({
    ...way,
    name: `${way.name} as PID 1`,
    isFirst: true,
    command: [...AS_FIRST, ...way.command],
  }));
  return [...plain, ...asFirst];
}

/** Process that gets the signals: the first one of the container, or the one that was started; null while there is none. */
export function receiverOf(pid: number, isFirst: boolean): number | null {
  return isFirst ? (childrenOf(pid)[0] ?? null) : pid;
}

function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  return readOrNothing(file)
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
}

/** Whether a process catches SIGTERM. */
export function catchesSigterm(pid: number): boolean {
  const caught = /SigCgt:\s+([0-9a-f]+)/.exec(readOrNothing(`/proc/${pid}/status`))?.[1];
  return caught !== undefined && (BigInt(`0x${caught}`) & SIGTERM_BIT) !== 0n;
}

/** Ends every process whose command line has a text, and gives each as it was. */
export function endProcessesWith(text: string): string[] {
  const found = processesWith(text);
  for (const { pid } of found) killIfAlive(pid);
  return found.map(({ pid, line }) => `${pid} ${line}`);
}

function processesWith(text: string): { readonly pid: number; readonly line: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => ({ pid: Number(pid), line: readOrNothing(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') }))
    .filter(({ line }) => line.includes(text));
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
