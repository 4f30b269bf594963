// Python programs that the tests need. Each set is installed once, at pinned versions, into an environment of its own. Plain JavaScript.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const PYTHONS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];

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
 * @param requirements - file of pinned versions; a line `# Python 3.12 or later` asks for more than Python 3.11.
 * @param say - is told each step.
 * @param missing - is called before an installation.
 * @param installPython - is called where no Python is fit for it; returns whether one was installed.
 * @returns the path of its Python; null where it cannot be had here.
 */
export function ensurePython({ name, requirements, say, missing, installPython = () => false }) {
  const environment = join(realpathSync(join(root, 'node_modules')), '.cache', name);
  const inside = join(environment, 'bin', 'python');
  // The file in an environment that names the versions once all are installed.
  const complete = join(environment, '.complete');
  const text = readFileSync(requirements, 'utf8');
  const versions = createHash('sha256').update(text).digest('hex');
  if (existsSync(complete) && readFileSync(complete, 'utf8') === versions) return inside;
  missing?.();
  const minor = /Python 3\.(\d+) or later/.exec(text)?.[1] ?? '11';
  const python = fitPython(minor) ?? (installPython() ? fitPython(minor) : undefined);
  if (python === undefined || !install(python, environment, requirements, say)) return null;
  writeFileSync(complete, versions);
  return inside;
}

/** A Python that is new enough and can make environments. */
function fitPython(minor) {
  const isFit = `import sys, venv, ensurepip; sys.exit(sys.version_info < (3, ${minor}))`;
  return PYTHONS.find((python) => spawnSync(python, ['-c', isFit], { stdio: 'ignore' }).status === 0);
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
