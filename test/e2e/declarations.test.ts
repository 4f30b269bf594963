import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findMissingTypes } from '../support/public-declarations.ts';

// Of the declarations in dist/, as they are packed. A stranger's program is compiled in a directory of its own, where neither our
// dependencies nor the types of Node are installed; zod is, as for everybody who installs the package.

const root = fileURLToPath(new URL('../../', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'ml4t-declarations-'));
const packed = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
};
/** Name of each entry, as it is imported, and its declarations. */
const ENTRIES = Object.entries(packed.exports).flatMap(([path, target]) =>
  typeof target === 'string' ? [] : [{ name: `ml4t-orchestrator${path.slice(1)}`, file: join(root, target.types) }],
);

beforeAll(() => {
  const installed = join(place, 'node_modules', 'ml4t-orchestrator');
  for (const file of ['package.json', ...globSync('dist/**/*.d.ts', { cwd: root })]) {
    mkdirSync(dirname(join(installed, file)), { recursive: true });
    cpSync(join(root, file), join(installed, file));
  }
  cpSync(join(root, 'node_modules', 'zod'), join(place, 'node_modules', 'zod'), { recursive: true });
  writeFileSync(join(place, 'package.json'), '{"type": "module"}');
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** Errors of the compiler, without those in zod's own declarations. */
function compile(source: string, ...options: string[]): string[] {
  writeFileSync(join(place, 'program.ts'), source);
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const strict = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', ...options, 'program.ts'];
  const { stdout, status } = spawnSync(process.execPath, [tsc, ...strict], { cwd: place, encoding: 'utf8' });
  const lines = stdout.split('\n').filter((line) => line !== '');
  const ours = lines.filter((line) => !line.includes('node_modules/zod/'));
  return status === 0 || lines.length > ours.length ? ours : [...ours, `tsc ended with ${status}`];
}

test('every type that a public declaration names is exported by an entry', () => {
  const { missing, names } = findMissingTypes(ENTRIES.map(({ file }) => file));
  expect(names.get(ENTRIES[0].file)?.length, 'the walk sees the door').toBeGreaterThan(100);
  expect(missing).toEqual([]);
});

test('the walk notices a type that is exported nowhere', () => {
  const directory = join(place, 'walk');
  mkdirSync(directory);
  const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);
  write('index.d.ts', "export { make, type Shown } from './room.ts';\nexport type * from './other.ts';\n");
  write(
    'room.d.ts',
    [
      "import { type Far, type Shown as Seen } from './other.ts';",
      "import type { Package } from 'somewhere';",
      'interface Hidden { readonly Named: string }',
      'export interface Base { readonly a: Seen; readonly b: Package }',
      'export interface Shown extends Base { readonly base: Array<Seen> }',
      'export declare function make(far: Far, Unrelated: string): Promise<Hidden>;',
      "export declare function make(text: string): import('./deep.ts').Deep;",
    ].join('\n'),
  );
  write('other.d.ts', 'export interface Shown {}\ninterface Inner {}\nexport type Far = Inner | string;\n');
  write('deep.d.ts', 'export interface Deep {}\n');
  const { missing } = findMissingTypes([join(directory, 'index.d.ts')]);
  const found = missing.map(({ type, namedBy }) => `${type.replace(/.*#/, '')} of ${namedBy}`);
  const other = 'Shown of Shown'; // of the other file, whose name the entry gives to the room's
  expect(found.sort()).toEqual(['Base of Shown', 'Deep of make', 'Hidden of make', 'Inner of Far', other]);
});

test.each([
  ['as a program for Node or the browser gets them', []],
  ['with the language alone, without the DOM and without Node', ['--lib', 'es2022']],
  ['in the strictest way', ['--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--lib', 'es2024,dom']],
])('all declarations compile where the types of Node are not installed: %s', (_, options) => {
  const imports = ENTRIES.map(({ name }, i) => `import * as e${i} from '${name}';`);
  const source = [...imports, `export const all = [${ENTRIES.map((__, i) => `e${i}`).join(', ')}];`].join('\n');
  expect(compile(source, ...options)).toEqual([]);
});

test('a stranger’s program names every type it needs', () => {
  expect(
    compile(readFileSync(join(root, 'test/support/strangers-program.txt'), 'utf8'), '--lib', 'es2022,dom'),
  ).toEqual([]);
});

test('a mistake of a stranger is noticed', () => {
  const [error] = compile("import { createOrchestrator } from 'ml4t-orchestrator';\ncreateOrchestrator(3);\n");
  expect(error).toMatch(/program\.ts\(2,20\): error TS2345/);
});
