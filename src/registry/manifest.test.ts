import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { smallModel } from '../../test/support/small-model.ts';
import type { ModelRegistry } from '../ports/index.ts';
import { fileModelRegistry } from './file-model-registry.ts';

// The bytes here are no models, so their figures are unknown. test/e2e/models-command.test.ts has real models.
const root = mkdtempSync(join(tmpdir(), 'ml4t-manifests-'));
afterAll(() => rmSync(root, { recursive: true }));
const bytes = Uint8Array.of(1, 2, 3);
const { metadata } = smallModel();
const NOW = 1_800_000_000_000;

function registryIn(name: string): { readonly registry: ModelRegistry; readonly at: (file: string) => string } {
  const directory = join(root, name);
  return { registry: fileModelRegistry(directory, () => NOW), at: (file) => join(directory, file) };
}

/** Adds `n` models, each a second older than the next. */
async function addAged(registry: ModelRegistry, at: (file: string) => string, n: number): Promise<void> {
  for (let k = 1; k <= n; k++) {
    await registry.add(`m-${k}`, bytes);
    utimesSync(at(`m-${k}.onnx`), k, k);
  }
}

test('a manifest says where a model came from, and only its quarantine may change', async () => {
  const { registry, at } = registryIn('births');
  await registry.add('m-1', bytes, { origin: 'adopted', parent: null, metadata });
  await registry.add('m-2', bytes, { origin: 'retrained', parent: 'm-1', metadata });
  const written = JSON.parse(readFileSync(at('m-2.json'), 'utf8'));
  expect(written).toMatchObject({ version: 'm-2', created_ms: NOW, parent: 'm-1', origin: 'retrained', trial: 2 });
  expect(written.metrics, 'from the caller, not from the bytes, which are no model').toMatchObject({
    accuracy: 0.6,
    auc: 0.7,
  });
  expect((await registry.manifest('m-2')).lastBarTs).toBe(metadata.lastBarTs);
  await registry.add('m-2', bytes, { origin: 'imported', parent: null, metadata });
  await registry.quarantine('m-2', 'log loss 0.1 worse');
  await registry.quarantine('m-2', 'another reason');
  const quarantined = { reason: 'log loss 0.1 worse', at_ms: NOW };
  expect(JSON.parse(readFileSync(at('m-2.json'), 'utf8'))).toEqual({ ...written, quarantined });
  expect((await registry.manifest('m-2')).quarantined).toEqual({ reason: 'log loss 0.1 worse', atMs: NOW });
});

test.each(['', '{"version": "m-1"', '[]'])(
  'a model whose manifest is missing or damaged (%j) is still known',
  async (text) => {
    const { registry, at } = registryIn(`damaged-${text.length}`);
    await registry.add('m-1', bytes);
    if (text === '') rmSync(at('m-1.json'));
    else writeFileSync(at('m-1.json'), text);
    expect(await registry.manifest('m-1')).toMatchObject({ version: 'm-1', origin: 'imported', trial: null });
    expect(await registry.list()).toEqual(['m-1']);
  },
);

test('the manifest of an add that was cut short counts once, and lists nothing', async () => {
  const { registry, at } = registryIn('cut');
  await registry.add('m-1', bytes);
  rmSync(at('m-1.onnx')); // as if the process had been killed before the model was written
  expect(await registry.list()).toEqual([]);
  await registry.add('m-1', bytes);
  await registry.add('m-2', bytes);
  expect((await registry.manifest('m-2')).trial).toBe(2);
});

test('old models go, never the champion, the one before it or the new one; the count of trials stays', async () => {
  const { registry, at } = registryIn('pruned');
  await addAged(registry, at, 6);
  await registry.setChampion({ version: 'm-2', predecessor: 'm-1' }, 'promoted');
  await registry.quarantine('m-4', 'bad');
  expect(await registry.prune(2, 'm-6')).toEqual(['m-3', 'm-4', 'm-5']);
  expect(await registry.list()).toEqual(['m-1', 'm-2', 'm-6']);
  expect([existsSync(at('m-3.json')), existsSync(at('m-4.json'))], 'why m-4 went is still known').toEqual([
    false,
    true,
  ]);
  expect(await registry.prune(2, 'm-6'), 'nothing more may go').toEqual([]);
  await registry.add('m-7', bytes);
  expect((await registry.manifest('m-7')).trial, 'discarded ones count').toBe(7);
  await registry.add('m-4', bytes);
  expect(await registry.quarantineOf('m-4'), 'it does not come back clean').not.toBeNull();
});

test('a count that is lost starts at what is kept', async () => {
  const { registry, at } = registryIn('trials');
  await addAged(registry, at, 3);
  writeFileSync(at('trials'), 'x');
  await registry.add('m-9', bytes);
  expect((await registry.manifest('m-9')).trial).toBe(4);
});

test('every move of the champion is remembered in order; a changed line is found out', async () => {
  const { registry, at } = registryIn('moves');
  await addAged(registry, at, 3);
  await registry.setChampion({ version: 'm-1', predecessor: null }, 'adopted');
  await registry.setChampion({ version: 'm-1', predecessor: null }, 'the same is no move');
  await registry.setChampion({ version: 'm-2', predecessor: 'm-1' }, 'promoted');
  appendFileSync(at('champion.log'), '{"version":"m-3","prede'); // torn by a crash
  expect((await registry.history()).map(({ version }) => version)).toEqual(['m-1', 'm-2']);
  writeFileSync(at('champion'), '{"version":"m-3","predecessor":"m-2"}\n'); // killed before the line of this move
  await registry.setChampion({ version: 'm-2', predecessor: null }, 'rolled back');
  const versions = (await registry.history()).map(({ version, why }) => [version, why]);
  expect(versions.slice(1)).toEqual([
    ['m-2', 'promoted'],
    ['m-3', 'it was the champion already'],
    ['m-2', 'rolled back'],
  ]);
  const text = readFileSync(at('champion.log'), 'utf8');
  writeFileSync(at('champion.log'), text.replace('adopted', 'Adopted'));
  await expect(registry.history()).rejects.toThrow('line 1 of');
  writeFileSync(at('champion.log'), text.split('\n').slice(1).join('\n'));
  await expect(registry.history(), 'a line cut off at the front').rejects.toThrow('line 1 of');
});
