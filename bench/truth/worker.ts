// Child process of a run: trains what it is told, one after the other, and ends with its parent.

import { truthKinds } from './kinds.ts';
import { realFiles } from './real-files.ts';
import type { Answer, Task } from './run-tasks.ts';

const kinds = new Map(truthKinds(realFiles()).map((kind) => [kind.id, kind]));

process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined); // the parent ends the run
process.on('message', async ({ kind, seed }: Task) => {
  const start = process.cpuUsage();
  const outcome = await trained(kind, seed);
  const { user, system } = process.cpuUsage(start);
  process.send?.({ ...outcome, ms: Math.round((user + system) / 1000) } satisfies Answer);
});

async function trained(kind: string, seed: number): Promise<Pick<Answer, 'training' | 'error'>> {
  try {
    return {
      training: (await kinds.get(kind)?.train(seed)) ?? null,
      error: kinds.has(kind) ? null : `no kind ${kind}`,
    };
  } catch (error) {
    return { training: null, error: error instanceof Error ? error.message : String(error) };
  }
}
