// @module-tag python-libraries
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { liveServer } from '../support/live-server.ts';
import { librariesPython } from '../support/machine.ts';
import { runPython, unittest } from '../support/python-client.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PYTHON = librariesPython ?? 'python3';

test('the Python client works with pandas, polars, NumPy and Arrow, on an event loop and over the stream', async () => {
  expect(await unittest(PYTHON, ['discover', '-s', 'tests'])).toBe(0);
});

test.each([
  ['formatted', ['ruff', 'format', '--check', '.']],
  ['free of what ruff finds', ['ruff', 'check', '.']],
  ['typed, as mypy --strict sees it', ['mypy', '--cache-dir', join(ROOT, 'node_modules/.cache/python-mypy')]],
])('the Python client is %s', async (_, args) => void (await runPython(PYTHON, ['-m', ...args])));

test('the Python client asks a real service on an event loop too', async () => {
  const { url, server } = await liveServer();
  try {
    expect(await unittest(PYTHON, ['service_contract'], { SERVICE_URL: url })).toBe(0);
  } finally {
    await server.close(1000);
  }
});

test('the wheel has the version of the npm package, and every part', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  const directory = mkdtempSync(join(tmpdir(), 'python-wheel-'));
  try {
    await runPython(PYTHON, ['-m', 'build', '--wheel', '--no-isolation', '--outdir', directory, '.']);
    const [wheel] = readdirSync(directory);
    const program =
      'import ml4t_client, ml4t_client.testing, ml4t_client.client.stream as s; print(ml4t_client.__version__, s.__file__)';
    const { stdout } = await runPython(PYTHON, ['-c', program], { PYTHONPATH: join(directory, wheel) });
    expect(stdout.split(' ')).toEqual([version, expect.stringContaining(wheel)]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
