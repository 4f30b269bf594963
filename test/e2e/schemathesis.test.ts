import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { openModels } from '../../src/app/index.ts';
import { stringifyLossless } from '../../src/core/index.ts';
import { encodeModel, readModel } from '../../src/model/onnx/index.ts';
import { BARS_EXAMPLES, EXAMPLE_INSTRUMENT } from '../../src/server/openapi/examples.ts';
import { Child } from '../faults/harness/child.ts';
import { get, liveServer, NO_SECRETS, post, replaceIn, TOKEN } from '../support/live-server.ts';
import { schemathesisPath } from '../support/machine.ts';
import { sha256, smallModel } from '../support/small-model.ts';

// The document must allow exactly what the service takes, and every answer must be as it says. schemathesis makes requests from
// the document alone: right ones, wrong ones, and chains of them along its links.

/** The same requests in every run. `SCHEMATHESIS_SEED` and `SCHEMATHESIS_EXAMPLES` look further. */
const { SCHEMATHESIS_SEED: seed = '20', SCHEMATHESIS_EXAMPLES: nExamples = '25' } = process.env;
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const [SETTINGS, HOOKS] = ['schemathesis.toml', 'hooks.py'].map((name) =>
  fileURLToPath(new URL(`schemathesis/${name}`, import.meta.url)),
);
const BEARER = { authorization: `Bearer ${TOKEN}` };
const needs = { tags: ['schemathesis'] };

const root = mkdtempSync(join(tmpdir(), 'ml4t-openapi-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly output: string;
}

/** Runs schemathesis on a service. @param document - what the service is held against. @param paths - all, where none is named. */
async function schemathesis(url: string, document: string, paths: readonly string[] = []): Promise<Run> {
  const file = join(mkdtempSync(join(root, 'run-')), 'openapi.json');
  writeFileSync(file, document);
  const chosen = paths.flatMap((path) => ['--include-path', path]);
  const args = ['--config-file', SETTINGS, 'run', file, '--url', url, '--seed', seed, '--max-examples', nExamples];
  const env = { ML4T_TEST_TOKEN: TOKEN, ML4T_TEST_HOOKS: HOOKS, NO_COLOR: '1', PYTHONDONTWRITEBYTECODE: '1' };
  const child = new Child(schemathesisPath ?? expect.fail('the test is skipped without it'), [...args, ...chosen], env);
  const { code } = await child.ended;
  return { code, output: `${child.stdout}\n${child.stderr}\nseed ${seed}, ${nExamples} examples` };
}

/** A data directory with models, so that there are some to list, to promote and to roll back. */
async function withModels(): Promise<string> {
  const directory = join(root, 'data');
  const registry = openModels(directory);
  const versions: string[] = [];
  for (const modelSeed of [1, 2, 3]) {
    const bytes = encodeModel(smallModel({ seed: modelSeed }), sha256);
    const { version, metadata } = readModel(bytes, { sha256 });
    await registry.add(version, bytes, { origin: 'retrained', parent: versions[0] ?? null, metadata });
    versions.push(version);
  }
  await registry.setChampion({ version: versions[0], predecessor: versions[1] }, 'adopted');
  return directory;
}

async function served<T>(use: (url: string, document: string) => Promise<T>): Promise<T> {
  const tokenFile = join(root, 'token');
  writeFileSync(tokenFile, TOKEN, { mode: 0o600 });
  const data = ['--data-dir', await withModels(), '--token-file', tokenFile];
  const service = new Child(process.execPath, [MAIN, 'serve', '--no-redis', '--port', '0', '--json', ...data]);
  await service.until(() => service.stdout.includes('\n'), 'it listens');
  try {
    const { listening } = JSON.parse(service.stdout.split('\n')[0]) as { listening: string };
    return await use(listening, (await get(`${listening}/openapi.json`, BEARER)).text);
  } finally {
    service.signal('SIGTERM');
    expect(await service.ended, service.stderr).toEqual({ code: 0, signal: null });
  }
}

test(
  'every answer of a real service is as its document says, and it takes what the document allows alone',
  needs,
  async () => {
    await served(async (url, document) => {
      const bars = `${url}/v1/bars/${EXAMPLE_INSTRUMENT}`;
      expect((await post(bars, stringifyLossless(BARS_EXAMPLES.columns), BEARER)).status).toBe(200);
      const { code, output } = await schemathesis(url, document);
      expect(code, output).toBe(0);
      const [, selected, total] = /Operations:\s+(\d+) selected \/ (\d+) total/.exec(output) ?? expect.fail(output);
      expect(selected, output).toBe(total);
      for (const phase of ['Examples', 'Coverage', 'Fuzzing', 'Stateful']) expect(output).toContain(`✅ ${phase}`);
      const status = JSON.parse((await get(`${url}/v1/status`, BEARER)).text) as { journal: { status: string } };
      expect(status.journal.status, 'the service is well after all').toBe('ok');
    });
  },
);

describe('it is noticed', () => {
  test('that the document is looser than the service', needs, async () => {
    const live = await liveServer({ secrets: { ...NO_SECRETS, token: TOKEN } });
    const { text } = await get(`${live.url}/openapi.json`, BEARER);
    const looser = text.replace('"maximum":200', '"maximum":100000');
    expect(looser).not.toBe(text);
    const { code, output } = await schemathesis(live.url, looser, ['/v1/retrain-triggers']);
    await live.server.close(1000);
    expect([code, output]).toEqual([1, expect.stringContaining('Schema-valid request rejected')]);
  });

  test('that the service fails', needs, async () => {
    const live = await liveServer({
      secrets: { ...NO_SECRETS, token: TOKEN },
      wrap: (service) => replaceIn(service, { models: () => Promise.reject(new TypeError('a bug')) }),
    });
    const { text } = await get(`${live.url}/openapi.json`, BEARER);
    const { code, output } = await schemathesis(live.url, text, ['/v1/models']);
    await live.server.close(1000);
    expect([code, output]).toEqual([1, expect.stringContaining('Server error')]);
  });
});
