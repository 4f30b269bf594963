// One attack in a process of its own. It gets its job from its parent, sends its counts, and ends when it is told to.
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { HTTP_ATTACKS } from './http-attacks.ts';
import { OTHER_ATTACKS } from './other-attacks.ts';
import type { AttackerJob } from './plan.ts';
import { AttackTally } from './tally.ts';

const LOWEST_PRIORITY = 19;
const REPORT_MS = 500;
/** Time in which an attack finishes what is half done, milliseconds. */
const END_MS = 5000;
const ATTACKS = { ...HTTP_ATTACKS, ...OTHER_ATTACKS };

async function work({ target, attack, isPolite }: AttackerJob): Promise<void> {
  if (isPolite) setPriority(LOWEST_PRIORITY); // an attacker on another machine takes no processor time of this one
  const tally = new AttackTally();
  let isOver = false;
  setInterval(() => process.send?.(tally.counts), REPORT_MS);
  const attacking = ATTACKS[attack](target, tally, () => isOver).catch((error: unknown) => {
    tally.answered(`ended: ${error instanceof Error ? error.message : String(error)}`);
  });
  process.once('message', async () => {
    isOver = true;
    await Promise.race([attacking, delay(END_MS)]);
    process.send?.(tally.counts, () => process.exit());
  });
}

process.on('disconnect', () => process.exit());
process.once('message', (job: AttackerJob) => void work(job));
