import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ModelStore } from '../../ports/index.ts';
import { fileModelStore } from '../../registry/index.ts';
import { MemoryModelStore } from './memory-model-store.ts';

const root = mkdtempSync(join(tmpdir(), 'ml4t-store-'));
afterAll(() => rmSync(root, { recursive: true }));

const STORES: readonly (readonly [string, ModelStore])[] = [
  ['in files', fileModelStore()],
  ['in memory', new MemoryModelStore()],
];

test.each(STORES)('a store %s gives back what was written last, whole', async (_, store) => {
  const path = join(root, 'model.onnx');
  await expect(store.read(path)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  await store.checkWritable(path);
  await expect(store.read(path), 'to ask writes nothing').rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  const bytes = Uint8Array.of(1, 2, 3);
  await store.write(path, bytes);
  bytes.fill(0);
  (await store.read(path)).fill(0);
  expect([...(await store.read(path))]).toEqual([1, 2, 3]);
  await store.write(path, Uint8Array.of(4));
  expect([...(await store.read(path))]).toEqual([4]);
});
