// Another program holds the write lock of the journal: a viewer with an open transaction, VACUUM, a backup.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { GIVES_UP_LOCKED } from '../harness/attack-sabotages.ts';
import { makeSignal } from '../harness/market.ts';
import { httpLoad, sendUntilAnswered } from '../harness/senders.ts';
import type { Service } from '../harness/service.ts';
import { type FaultCase, runCase, type World } from '../harness/world.ts';

/** The service waits five seconds for a lock; this is longer. */
const HELD_MS = 7000;
const ACTIONS = ['BEGIN IMMEDIATE', 'BEGIN EXCLUSIVE'] as const;

/** The lock is held for longer than anything waits for it; after it, the service answers again by itself. */
export const journalLocked: FaultCase = {
  name: 'the write lock of the journal is held by another program for 7 s',
  expected: '503 `JOURNAL_BUSY` and no false ok; answers again without a restart',
  needsRedis: false,
  failsUnder: [{ sabotage: GIVES_UP_LOCKED, by: /^not again: / }],
  run: (context) =>
    runCase(context, 'none', async (world) => {
      const service = await world.service('one').start();
      world.beside(httpLoad(() => service.url, true, { ...world.load, run: 'beside', concurrency: 4, pauseMs: 5 }));
      const nRounds = context.isQuick ? 1 : 4;
      for (let round = 0; round < nRounds && world.violations.length === 0; round++) {
        await lockOnce(world, service, round);
      }
      await world.endLoad();
      vacuum(service);
      const after = await sendUntilAnswered(() => service.url, makeSignal('vacuumed', 0), world.log);
      world.expect(after?.status === 200, `not again: after VACUUM ${after?.status} ${after?.code}`);
      return `${nRounds} times held for ${HELD_MS / 1000} s under load, then VACUUM`;
    }),
};

async function lockOnce(world: World, service: Service, round: number): Promise<void> {
  const urlOf = (): string | null => service.url;
  const first = await sendUntilAnswered(urlOf, makeSignal(`free${round}`, 0), world.log);
  world.expect(first?.status === 200, `before the lock: ${first?.status} ${first?.code}`);
  const viewer = new DatabaseSync(join(service.dataDir, 'ml4t.db'), { timeout: 5000 });
  try {
    viewer.exec(ACTIONS[round % ACTIONS.length]);
    const held = delay(HELD_MS);
    const patience = { patienceMs: 0 };
    const locked = await sendUntilAnswered(urlOf, makeSignal(`locked${round}`, 0), world.log, patience);
    const isTold = locked === null || (locked.status === 503 && locked.code === 'JOURNAL_BUSY');
    world.expect(isTold, `while it is locked: ${locked?.status} ${locked?.code}`);
    const { status: alive } = await service.get('/healthz');
    world.expect(alive === 200, `health while it is locked is ${alive}`);
    await held;
    viewer.exec('ROLLBACK');
  } finally {
    viewer.close();
  }
  const again = await sendUntilAnswered(urlOf, makeSignal(`again${round}`, 0), world.log);
  world.expect(again?.status === 200, `not again: after the lock ${again?.status} ${again?.code}`);
  if (again?.status !== 200) return;
  await service.untilReady().catch((error: unknown) => void world.violations.push(`not again: ${error}`));
}

/** Rewrites the whole journal, as a viewer offers it. */
function vacuum({ dataDir }: Service): void {
  const db = new DatabaseSync(join(dataDir, 'ml4t.db'), { timeout: 60_000 });
  db.exec('VACUUM');
  db.close();
}
