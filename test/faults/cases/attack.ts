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
    const [calm, attack, after] = context.isQuick ? [2, 15, 3] : [8, 120, 5];
    const schedule = { 'warm-up': 2, calm, attack, after };
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
