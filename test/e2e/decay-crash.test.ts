import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, expect, test } from 'vitest';
import { verifyJournal } from '../../src/app/index.ts';
import { Rng } from '../../src/core/index.ts';
import { JournalProcess } from '../support/journal-process.ts';
import { smallModelBytes } from '../support/live-service.ts';
import { SEED_NOTE, TEST_SEED } from '../support/seed.ts';

const N_KILLS = 20;
/** Twenty-two starts of a process: on a busy machine more than other tests take. */
const LIMIT_MS = 900_000;
const root = mkdtempSync(join(tmpdir(), 'decay-crash-'));
const children: JournalProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) await child.dispose();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function directoryOf(name: string): string {
  const directory = join(root, name);
  mkdirSync(directory);
  writeFileSync(join(directory, 'model.onnx'), smallModelBytes());
  return directory;
}

function start(directory: string): JournalProcess {
  const child = new JournalProcess([directory], [], 'decay');
  children.push(child);
  return child;
}

/** Where the detector stood, by the journal; what was written twice counts once. */
function pointsIn(directory: string): Readonly<Record<string, unknown>>[] {
  const db = new DatabaseSync(join(directory, 'ml4t.db'), { readOnly: true });
  const columns = 'event, outcome_number, ts, statistic, n_scored, n_spans, n_inside, last_alarm_ts';
  try {
    const read = db.prepare(`SELECT DISTINCT ${columns} FROM detectors ORDER BY seq`);
    read.setReadBigInts(true);
    return read.all();
  } finally {
    db.close();
  }
}

test(
  `kill -9, ${N_KILLS} times, during a decay: it is noticed at the same outcome, with the same statistic`,
  async () => {
    const whole = directoryOf('whole');
    const straight = start(whole);
    await straight.until('its end', (lines) => lines.some(({ closed }) => closed === true));
    const expected = pointsIn(whole);
    const alarms = expected.filter(({ event }) => event === 'alarm');
    expect(alarms.length, 'the decay is noticed, and goes on').toBeGreaterThan(1);
    expect(Number(alarms[0].outcome_number), 'not before it begins').toBeGreaterThan(120);

    const killed = directoryOf('killed');
    const rng = new Rng(TEST_SEED);
    for (let round = 0; round < N_KILLS; round++) {
      const child = start(killed);
      const enough = 1 + Math.floor(rng.nextFloat() * 24);
      const isOver = (): boolean => child.lines.some(({ closed }) => closed === true);
      await child.until(`${enough} outcomes`, () => child.written.length >= enough || isOver());
      await child.kill();
    }
    await start(killed).until('its end', (lines) => lines.some(({ closed }) => closed === true));
    expect(pointsIn(killed), SEED_NOTE).toEqual(expected);
    expect(await verifyJournal(killed), SEED_NOTE).toMatchObject({ faults: [] });
  },
  LIMIT_MS,
);
