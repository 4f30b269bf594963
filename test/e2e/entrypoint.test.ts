import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { Child } from '../faults/harness/child.ts';
import { catchesSigterm, endProcessesWith } from '../faults/harness/ways-to-start.ts';
import { until } from '../support/until.ts';

const ENTRYPOINT = fileURLToPath(new URL('../../deploy/entrypoint.sh', import.meta.url));
/** Starts, of which five in a hundred lost a signal that met the copy of the shell which becomes Node. */
const N_STARTS = 100;
/** The first 1.5 milliseconds after the shell catches signals have the fork and what follows it. */
const LATEST_MS = 1.5;
const NEVER_MS = 60_000;
const directory = mkdtempSync(join(tmpdir(), 'ml4t-entrypoint-'));

afterAll(() => {
  endProcessesWith(directory);
  rmSync(directory, { recursive: true, force: true });
});

function installed(): string {
  const main = join(directory, 'dist', 'cli', 'main.js');
  mkdirSync(dirname(main), { recursive: true });
  writeFileSync(main, 'setInterval(() => undefined, 1000);\n');
  const entrypoint = join(directory, 'deploy', 'entrypoint.sh');
  cpSync(ENTRYPOINT, entrypoint);
  return entrypoint;
}

/** Holds the thread until something is so, to the microsecond, or the time is over. */
function spin(isSo: () => boolean, mostMs: number): void {
  const endsAt = performance.now() + mostMs;
  while (!isSo() && performance.now() < endsAt);
}

test.runIf(process.platform === 'linux')('a signal that meets the start of Node is not lost', async () => {
  const entrypoint = installed();
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  for (let k = 0; k < N_STARTS; k++) {
    const child = new Child(entrypoint, [], { PATH });
    const waitMs = (k / N_STARTS) * LATEST_MS;
    spin(() => catchesSigterm(child.pid), NEVER_MS);
    spin(() => false, waitMs);
    child.signal('SIGTERM');
    await until(() => child.ending !== null, `start ${k} ends of SIGTERM after ${waitMs} ms`, NEVER_MS);
    expect(child.ending).toEqual({ code: 0, signal: null });
  }
});
