import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TruthResult } from './results.ts';

/** One training to be done. */
export type Task = Pick<TruthResult, 'kind' | 'seed'>;
/** What a child process says of it. */
export type Answer = Pick<TruthResult, 'training' | 'error' | 'ms'>;

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/**
 * Does tasks in child processes, which take the next one whenever they are done.
 *
 * @param onAnswer - called for each, in the order of their ends.
 * @throws {Error} when a child process dies.
 */
export async function runTasks(
  tasks: readonly Task[],
  nWorkers: number,
  onAnswer: (task: Task, answer: Answer) => void,
): Promise<void> {
  const waiting = tasks.values();
  const children = Array.from({ length: Math.min(nWorkers, tasks.length) }, () => fork(WORKER));
  try {
    await Promise.all(
      children.map(async (child) => {
        for (const task of waiting) onAnswer(task, await answerOf(child, task));
      }),
    );
  } finally {
    for (const child of children) child.disconnect();
  }
}

async function answerOf(child: ChildProcess, task: Task): Promise<Answer> {
  const dead = new AbortController();
  const onExit = (code: number | null, signal: string | null): void =>
    dead.abort(
      new Error(
        `the child process that trained ${task.kind}, seed ${task.seed}, ended with ${signal ?? code}; start again, the results are kept`,
      ),
    );
  child.once('exit', onExit);
  child.send(task);
  try {
    const [answer] = await once(child, 'message', { signal: dead.signal });
    return answer as Answer;
  } catch (error) {
    throw dead.signal.aborted ? dead.signal.reason : error;
  } finally {
    child.off('exit', onExit);
  }
}
