// Bundles the dashboard into dist/dashboard/: one script, one stylesheet, one page. The names never change; the server makes
// browsers check for a new version.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const from = join(root, 'dashboard');
const to = join(root, 'dist', 'dashboard');

await build({
  entryPoints: [
    { in: join(from, 'main.tsx'), out: 'app' },
    { in: join(from, 'app.css'), out: 'app' },
  ],
  outdir: to,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  tsconfig: join(from, 'tsconfig.json'),
  legalComments: 'eof',
  logLevel: 'warning',
});
for (const name of ['index.html', 'icon.svg']) copyFileSync(join(from, name), join(to, name));
