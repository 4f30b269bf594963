// `npm run python:check` and `npm run python:wheel`: checks the Python client, or makes its wheel in python/dist. Plain JavaScript.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePython } from './python-parts.mjs';

const folder = fileURLToPath(new URL('../python', import.meta.url));
const COMMANDS = {
  check: [
    ['format', ['-m', 'ruff', 'format', '--check', '.']],
    ['lint', ['-m', 'ruff', 'check', '.']],
    ['types', ['-m', 'mypy']],
    ['tests', ['-m', 'pytest', '-q']],
  ],
  wheel: [['wheel', ['-m', 'build', '--wheel', '--no-isolation', '--outdir', 'dist', '.']]],
};

const say = (text) => process.stderr.write(`python: ${text}\n`);
const steps = COMMANDS[process.argv[2]];
if (steps === undefined) {
  say('check or wheel?');
  process.exit(2);
}
const python = ensurePython({ name: 'python-client', requirements: join(folder, 'requirements-dev.txt'), say });
if (python === null) {
  say('it takes Python 3.11 or later with venv, and a package index that pip reaches');
  process.exit(1);
}
for (const [name, args] of steps) {
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(python, args, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
