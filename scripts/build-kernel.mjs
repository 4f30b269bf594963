// Compiles the AssemblyScript forest kernel into a TypeScript file that holds the module's bytes as base64, so that the
// model room needs no file system to have it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src', 'model', 'kernel', 'forest-kernel.as.ts');
const target = source.replace('.as.ts', '.generated.ts');
const compiled = join(dirname(target), 'forest-kernel.generated.wasm');

const { error, stderr } = await asc.main([
  relative(root, source),
  '--baseDir',
  root,
  '--outFile',
  relative(root, compiled),
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--importMemory',
  '--enable',
  'simd',
]);
if (error) {
  process.stderr.write(`${stderr.toString()}\nbuild: the forest kernel does not compile: ${error.message}\n`);
  process.exit(1);
}
const bytes = readFileSync(compiled);
rmSync(compiled);
writeFileSync(
  target,
  `/** The compiled \`forest-kernel.as.ts\`. Written by \`scripts/build-kernel.mjs\`. */
export const FOREST_KERNEL_BASE64 =
  '${bytes.toString('base64')}';
`,
);
