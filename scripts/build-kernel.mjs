// Compiles every AssemblyScript kernel (`src/**/*.as.ts`) into a TypeScript file beside it with the module's bytes as base64, so
// that pure rooms load it without a file system.
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const OPTIONS = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd'];

for (const source of globSync('src/**/*.as.ts', { cwd: root })) {
  const compiled = source.replace('.as.ts', '.generated.wasm');
  const { error, stderr } = await asc.main([source, '--baseDir', root, '--outFile', compiled, ...OPTIONS]);
  if (error) {
    process.stderr.write(`${stderr.toString()}\nbuild: ${source} does not compile: ${error.message}\n`);
    process.exit(1);
  }
  const bytes = readFileSync(join(root, compiled));
  rmSync(join(root, compiled));
  const name = basename(source, '.as.ts').replaceAll('-', '_').toUpperCase();
  const text = `/** The compiled \`${basename(source)}\`; written by \`scripts/build-kernel.mjs\`. */
export const ${name}_BASE64 =
  '${bytes.toString('base64')}';
`;
  writeFileSync(join(root, source.replace('.as.ts', '.generated.ts')), text);
}
