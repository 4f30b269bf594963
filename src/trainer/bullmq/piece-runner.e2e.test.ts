import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { fromModule } from '../../runtime/index.ts';
import { PieceRunner } from './piece-runner.ts';

const directory = mkdtempSync(join(tmpdir(), 'ml4t-piece-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test.each([
  ['throws', "throw new Error('late')"],
  ['ends its thread', 'process.exit()'],
])('a module that %s between two pieces costs its thread, and not the worker', async (_, fault) => {
  const file = join(directory, `${fault.length}.mjs`);
  writeFileSync(
    file,
    `import { isMainThread } from 'node:worker_threads';
    if (!isMainThread) setTimeout(() => { ${fault} }, 400);
    export default [];`,
  );
  const { source } = await fromModule<readonly never[]>(file);
  const runner = new PieceRunner({ threads: 1, maxBytes: 1000, own: { features: source ?? expect.unreachable() } });
  const task = { data: 'none', fold: 0, folds: null };
  const run = () =>
    runner.run(
      task,
      async () => Uint8Array.of(1, 2, 3),
      () => undefined,
    );
  expect(await run(), 'bytes that are no training set').toMatchObject({ isFailed: true });
  await sleep(1000);
  expect(await run(), 'on a new thread').toMatchObject({ isFailed: true });
  await runner.close();
});

test('a runner that is closed while a training set is read starts no thread for it, which nobody would end', async () => {
  const runner = new PieceRunner({ threads: 1, maxBytes: 1000, own: {} });
  const bytes = Promise.withResolvers<Uint8Array>();
  const run = runner.run(
    { data: 'none', fold: 0, folds: null },
    () => bytes.promise,
    () => undefined,
  );
  await runner.close();
  bytes.resolve(Uint8Array.of(1, 2, 3));
  await expect(run).rejects.toThrow('the worker was stopped');
});
