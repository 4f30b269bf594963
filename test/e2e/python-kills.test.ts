// @module-tag python-libraries
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { verifyJournal } from '../../src/app/index.ts';
import { Rng } from '../../src/core/index.ts';
import { Child } from '../faults/harness/child.ts';
import { Service } from '../faults/harness/service.ts';
import { freePort } from '../support/free-port.ts';
import { librariesPython } from '../support/machine.ts';
import { SEED_NOTE, TEST_SEED } from '../support/seed.ts';

/** Number of calls; `npm run python:kills` makes 10,000. */
const N_CALLS = Number(process.env.PYTHON_CALLS ?? 400);
/** Kills, each after a share of the calls that is drawn from its part of them. */
const N_KILLS = N_CALLS >= 10_000 ? 5 : 1;
/** Whether an answer waits for its record. */
const MODES = N_CALLS >= 10_000 ? ['durable', 'fast'] : ['durable'];
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'python-kills-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test.each(MODES)(
  `kill -9 of the service, ${N_KILLS} times during ${N_CALLS} %s calls from Python: each id has one answer`,
  async (mode) => {
    const dataDir = join(directory, mode);
    const main = join(ROOT, 'dist', 'cli', 'main.js');
    const service = new Service({ main, dataDir, redisUrl: null, port: await freePort() });
    await service.start();
    const args = ['-W', 'ignore', join(ROOT, 'python/tests/answered_once.py'), `${service.url}`, String(N_CALLS), mode];
    const pythonPath = ['src', 'tests'].map((folder) => join(ROOT, 'python', folder)).join(':');
    const asking = new Child(librariesPython ?? 'python3', args, {
      PYTHONPATH: pythonPath,
      PYTHONDONTWRITEBYTECODE: '1',
    });
    const nAnswered = (): number => Number(/(\d+)\n[^\n]*$/.exec(asking.stdout)?.[1] ?? 0);

    const rng = new Rng(TEST_SEED);
    for (let kill = 0; kill < N_KILLS; kill++) {
      const enough = ((kill + 0.1 + 0.8 * rng.nextFloat()) / N_KILLS) * N_CALLS;
      expect(await asking.until(() => nAnswered() >= enough, `${enough} answers`, 300_000), asking.stderr).toBe(true);
      await service.kill();
      await service.start();
    }
    const { code } = await asking.ended;
    expect(code, `${asking.stderr}; ${SEED_NOTE}`).toBe(0);
    expect(JSON.parse(asking.stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ n_calls: N_CALLS });
    expect(await service.stop()).toBeNull();
    expect(await verifyJournal(dataDir), SEED_NOTE).toMatchObject({ faults: [] });
  },
);
