// `npm run python:check`, `python:wheel` and `python:kills`: checks the Python client, makes its wheel in python/dist, or kills a service
// during 10,000 calls of it. Plain JavaScript.
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

/** Number of calls of `python:kills`, and the test that reads it. */
const KILLS = { calls: '10000', test: 'test/e2e/python-kills.test.ts' };

const say = (text) => process.stderr.write(`python: ${text}\n`);
const steps = process.argv[2] === 'kills' ? [] : COMMANDS[process.argv[2]];
if (steps === undefined) {
  say('check, wheel or kills?');
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
if (process.argv[2] === 'kills') {
  const root = join(folder, '..');
  const env = { ...process.env, PYTHON_CALLS: KILLS.calls };
  const vitest = join(root, 'node_modules', '.bin', 'vitest');
  process.exitCode =
    spawnSync(vitest, ['run', '--project', 'e2e', KILLS.test], { cwd: root, stdio: 'inherit', env }).status ?? 1;
}
