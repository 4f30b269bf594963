// @module-tag python-libraries
import { expect, test } from 'vitest';
import { liveServer } from '../support/live-server.ts';
import { librariesPython } from '../support/machine.ts';
import { unittest } from '../support/python-client.ts';

const PYTHON = librariesPython ?? 'python3';

test('the Python client works with pandas, polars, NumPy and Arrow, on an event loop and over the stream', async () => {
  expect(await unittest(PYTHON, ['discover', '-s', 'tests'])).toBe(0);
});

test('the Python client asks a real service on an event loop too', async () => {
  const { url, server } = await liveServer();
  try {
    expect(await unittest(PYTHON, ['service_contract'], { SERVICE_URL: url })).toBe(0);
  } finally {
    await server.close(1000);
  }
});
