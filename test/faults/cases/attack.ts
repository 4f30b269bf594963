// All attacks at once, in other processes, beside good clients on every road. `npm run bench -- attack` is ten minutes of it.
import { soundness } from '../../../bench/attack/findings.ts';
import { runMixed } from '../../../bench/attack/mixed-run.ts';
import { hasRedis } from '../../support/machine.ts';
import type { FaultCase } from '../harness/world.ts';

export const mixedAttack: FaultCase = {
  name: 'every attack at once',
  expected: 'good clients on every road are answered, memory at most 600 MB, nothing lost',
  needsRedis: false,
  run: async (context) => {
    const attack = context.isQuick ? 20 : 120;
    const schedule = { 'warm-up': 2, calm: 8, attack, after: 5 };
    const run = await runMixed(context, { schedule, rate: 10, hasRedis, model: null });
    const { did, counts, violations } = run.outcome;
    const broken = soundness(run).filter(({ isKept }) => !isKept);
    const most = Math.round(Math.max(0, ...run.memory.attack, ...run.memory.after));
    return {
      did: `${did}; memory ${most} MB at most`,
      counts,
      violations: [...violations, ...broken.map(({ promise, found }) => `${promise}: ${found}`)],
    };
  },
};
