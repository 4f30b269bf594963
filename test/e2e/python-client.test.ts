// @module-tag python
import { test } from 'vitest';
import { liveServer, TOKEN } from '../support/live-server.ts';
import { pythonPath } from '../support/machine.ts';
import { unittest } from '../support/python-client.ts';

const PYTHON = pythonPath ?? 'python3';

test('the Python client, without any package, offers what the OpenAPI document has, and meets a service that fails in every way', async () =>
  void (await unittest(PYTHON, ['discover', '-s', 'tests'])));

test('the Python client asks a real service, with a token', async () => {
  const { url, server } = await liveServer({ secrets: { token: TOKEN, tls: null } });
  try {
    await unittest(PYTHON, ['service_contract'], { SERVICE_URL: url, SERVICE_TOKEN: TOKEN });
  } finally {
    await server.close(1000);
  }
});
