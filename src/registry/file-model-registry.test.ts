import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fileModelRegistry } from './file-model-registry.ts';

const root = mkdtempSync(join(tmpdir(), 'ml4t-registry-'));
afterAll(() => rmSync(root, { recursive: true }));
const bytes = Uint8Array.of(1, 2, 3);

test('keeps a model under its version, and a version never changes', async () => {
  const directory = join(root, 'kept');
  const registry = fileModelRegistry(directory);
  expect(await registry.list(), 'nothing there yet').toEqual([]);
  await registry.add('m-1', bytes);
  await registry.add('m-1', Uint8Array.of(9));
  await registry.add('m-2', bytes);
  expect([...(await registry.read('m-1'))]).toEqual([1, 2, 3]);
  expect([...(await registry.list())].sort()).toEqual(['m-1', 'm-2']);
  expect(statSync(join(directory, 'm-1.onnx')).mode & 0o077, 'nobody else may read it').toBe(0);
});

test('the champion is one small file, replaced whole', async () => {
  const directory = join(root, 'champion');
  const registry = fileModelRegistry(directory);
  expect(await registry.champion()).toBeNull();
  for (const version of ['m-1', 'm-2']) await registry.add(version, bytes);
  await registry.setChampion({ version: 'm-1', predecessor: null }, 'first');
  await registry.setChampion({ version: 'm-2', predecessor: 'm-1' }, 'better');
  expect(await registry.champion()).toEqual({ version: 'm-2', predecessor: 'm-1' });
  const hidden = readdirSync(directory).filter((name) => name.startsWith('.'));
  expect(hidden, 'no temporary file stays').toEqual([]);
  await expect(registry.setChampion({ version: 'm-3', predecessor: null }, '')).rejects.toMatchObject({
    code: 'MODEL_NOT_FOUND',
  });
  expect((await registry.champion())?.version, 'a model that is not kept is never the champion').toBe('m-2');
  writeFileSync(join(directory, 'champion'), '{"version": 7}');
  await expect(registry.champion()).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

test.each(['7', '{}', '{"model_bps":"3","primary_bps":null}', '{"model_bps":-1,"primary_bps":null}'])(
  'a proof that is none is no record of a champion: %s',
  async (proven) => {
    const directory = mkdtempSync(join(root, 'proof-'));
    writeFileSync(join(directory, 'champion'), `{"version":"m-1","predecessor":null,"proven":${proven}}`);
    await expect(fileModelRegistry(directory).champion()).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  },
);

test.each(['../m-1', '..', '.', '.hidden', 'a/b', 'a\\b', '', 'x'.repeat(65), 'm-1\0', '%2e%2e', '/etc/passwd'])(
  'a version is never a path: %j',
  async (version) => {
    const registry = fileModelRegistry(join(root, 'jail', 'models'));
    writeFileSync(join(root, 'm-1.onnx'), bytes);
    await expect(registry.read(version)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(registry.add(version, bytes)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(registry.setChampion({ version, predecessor: null }, '')).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
    await expect(registry.manifest(version)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(registry.quarantine(version, 'bad')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect([...readFileSync(join(root, 'm-1.onnx'))]).toEqual([1, 2, 3]);
  },
);

test('the shadow is one small file too; its model is spared, and what cannot be read is none', async () => {
  const directory = join(root, 'shadow');
  const registry = fileModelRegistry(directory);
  expect(await registry.shadow()).toBeNull();
  await registry.setShadow(null);
  for (const version of ['m-1', 'm-2', 'm-3', 'm-4', 'm-5']) await registry.add(version, bytes);
  await registry.setChampion({ version: 'm-5', predecessor: null }, 'first');
  const shadow = { version: 'm-1', champion: 'm-5', sinceTs: 1_700_000_000_123_456_789n };
  await registry.setShadow(shadow);
  expect(await fileModelRegistry(directory).shadow(), 'it is there for the next process').toEqual(shadow);
  expect(await registry.list(), 'and is no model').toHaveLength(5);
  expect(await registry.prune(2, 'm-4')).not.toContain('m-1');
  expect(await registry.list()).toContain('m-1');
  for (const text of ['', '{', '{"version": "m-1"}', '{"version":"m-1","champion":"m-5","since_ts":"soon"}']) {
    writeFileSync(join(directory, 'shadow'), text);
    expect(await registry.shadow(), text).toBeNull();
  }
  await registry.setShadow(null);
  expect(readdirSync(directory)).not.toContain('shadow');
});
