// Python programs that the tests need. They are installed once, at pinned versions, into an environment of their own. Plain JavaScript.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const requirements = join(root, 'test', 'e2e', 'schemathesis', 'requirements.txt');
const PYTHONS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
/** Exits with 0 for a Python that is new enough and can make environments. */
const IS_FIT = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';

/** Directory of the environment, and the file in it that names the versions once all are installed. */
const environment = join(realpathSync(join(root, 'node_modules')), '.cache', 'schemathesis');
const complete = join(environment, '.complete');

function isInstalled(versions) {
  return existsSync(complete) && readFileSync(complete, 'utf8') === versions;
}

/** Installs schemathesis where it is missing. @param installPython - is called where no Python is fit for it. @returns whether it is there. */
export function ensureSchemathesis(say, installPython) {
  const versions = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (isInstalled(versions)) return true;
  say('schemathesis is missing; the test of the OpenAPI document runs it');
  const python = fitPython() ?? (installPython() ? fitPython() : undefined);
  if (python !== undefined && install(python, say)) {
    writeFileSync(complete, versions);
    return true;
  }
  say(
    'schemathesis could not be installed here: it takes Python 3.11 or later with venv, and a package index that pip reaches;',
  );
  say('until then the test that needs it is skipped.');
  return false;
}

function fitPython() {
  return PYTHONS.find((python) => spawnSync(python, ['-c', IS_FIT], { stdio: 'ignore' }).status === 0);
}

function install(python, say) {
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
