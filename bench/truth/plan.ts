import type { Kind } from './kinds.ts';
import type { TruthResult } from './results.ts';
import type { Task } from './run-tasks.ts';

/** Seeds of one kind that are done in a row: a file is read once for them. */
const BLOCK = 100;

/** What is left to do: some seeds of every kind, then some more, so that a run that is stopped has some of each. */
export function openTasks(
  kinds: readonly Kind[],
  done: readonly TruthResult[],
  nSeeds: (kind: Kind) => number,
): Task[] {
  const known = new Set(done.map(({ kind, seed }) => `${kind} ${seed}`));
  const tasks: Task[] = [];
  const most = Math.max(0, ...kinds.map(nSeeds));
  for (let start = 1; start <= most; start += BLOCK) {
    for (const kind of kinds) {
      for (let seed = start; seed < start + BLOCK && seed <= nSeeds(kind); seed++)
        if (!known.has(`${kind.id} ${seed}`)) tasks.push({ kind: kind.id, seed });
    }
  }
  return tasks;
}

/** Milliseconds that tasks will take, from what their kinds took so far; of an unknown kind as much as the mean of all. */
export function expectedMs(tasks: readonly Task[], done: readonly TruthResult[], nWorkers: number): number {
  const times = new Map<string, { sum: number; n: number }>();
  for (const { kind, ms } of done) {
    const { sum, n } = times.get(kind) ?? { sum: 0, n: 0 };
    times.set(kind, { sum: sum + ms, n: n + 1 });
  }
  const overall = done.reduce((sum, { ms }) => sum + ms, 0) / done.length;
  const meanOf = (kind: string): number => {
    const time = times.get(kind);
    return time === undefined ? overall : time.sum / time.n;
  };
  return tasks.reduce((sum, { kind }) => sum + meanOf(kind), 0) / nWorkers;
}
