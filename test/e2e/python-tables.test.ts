// @module-tag python-libraries
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { useGolden } from '../support/golden-journal.ts';
import { librariesPython } from '../support/machine.ts';
import { unittest } from '../support/python-client.ts';

const golden = useGolden('journal-6');
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

test('Python has the decisions of a service as a table, over HTTP and from its directory', async () => {
  await unittest(librariesPython ?? 'python3', ['real_export'], {
    SERVICE_URL: golden.url,
    DATA_DIRECTORY: golden.directory,
    PROGRAM: JSON.stringify([process.execPath, MAIN]),
  });
});
