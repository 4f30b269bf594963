import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const CHILD = fileURLToPath(new URL('../support/faulty-callbacks-child.ts', import.meta.url));

test.each(['throws', 'rejects'])('a program goes on whose every function %s', async (how) => {
  const { code, text } = await new Promise<{ readonly code: unknown; readonly text: string }>((resolve) => {
    execFile(process.execPath, [CHILD, how], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, text: `${stdout}\n${stderr}` }),
    );
  });
  expect(code, text).toBe(0);
  expect(text).toContain('alive');
  // What only reports, or is reported to, costs nothing.
  for (const name of ['inference', 'files', 'subscribers', 'worker']) expect(text).toContain(`${name}: done`);
});
