import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { smallModel } from '../../test/support/small-model.ts';
import { claimsOfVerdict, type ModelClaims, type ModelMetadata, UNKNOWN_METADATA } from '../model/index.ts';
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
  return { registry: fileModelRegistry(directory, { nowMs: () => NOW }), at: (file) => join(directory, file) };
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

test('claims are read as they were written', async () => {
  const { registry } = registryIn('claims');
  const edge = { ...metadata, training: { ...metadata.training, wouldPayUpToBps: 1.5, primaryPays: true } };
  await registry.add('m-1', bytes, { origin: 'adopted', parent: null, metadata: edge });
  await registry.add('m-2', bytes, { origin: 'adopted', parent: null, metadata: UNKNOWN_METADATA });
  const claimsIn = ({ training }: ModelMetadata): ModelClaims => {
    const { verdict, verdictFormat, tests, paysUpToBps, wouldPayUpToBps, primaryPaysUpToBps } = training;
    const { primaryPays, timingPValue, cost, coinBiasBps, nEffective, detectableSkill } = training;
    return {
      verdict,
      verdictFormat,
      tests,
      paysUpToBps,
      wouldPayUpToBps,
      primaryPaysUpToBps,
      primaryPays,
      timingPValue,
      cost,
      coinBiasBps,
      nEffective,
      detectableSkill,
    };
  };
  expect(await registry.manifest('m-1')).toMatchObject(claimsIn(edge));
  expect(await registry.manifest('m-2')).toMatchObject(claimsIn(UNKNOWN_METADATA));
});

test('a manifest of 0.1 says that its verdict is of 0.1, and keeps the rest', async () => {
  const { registry, at } = registryIn('of-0.1');
  const version = 'm-2135faabcda2c140';
  const golden = new URL(`../../test/golden/journal-0.1/models/${version}`, import.meta.url);
  await registry.add(version, readFileSync(`${golden.pathname}.onnx`));
  const derived = await registry.manifest(version);
  const ofEdge = claimsOfVerdict('edge (0.1)', '0.1');
  expect(derived, 'from the model file').toMatchObject(ofEdge);
  writeFileSync(at(`${version}.json`), readFileSync(`${golden.pathname}.json`));
  const read = await registry.manifest(version);
  expect(read).toMatchObject({ ...ofEdge, parent: 'm-fb1dcb561acf11d6', trial: 3, nSamples: 34 });
  expect(read.metrics).toMatchObject({ auc: 1, nFolds: 2, pValue: 5.749207351552087e-5 });
  const text = readFileSync(at(`${version}.json`), 'utf8');
  for (const [verdict, claims] of [
    ['no_edge', claimsOfVerdict('no_edge (0.1)', '0.1')],
    ['unknown', claimsOfVerdict('unknown', 'unknown')],
  ] as const) {
    writeFileSync(at(`${version}.json`), text.replace('"edge"', `"${verdict}"`));
    expect(await registry.manifest(version)).toMatchObject({ ...claims, trial: 3 });
  }
  writeFileSync(at(`${version}.json`), text.replace('"edge"', '"edge", "verdict_format": "0.2"'));
  expect((await registry.manifest(version)).trial, 'half of the claims: damaged').toBeNull();
});

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
