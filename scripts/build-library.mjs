// Bundles the library and the command line into dist/: each entry of the package, and each file of a thread, stays where its source
// is; the code they share lies in dist/shared/. One file is read where there were hundreds, so that an import takes a third of the
// time. Packages stay outside, and what is loaded on demand stays in files of its own.
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');
const dist = join(root, 'dist');
const DOOR = '__DIST__/';

/** Sources that others load by their path: the entries of the package, the command line, the threads. */
function entryPoints() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const doors = Object.values(exports).flatMap((entry) => (entry.default === undefined ? [] : [entry.default]));
  return [
    ...doors.map((path) => join(root, path.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))),
    ...globSync(['cli/main.ts', '**/*-thread.ts'], { cwd: src }).map((path) => join(src, path)),
  ];
}

/** `import.meta.url` keeps its meaning, the place of the file in its room, whatever file it is bundled into. */
const ownPlace = {
  name: 'own place',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta.url')) return null;
      const place = relative(src, path).replaceAll(sep, '/').replace(/\.ts$/, '.js');
      const url = `new URL(${JSON.stringify(DOOR + place)}, import.meta.url).href`;
      return { contents: text.replaceAll('import.meta.url', url), loader: 'ts' };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: entryPoints(),
  outbase: src,
  outdir: dist,
  chunkNames: 'shared/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'es2022', // every Node that can say that it is too old can read it
  packages: 'external',
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
  plugins: [ownPlace],
});

for (const { path, text } of outputFiles) {
  const up = relative(dirname(path), dist).replaceAll(sep, '/');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text.replaceAll(DOOR, up === '' ? './' : `${up}/`));
}
