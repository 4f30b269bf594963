// @module-tag python-libraries
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { useGolden } from '../support/golden-journal.ts';
import { librariesPython } from '../support/machine.ts';
import { unittest } from '../support/python-client.ts';
import { runCli } from '../support/run-cli.ts';

const golden = useGolden('journal-6');
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

test('Python has the decisions of a service as a table, over HTTP and from its directory', async () => {
  await unittest(librariesPython ?? 'python3', ['real_export'], {
    SERVICE_URL: golden.url,
    DATA_DIRECTORY: golden.directory,
    PROGRAM: JSON.stringify([process.execPath, MAIN]),
  });
});

test('Python reads a replay the same from its lines and from its Parquet', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'replays-'));
  try {
    const replay = ['replay', 'bars.csv', '--set', 'sizing.trust=expected', '--out'];
    const commands = [
      ['simulate', 'bars.csv', '--edge', '0.3', '--bars', '4000'],
      ['train', 'bars.csv'],
      [...replay, 'answers.ndjson'],
      [...replay, 'answers.parquet'],
    ];
    for (const args of commands) {
      const { code, stderr } = await runCli(args, { cwd });
      expect(code, stderr).toBe(0);
    }
    await unittest(librariesPython ?? 'python3', ['real_replay'], { REPLAYS: cwd });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
});
