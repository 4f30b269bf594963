import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Time after which a command is killed, milliseconds: the longest takes about 20 seconds on an idle machine. */
const TIMEOUT_MS = 540_000;

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `ml4t` in a new process, as a user does. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const { INIT_CWD: _, FORCE_COLOR: __, ...environment } = process.env;
  const env = { ...environment, ...options.env };
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: options.cwd,
    env,
    stdio: 'pipe',
    timeout: TIMEOUT_MS,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => undefined); // a command that reads no input closes it
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const odd = args.includes('--json') ? camelKeys(stdout) : [];
      if (odd.length === 0) resolve({ code, stdout, stderr });
      else reject(new Error(`keys of --json must be snake_case: ${odd.join(', ')}`));
    });
  });
}

/** Keys in JSON that are not snake_case; codes in capitals are no names. */
function camelKeys(text: string): string[] {
  return [...text.matchAll(/"([A-Za-z0-9_]*[a-z][A-Z][A-Za-z0-9_]*)":/g)].map((match) => match[1]);
}
