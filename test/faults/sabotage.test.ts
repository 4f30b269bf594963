import { afterAll, expect, test } from 'vitest';
import { SEED_NOTE } from '../support/seed.ts';
import { killedAfter, killedBefore, randomHttpKills } from './cases/crash.ts';
import { idConflict, sameId } from './cases/identity.ts';
import { CASES } from './cases/index.ts';
import { buildCopy, misplacedIn, removeBuilds } from './harness/builds.ts';
import { obstacleOf } from './harness/world.ts';

// Each of these cases must fail on a build that breaks its promise on purpose. `npm run test:faults` does it for all cases.

afterAll(removeBuilds);

test('each sabotage finds the lines that it changes', () => {
  const sabotages = Object.values(CASES).flatMap((cases) => cases.flatMap(({ failsUnder = [] }) => failsUnder));
  expect(sabotages.flatMap(({ sabotage }) => misplacedIn(sabotage))).toEqual([]);
});

for (const fault of [randomHttpKills, killedBefore, killedAfter, sameId, idConflict]) {
  const [{ sabotage, by }] = fault.failsUnder ?? [];
  test(`${fault.name}: fails on a build that ${sabotage.name}`, { tags: fault.needsRedis ? ['redis'] : [] }, async ({
    skip,
  }) => {
    const obstacle = obstacleOf(fault);
    if (obstacle !== null) return skip(obstacle);
    const { violations } = await fault.run({ main: buildCopy(sabotage), isQuick: true });
    expect(
      violations.filter((sentence) => by.test(sentence)).length,
      [SEED_NOTE, ...violations].join('\n'),
    ).toBeGreaterThan(0);
  });
}
