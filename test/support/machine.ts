import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedPython } from '../../scripts/python-parts.mjs';

/** Whether `redis-server` is installed on this machine. */
export const hasRedis = onPath(['redis-server']) !== null;

/** Path of a Chromium: that of `CHROMIUM_PATH`, else one on the PATH; null where there is none. */
export const chromiumPath = namedChromium() ?? onPath(['chromium', 'chromium-browser', 'google-chrome']);

const schemathesis = fileURLToPath(new URL('../../node_modules/.cache/schemathesis', import.meta.url));
/** Path of the schemathesis that `scripts/python-parts.mjs` installed; null where it could not. */
export const schemathesisPath = existsSync(join(schemathesis, '.complete'))
  ? join(schemathesis, 'bin', 'schemathesis')
  : null;

/** Programs of Linux with which tests make faults. */
export const hasStrace = onPath(['strace']) !== null;
/** Path of promtool, which comes with Prometheus; null where there is none. */
export const promtoolPath = onPath(['promtool']);
/** Path of a Python that is new enough for the Python client; null where there is none. Plain `python3` may be older. */
export const pythonPath = onPath(['python3.11', 'python3.12', 'python3.13', 'python3.14']);
/** Path of the Python with the libraries that the client is used with (`npm run python:check`); null where they are not installed. */
export const librariesPython: string | null = installedPython({
  name: 'python-client',
  requirements: fileURLToPath(new URL('../../python/requirements-dev.txt', import.meta.url)),
});
export const hasPrlimit = onPath(['prlimit']) !== null;
/** Whether a process can be made the first one of a container, which takes the rights of root. */
export const hasUnshare = onPath(['unshare']) !== null && process.getuid?.() === 0;

function namedChromium(): string | null {
  const path = process.env.CHROMIUM_PATH ?? '';
  return path !== '' && existsSync(path) ? path : null;
}

/** Path of the first of some programs that is on the PATH; null where none is. */
function onPath(programs: readonly string[]): string | null {
  const places = (process.env.PATH ?? '').split(delimiter);
  const candidates = places.flatMap((place) => programs.map((program) => join(place, program)));
  return candidates.find((path) => existsSync(path)) ?? null;
}
