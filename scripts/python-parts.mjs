// Python programs that the tests need. Each set is installed once, at pinned versions, into an environment of its own. Plain JavaScript.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const PYTHONS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
/** Those of pyenv, of which only one is on the PATH. */
const PYENV = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions', '*', 'bin', 'python');

/** Installs schemathesis where it is missing. @param installPython - is called where no Python is fit for it. @returns whether it is there. */
export function ensureSchemathesis(say, installPython) {
  const requirements = join(root, 'test', 'e2e', 'schemathesis', 'requirements.txt');
  const missing = () => say('schemathesis is missing; the test of the OpenAPI document runs it');
  const python = ensurePython({ name: 'schemathesis', requirements, say, missing, installPython });
  if (python !== null) return true;
  say(
    'schemathesis could not be installed here: it takes Python 3.11 or later with venv, and a package index that pip reaches;',
  );
  say('until then the test that needs it is skipped.');
  return false;
}

/**
 * Installs a set of Python packages into `node_modules/.cache/NAME` where it is missing there.
 *
 * @param requirements - file of pinned versions; a line `# Python 3.12 or later, before 3.15` asks for more than Python 3.11.
 * @param say - is told each step.
 * @param missing - is called before an installation.
 * @param installPython - is called where no Python is fit for it; returns whether one was installed.
 * @returns the path of its Python; null where it cannot be had here.
 */
export function ensurePython({ name, requirements, say, missing, installPython = () => false }) {
  const { environment, inside, complete, text, versions, isComplete } = environmentOf(name, requirements);
  if (isComplete) return inside;
  missing?.();
  const least = /Python 3\.(\d+) or later/.exec(text)?.[1] ?? '11';
  const before = /before 3\.(\d+)/.exec(text)?.[1] ?? '99';
  const python = fitPython(least, before) ?? (installPython() ? fitPython(least, before) : undefined);
  if (python === undefined || !install(python, environment, requirements, say)) return null;
  writeFileSync(complete, versions);
  return inside;
}

/** @returns the path of the Python of a set that {@link ensurePython} installed; null where it has not, or another set. */
export function installedPython({ name, requirements }) {
  const { inside, isComplete } = environmentOf(name, requirements);
  return isComplete ? inside : null;
}

function environmentOf(name, requirements) {
  const modules = join(root, 'node_modules');
  const environment = join(existsSync(modules) ? realpathSync(modules) : modules, '.cache', name);
  // The file in an environment that names the versions once all are installed.
  const complete = join(environment, '.complete');
  const text = readFileSync(requirements, 'utf8');
  const versions = createHash('sha256').update(text).digest('hex');
  const isComplete = existsSync(complete) && readFileSync(complete, 'utf8') === versions;
  return { environment, inside: join(environment, 'bin', 'python'), complete, text, versions, isComplete };
}

/** A Python 3 of a minor version in [least, before) that can make environments. */
function fitPython(least, before) {
  const isFit = `import sys, venv, ensurepip; sys.exit(not (3, ${least}) <= sys.version_info < (3, ${before}))`;
  const candidates = [...PYTHONS, ...globSync(PYENV)];
  return candidates.find((python) => spawnSync(python, ['-c', isFit], { stdio: 'ignore' }).status === 0);
}

function install(python, environment, requirements, say) {
  const inside = join(environment, 'bin', 'python');
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary=:all:'];
  const steps = [
    [python, ['-m', 'venv', '--clear', environment]],
    [inside, [...pip, '--requirement', requirements]],
  ];
  for (const [command, args] of steps) {
    say([command, ...args].join(' '));
    if (spawnSync(command, args, { stdio: ['ignore', 2, 2] }).status === 0) continue;
    rmSync(environment, { recursive: true, force: true });
    return false;
  }
  return true;
}
