// Bundles the library and the command line into dist/: each entry of the package, and each file of a thread, stays where its source
// is; the code they share lies in dist/shared/. Few files are read where there were hundreds, and an entry reads only what it uses,
// so that an import takes a fifth of the time. Packages stay outside, and what is loaded on demand stays in files of its own.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');
const dist = join(root, 'dist');
const PLACE = 'dist:/';
/** Helpers for syntax that is newer than the target: taken in. */
const HELPERS = '@oxc-project/runtime/';

/** Sources that others load by their path, by their name in dist/: the entries of the package, the command line, the threads. */
function entryPoints() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const doors = Object.values(exports).flatMap((entry) => (entry.default === undefined ? [] : [entry.default]));
  const files = [
    ...doors.map((path) => path.replace('./dist/', '').replace(/\.js$/, '.ts')),
    ...globSync(['app/machine/check-node.ts', 'cli/main.ts', '**/*-thread.ts'], { cwd: src }),
  ];
  const names = files.map((file) => file.replaceAll(sep, '/').replace(/\.ts$/, ''));
  return Object.fromEntries(names.map((name) => [name === 'index' ? 'library' : name, join(src, `${name}.ts`)]));
}

/** Where `import.meta.url` stands in a syntax tree as code, not inside a text. @returns [start, end] of each. */
function ownUrls(node) {
  if (node === null || typeof node !== 'object') return [];
  if (node.type === 'MemberExpression' && node.object.type === 'MetaProperty' && node.property.name === 'url')
    return [[node.start, node.end]];
  return Object.values(node).flatMap(ownUrls);
}

/** `import.meta.url` keeps its meaning, the place of the source in its room, whatever file the source is bundled into. */
const ownPlace = {
  name: 'own place',
  transform(code, id) {
    if (!code.includes('import.meta.url')) return null;
    const place = relative(src, id).replaceAll(sep, '/').replace(/\.ts$/, '.js');
    const url = `new URL(${JSON.stringify(PLACE + place)}, import.meta.url).href`;
    const places = ownUrls(this.parse(code, { lang: 'ts' })).sort(([a], [b]) => b - a);
    return places.reduce((text, [start, end]) => text.slice(0, start) + url + text.slice(end), code);
  },
  renderChunk(code, { fileName }) {
    const up = posix.relative(posix.dirname(fileName), '.');
    return code.replaceAll(PLACE, up === '' ? './' : `${up}/`);
  },
};

const bundle = await rolldown({
  input: entryPoints(),
  platform: 'node',
  external: (id) => !id.startsWith('.') && !id.startsWith(HELPERS) && !id.startsWith('\0') && !isAbsolute(id),
  treeshake: { moduleSideEffects: false },
  transform: { target: 'es2022' }, // every Node that can say that it is too old can read it
  plugins: [ownPlace],
});
await bundle.write({
  dir: dist,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'shared/[name]-[hash].js',
});
await bundle.close();

// An import is linked as a whole before its first line runs, so the check of Node stands before everything else.
writeFileSync(join(dist, 'index.js'), "import './app/machine/check-node.js';\nexport * from './library.js';\n");
