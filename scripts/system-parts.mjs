// Programs that the tests need and npm cannot install. Missing ones are installed with the system's package manager where that
// is permitted; otherwise a message says what to do. Plain JavaScript.
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { ensureSchemathesis } from './python-parts.mjs';

/** Needed programs (any of `programs`), with the name of their package by package manager. */
const PARTS = [
  {
    programs: ['redis-server'],
    why: 'the tests of the Redis bus run on a real server',
    packages: { 'apt-get': 'redis-server', apk: 'redis', dnf: 'redis', brew: 'redis' },
  },
  {
    programs: ['chromium', 'chromium-browser', 'google-chrome'],
    why: 'the tests of the dashboard look at it in a real browser',
    packages: { 'apt-get': 'chromium', apk: 'chromium', dnf: 'chromium', brew: 'chromium' },
  },
];

/** Python with the means to make an environment, by package manager. */
const PYTHON_PACKAGES = {
  'apt-get': ['python3', 'python3-venv'],
  apk: ['python3'],
  dnf: ['python3'],
  brew: ['python3'],
};

const INSTALL = {
  'apt-get': [
    ['apt-get', 'update', '-qq'],
    ['apt-get', 'install', '-y', '-qq', '--no-install-recommends'],
  ],
  apk: [['apk', 'add', '--no-progress']],
  dnf: [['dnf', 'install', '-y', '-q']],
  brew: [['brew', 'install', '--quiet']],
};

function say(text) {
  process.stderr.write(`system parts: ${text}\n`);
}

function isThere(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Words before a command that needs root: none, `sudo -n`, or null where root is not available. */
function asRoot(manager) {
  if (manager === 'brew' || process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : null;
}

function install(manager, name) {
  const before = asRoot(manager);
  if (before === null) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const [i, step] of INSTALL[manager].entries()) {
    const isLast = i === INSTALL[manager].length - 1;
    const [command, ...args] = [...before, ...step, ...(isLast ? [name] : [])];
    say(`${[command, ...args].join(' ')}`);
    const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2], env });
    if (isLast) return status === 0;
  }
  return false;
}

/** Installs missing parts, schemathesis included. @returns the system's programs that are still missing. */
export function ensureSystemParts() {
  const manager = Object.keys(INSTALL).find(isThere);
  ensureSchemathesis(
    say,
    () => manager !== undefined && PYTHON_PACKAGES[manager].every((name) => install(manager, name)),
  );
  return PARTS.filter(({ programs, packages, why }) => {
    if (programs.some(isThere)) return false;
    say(`${programs[0]} is missing; ${why}`);
    if (manager !== undefined && install(manager, packages[manager]) && programs.some(isThere)) return false;
    say(
      `${programs[0]} could not be installed here. Install it (${Object.values(packages).join(', ')}) and run again;`,
    );
    say('until then the tests that need it are skipped.');
    return true;
  }).map(({ programs }) => programs[0]);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) ensureSystemParts();
