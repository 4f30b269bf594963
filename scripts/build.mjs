// Builds dist/: the WebAssembly kernel, the declarations by tsc, the library and the command line, the dashboard. With --if-stale
// only when a source is newer than the last build.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'dist', '.built');

function isStale() {
  if (!existsSync(stamp)) return true;
  const builtAt = statSync(stamp).mtimeMs;
  const sources = ['src/**/*.ts', 'dashboard/**/*', 'tsconfig*.json', 'package.json', 'scripts/build*.mjs'];
  return globSync(sources, { cwd: root })
    .filter((file) => !file.endsWith('.generated.ts'))
    .some((file) => statSync(join(root, file)).mtimeMs > builtAt);
}

function run(args) {
  const result = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) process.exit(1);
}

if (process.argv.includes('--if-stale') && !isStale()) process.exit(0);
process.stderr.write('build: compiling\n');
run([join('scripts', 'build-kernel.mjs')]);
rmSync(join(root, 'dist'), { recursive: true, force: true });
run([join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json', '--emitDeclarationOnly']);
run([join('scripts', 'build-declarations.mjs')]);
run([join('scripts', 'build-library.mjs')]);
run([join('scripts', 'build-dashboard.mjs')]);
writeFileSync(stamp, '');
