// Leaves in dist/ only the declarations that a door of the package reaches: each small file takes a whole block of a disk.
import { existsSync, globSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*['"](\.[^'"]+)['"]/g;

/** The declarations of a module, whether it is named as it is written or as it is built. */
function declarationsOf(module) {
  const path = module.replace(/\.[jt]s$/, '.d.ts');
  if (!existsSync(path)) throw new Error(`there are no declarations of ${module}`);
  return path;
}

const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const doors = Object.values(exports).flatMap(({ types }) => (types === undefined ? [] : [join(root, types)]));
const reached = new Set(doors);
for (const file of reached) {
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(SPECIFIER))
    reached.add(declarationsOf(resolve(dirname(file), specifier)));
}
for (const path of globSync('**/*.d.ts', { cwd: dist })) {
  const file = join(dist, path);
  if (!reached.has(file)) rmSync(file);
}
const inside = globSync('**/*', { cwd: dist, withFileTypes: true }).filter((entry) => entry.isDirectory());
const deepestFirst = inside
  .map(({ parentPath, name }) => join(parentPath, name))
  .sort()
  .reverse();
for (const folder of deepestFirst) if (readdirSync(folder).length === 0) rmdirSync(folder);
