import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The built program. */
export const COMMAND = [process.execPath, `${root}dist/cli/main.js`] as const;

/** A running service, and the memory it takes. */
export interface MeasuredService {
  readonly url: string;
  /** Memory now, MB. */
  readonly residentMb: () => number;
  /** Highest memory since the last call of `restart`, MB. */
  readonly peakMb: () => number;
  readonly stop: () => Promise<void>;
}

/** Starts `ml4t serve` on a data directory and a free port. */
export async function startService(directory: string): Promise<MeasuredService> {
  const args = [
    'serve',
    '--data-dir',
    directory,
    '--model',
    `${directory}/model.onnx`,
    '--port',
    '0',
    '--no-redis',
    '--set',
    'retrain.automatic=false',
  ];
  const child = spawn(COMMAND[0], [COMMAND[1], ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const url = await listening(child);
  const figure = (name: string): number => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  };
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => void child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  };
  return { url, residentMb: () => figure('VmRSS'), peakMb: () => figure('VmHWM'), stop };
}

/** What a client read. */
export interface ClientRun {
  readonly rows: number;
  readonly wrong: number;
  readonly digest: string;
  readonly seconds: number;
  readonly grown_mb: number;
  readonly peak_mb: number;
}

/** Runs the Python client in a process of its own. @param withAnswers - whether each answer is checked against its hash. */
export async function readByClient(python: string, source: string, withAnswers: boolean): Promise<ClientRun> {
  const args = [`${root}bench/export/client.py`, source, ...(withAnswers ? ['--answers'] : []), ...COMMAND];
  const child = spawn(python, args, { env: { ...process.env, PYTHONPATH: `${root}python/src` } });
  const [said, fault] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (said === '') throw new Error(`the client failed: ${fault}`);
  return JSON.parse(said) as ClientRun;
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const hear = (line: string): void => {
      said.push(line);
      const url = /https?:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (url !== undefined) resolve(url);
    };
    for (const stream of [child.stdout, child.stderr]) if (stream !== null) createInterface(stream).on('line', hear);
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}: ${said.join('\n')}`)));
  });
}
