// `npm test`: all checks, the cheapest first and the tests last. Arguments are passed to the test runner.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureSystemParts } from './system-parts.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules', '.bin', name);

const steps = [
  ['format and lint', bin('biome'), ['check', '--error-on-warnings']],
  ['types', bin('tsc'), ['-p', 'tsconfig.json']],
  ['types of the examples', bin('tsc'), ['-p', 'tsconfig.examples.json']],
  ['types of the dashboard', bin('tsc'), ['-p', 'dashboard/tsconfig.json']],
  ['dead code', bin('knip'), []],
  ['package', bin('publint'), ['--strict']],
  ['tests', bin('vitest'), ['run', ...process.argv.slice(2)]],
];

for (const [name, command, args] of steps) {
  if (name === 'dead code') ensureSystemParts(); // it reads the settings of the tests, which may demand them
  process.stdout.write(`\n== ${name}\n`);
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.status !== 0) {
    process.stdout.write(`\n== ${name} failed\n`);
    process.exit(1);
  }
}
