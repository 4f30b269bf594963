import { COMPUTE_TASKS, type ComputeTasks } from './compute-tasks.ts';

export type TaskName = keyof ComputeTasks;
export type TaskInput<K extends TaskName> = Parameters<ComputeTasks[K]>[0];
export type TaskOutput<K extends TaskName> = ReturnType<ComputeTasks[K]>;

/** Runs the pure tasks of training somewhere: here, or on worker threads. Where makes no difference to a single bit. */
export interface ComputePool {
  /** How many tasks run at once; work is cut into about so many pieces. */
  readonly size: number;
  run<K extends TaskName>(task: K, input: TaskInput<K>): Promise<TaskOutput<K>>;
  close(): Promise<void>;
}

/** Runs every task at once on the calling thread: for tests, and for one worker. */
export function inlineCompute(): ComputePool {
  return {
    size: 1,
    run: async (task, input) => runTask(task, input),
    close: async () => undefined,
  };
}

/** Runs one task by name. */
export function runTask<K extends TaskName>(task: K, input: TaskInput<K>): TaskOutput<K> {
  return (COMPUTE_TASKS[task] as (input: TaskInput<K>) => TaskOutput<K>)(input);
}
