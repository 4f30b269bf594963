import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const FOLDER = fileURLToPath(new URL('../../python', import.meta.url));

/** Runs a program of python/tests to its end. @returns what it printed, on both streams. */
export async function runPython(
  python: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const child = spawn(python, ['-W', 'ignore', ...args], {
    cwd: FOLDER,
    env: { ...process.env, PYTHONPATH: 'src:tests:.', PYTHONDONTWRITEBYTECODE: '1', ...env },
  });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => void child.once('close', resolve)),
  ]);
  expect(code, stderr + stdout).toBe(0);
  return { stdout, stderr };
}

/** Runs tests of python/tests. @returns how many were skipped. */
export async function unittest(python: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const { stderr } = await runPython(python, ['-m', 'unittest', ...args], env);
  expect(stderr).toMatch(/^Ran [1-9]/m);
  return Number(/skipped=(\d+)/.exec(stderr)?.[1] ?? 0);
}
