import { COMPUTE_TASKS, type ComputeTasks, type TaskInput, type TaskName, type TaskOutput } from './compute-tasks.ts';

/** Runs the pure tasks of training on this thread or on worker threads. The results are the same to the last bit. */
export interface ComputePool {
  /** Number of tasks that run at once; work is cut into about that number of pieces. */
  readonly size: number;
  run<K extends TaskName>(task: K, ...input: TaskInput<K>): Promise<TaskOutput<K>>;
  /** Has the calling thread take no tasks, because it has work of its own, until it rejoins; absent where it never takes any. */
  withdraw?(): void;
  rejoin?(): void;
  close(): Promise<void>;
}

/** Runs every task at once on the calling thread: for tests, and for one worker. @param tasks - those of the caller's definitions. */
export function inlineCompute(tasks: ComputeTasks = COMPUTE_TASKS): ComputePool {
  return {
    size: 1,
    run: async (task, ...input) => tasks[task](...input),
    close: async () => undefined,
  };
}
