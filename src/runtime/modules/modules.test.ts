import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { fromModule, loadModule } from './from-module.ts';
import { moduleHash } from './module-hash.ts';

const FILES = {
  'main.mjs': "import { one } from './deep/one.mjs';\nexport const features = [one];\nexport default one;\n",
  'deep/one.mjs': "export { two as one } from '../two.mjs';\n",
  'two.mjs': "import data from './data.json' with { type: 'json' };\nexport const two = data.value;\n",
  'data.json': '{ "value": 2 }',
  'beside.mjs': 'export const unused = 1;\n',
};
const made: string[] = [];

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** Writes the files, with changes, to a directory of its own. @returns path of the entry. */
async function modules(changes: Partial<Record<keyof typeof FILES, string>> = {}, entry = 'main.mjs'): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'modules-'));
  made.push(directory);
  await mkdir(join(directory, 'deep'));
  for (const [name, text] of Object.entries({ ...FILES, ...changes })) writeFileSync(join(directory, name), text);
  return join(directory, entry);
}

describe('the hash of a module', () => {
  test('is the same wherever the files lie', async () => {
    expect(moduleHash(pathToFileURL(await modules()))).toBe(moduleHash(pathToFileURL(await modules())));
  });

  test.each(['main.mjs', 'deep/one.mjs', 'two.mjs', 'data.json'] as const)(
    'changes with a byte of %s',
    async (name) => {
      const changed = await modules({ [name]: `${FILES[name]}\n` });
      expect(moduleHash(pathToFileURL(changed))).not.toBe(moduleHash(pathToFileURL(await modules())));
    },
  );

  test('does not change with a file that it does not import', async () => {
    const changed = await modules({ 'beside.mjs': '' });
    expect(moduleHash(pathToFileURL(changed))).toBe(moduleHash(pathToFileURL(await modules())));
  });

  test('follows every way to import, and circles', async () => {
    const ways = [
      "import './two.mjs'",
      'import x from "./two.mjs"',
      "export * from './two.mjs'",
      "await import('./two.mjs')",
      "import {\n  two,\n} from './two.mjs'",
      "import './two.mjs?again'",
      "require('./two.mjs')",
    ];
    for (const way of ways) {
      const at = async (two: string): Promise<string> =>
        moduleHash(pathToFileURL(await modules({ 'main.mjs': way, 'two.mjs': two })));
      expect(await at("import './main.mjs';"), way).not.toBe(await at("import './main.mjs'; "));
    }
  });
});

test.each([
  ['a file that it reads', "new URL('./data.csv', import.meta.url)", 'data.csv'],
  ['an encoded name', "import './a%20b.mjs'", 'a b.mjs'],
  ['a source that it names as Bun and tsx do', "import './lib.js'", 'lib.ts'],
])('the hash of a module changes with %s', async (_, text, name) => {
  const entry = await modules({ 'main.mjs': text });
  const hashes = ['1', '2'].map((content) => {
    writeFileSync(join(entry, '..', name), content);
    return moduleHash(pathToFileURL(entry));
  });
  expect(hashes[0]).not.toBe(hashes[1]);
});

describe('a module', () => {
  test('gives an export with its source, and is loaded again by it', async () => {
    const own = await fromModule<number[]>(await modules(), 'features');
    expect(own.value).toEqual([2]);
    expect(own.source).toMatchObject({ exportName: 'features', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(own.source && (await loadModule(own.source))).toBe(own.value);
    expect((await fromModule<number>(pathToFileURL(await modules()))).value, 'default is the default').toBe(2);
  });

  test('that has changed is not loaded', async () => {
    const entry = await modules();
    const { source } = await fromModule(entry);
    writeFileSync(join(entry, '../two.mjs'), 'export const two = 3;\n');
    await expect(loadModule(source ?? expect.unreachable())).rejects.toThrow('has changed since it was loaded');
    await expect(fromModule(entry), 'the runtime would give the old one').rejects.toThrow('start again');
  });

  test.each([
    ['without the export', 'main.mjs', {}, 'labeler', 'has no export "labeler"; it exports default, features'],
    ['that is not there', 'none.mjs', {}, 'default', 'cannot read the module'],
    ['that throws', 'main.mjs', { 'main.mjs': "throw new Error('no data')" }, 'default', 'no data'],
  ])('%s is refused', async (_, entry, changes, name, message) => {
    await expect(fromModule(await modules(changes, entry), name)).rejects.toThrow(message);
  });
});

test.each([
  'https://example.com/my-features.mjs',
  new URL('https://example.com/my-features.mjs'),
  'data:text/javascript,export default 1',
])('code is loaded of files only, not of %s', async (module) => {
  await expect(fromModule(module)).rejects.toMatchObject({
    code: 'INVALID_VALUE',
    message: expect.stringMatching(
      /^module must be the path or the URL of a file \(code is loaded of files only\), was "(https|data):/,
    ),
  });
});
