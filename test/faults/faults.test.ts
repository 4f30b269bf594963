import { afterAll, describe, expect, test } from 'vitest';
import { SEED_NOTE } from '../support/seed.ts';
import { CASES } from './cases/index.ts';
import { buildCopy, removeBuilds } from './harness/builds.ts';
import { obstacleOf } from './harness/world.ts';

// The short form of every case, on real processes; `npm run test:faults` runs the long form.

afterAll(removeBuilds);

describe.each(Object.entries(CASES))('%s', (_, cases) => {
  for (const fault of cases) {
    test(fault.name, { tags: fault.needsRedis ? ['redis'] : [] }, async ({ skip }) => {
      const obstacle = obstacleOf(fault);
      if (obstacle !== null) return skip(obstacle);
      const { violations } = await fault.run({ main: buildCopy(), isQuick: true });
      expect(violations, SEED_NOTE).toEqual([]);
    });
  }
});
