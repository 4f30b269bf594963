import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LearningSet } from '../support/learning-set.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const VENV = here('../../.venv');

export interface PeerFit {
  readonly seconds: number;
  readonly auc: number;
}

/** A process with the Python peers, which fits one model at a time. */
export interface PythonPeers {
  readonly versions: Readonly<Record<string, string>>;
  readonly python: string;
  fit(name: string): Promise<PeerFit>;
  close(): void;
}

/** Python with the pinned peers: that of `BENCH_PYTHON`, or a virtual environment, which is made if it is missing. */
export function provisionPython(): string {
  if (process.env.BENCH_PYTHON !== undefined) return process.env.BENCH_PYTHON;
  const python = `${VENV}/bin/python`;
  const stamp = `${VENV}/.ml4t-peers`;
  if (!existsSync(stamp)) {
    console.error('installing the Python peers into .venv (once)');
    execFileSync('python3', ['-m', 'venv', VENV], { stdio: 'inherit' });
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', '-r', here('requirements.txt')], { stdio: 'inherit' });
    writeFileSync(stamp, '');
  }
  return python;
}

/** Writes the learning set in the layout of `peers.py`. */
export function writeLearningSet(path: string, set: LearningSet, nTest: number): void {
  const bytes = (a: ArrayBufferView): Uint8Array => new Uint8Array(a.buffer, a.byteOffset, a.byteLength);
  const head = Int32Array.of(set.nRows, nTest, set.nFeatures);
  writeFileSync(path, Buffer.concat([head, set.x, set.y, set.weight].map(bytes)));
}

export async function startPythonPeers(
  path: string,
  set: LearningSet,
  nTest: number,
  threads: number,
): Promise<PythonPeers> {
  writeLearningSet(path, set, nTest);
  const child: ChildProcess = spawn(provisionPython(), [here('peers.py'), path, String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('no pipes to the Python peers');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the Python peers ended early');
    return JSON.parse(value) as T;
  };
  const { versions, python } = await answer<{ versions: Record<string, string>; python: string }>();
  return {
    versions,
    python,
    fit: (name) => {
      stdin.write(`${name}\n`);
      return answer<PeerFit>();
    },
    close: () => stdin.end(),
  };
}
