// @module-tag python
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { liveServer, TOKEN } from '../support/live-server.ts';
import { pythonPath } from '../support/machine.ts';

const FOLDER = fileURLToPath(new URL('../../python', import.meta.url));

/** Runs tests of python/tests without any package. */
async function unittest(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  const child = spawn(pythonPath ?? 'python3', ['-W', 'ignore', '-m', 'unittest', ...args], {
    cwd: FOLDER,
    env: { ...process.env, PYTHONPATH: 'src:tests', PYTHONDONTWRITEBYTECODE: '1', ...env },
  });
  const [said, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve) => void child.once('close', resolve)),
  ]);
  expect(code, said).toBe(0);
  expect(said).toMatch(/^Ran [1-9]/m);
}

test('the Python client meets a service that fails in every way', async () => unittest(['test_client']));

test('the Python client asks a real service, with a token', async () => {
  const { url, server } = await liveServer({ secrets: { token: TOKEN, tls: null } });
  try {
    await unittest(['real_service'], { SERVICE_URL: url, SERVICE_TOKEN: TOKEN });
  } finally {
    await server.close(1000);
  }
});
