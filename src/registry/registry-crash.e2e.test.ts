import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { SEED_NOTE, TEST_SEED } from '../../test/support/seed.ts';
import { Rng } from '../core/index.ts';
import { fileModelRegistry } from './file-model-registry.ts';

const root = mkdtempSync(join(tmpdir(), 'ml4t-registry-crash-'));
afterAll(() => rmSync(root, { recursive: true }));
const source = fileURLToPath(new URL('./file-model-registry.ts', import.meta.url));
const N_KILLS = 20;
const SIZE = 1 << 16;

/** Program that adds, promotes, quarantines and removes models without end, and prints the version of each promotion. */
const loop = (directory: string, start: number): string => `
  import { fileModelRegistry } from ${JSON.stringify(source)};
  const registry = fileModelRegistry(${JSON.stringify(directory)});
  let last = (await registry.champion())?.version ?? null;
  for (let k = ${start}; ; k++) {
    const version = 'm-' + k;
    await registry.add(version, new Uint8Array(${SIZE}).fill(k % 256), { origin: 'retrained', parent: last, metadata: null });
    process.stdout.write('to ' + version + '\\n');
    await registry.setChampion({ version, predecessor: last }, 'promoted');
    process.stdout.write('at ' + version + '\\n');
    if (last !== null && k % 3 === 0) await registry.quarantine(last, 'bad');
    await registry.prune(2, version);
    last = version;
  }`;

test(`killed at ${N_KILLS} random points, the champion is the old or the new one, whole, and every listed model is`, async () => {
  const directory = join(root, 'models');
  const registry = fileModelRegistry(directory);
  const rng = new Rng(TEST_SEED);
  let [start, nMoves] = [0, 0];
  for (let round = 0; round < N_KILLS; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', loop(directory, start)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(...text.trim().split('\n')));
    const ended = once(child, 'exit');
    const wanted = 1 + rng.nextInt(3); // counted in moves, because a busy machine makes few of them in a time
    while (lines.filter((line) => line.startsWith('at ')).length < wanted) await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, rng.nextFloat() * 40)); // where in the loop is chance, on purpose
    child.kill('SIGKILL');
    await ended;
    const champion = await registry.champion();
    const done = lines
      .filter((line) => line.startsWith('at '))
      .at(-1)
      ?.slice(3);
    const begun =
      lines
        .filter((line) => line.startsWith('to '))
        .at(-1)
        ?.slice(3) ?? '';
    const next = `m-${Number(begun.slice(2)) + 1}`; // its "to" may not have been printed
    if (done !== undefined)
      expect([done, begun, next], `${SEED_NOTE}, round ${round}: old or new`).toContain(champion?.version);
    const versions = await registry.list();
    if (champion !== null) expect(versions, `round ${round}: the champion is kept`).toContain(champion.version);
    for (const version of versions) {
      const k = Number(version.slice(2));
      const bytes = await registry.read(version);
      expect([bytes.length, bytes.every((byte) => byte === k % 256)], `round ${round}: ${version}`).toEqual([
        SIZE,
        true,
      ]);
      const written = JSON.parse(readFileSync(join(directory, `${version}.json`), 'utf8'));
      expect(written, `round ${round}: described`).toMatchObject({ version, origin: 'retrained' });
    }
    const moves = await registry.history();
    expect(moves.length, `round ${round}: no move is forgotten but the last`).toBeGreaterThanOrEqual(nMoves);
    nMoves = moves.length;
    start = Number(versions.at(-1)?.slice(2) ?? begun.slice(2)) + 1;
  }
  expect(nMoves, 'the loop did move the champion').toBeGreaterThan(N_KILLS);
});
