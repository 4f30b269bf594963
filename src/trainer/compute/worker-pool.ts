import type { Worker } from 'node:worker_threads';
import { TrainingError } from '../../core/index.ts';
import { BarSeries } from '../../domain/index.ts';
import { fromPlainError, type PlainError, startThread } from '../../runtime/index.ts';
import type { ComputePool, OwnSources, TaskInput, TaskName, TaskOutput } from '../../training/index.ts';

/** `workerData` of a compute thread. */
export interface ComputeThreadData {
  /** Definitions of the caller, which the thread loads and verifies once, at its start. */
  readonly own: OwnSources;
}

/** A task for a compute thread. */
export interface ComputeRequest {
  readonly task: TaskName;
  readonly input: readonly unknown[];
  /** Index of the bars in the input; -1 without bars. */
  readonly barsAt: number;
}

interface Job {
  readonly request: ComputeRequest;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Message from a compute thread. */
export type ComputeReply = { readonly output: unknown } | { readonly error: PlainError };

/** Tasks that a thread holds: the one that runs and the next, so that it works on while the calling thread is busy. */
const HELD = 2;

/**
 * Runs tasks on `size` worker threads, each one task at a time, in the order of the calls. Columns in shared memory are not
 * copied. A task that throws fails alone; when a thread dies, every open task of the pool fails.
 */
export function workerPool(size: number, own: OwnSources = {}): ComputePool {
  const workerData: ComputeThreadData = { own };
  const waiting: Job[] = [];
  let death: Error | null = null;
  const workers = Array.from({ length: size }, () => startThread(import.meta.url, './compute-thread', workerData));
  /** What each thread holds, the task that runs first. */
  const held = new Map(workers.map((worker): [Worker, Job[]] => [worker, []]));
  for (const worker of workers) {
    worker.unref();
    worker.on('message', (reply: ComputeReply) => finish(worker, reply));
    worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
  }

  function finish(worker: Worker, reply: ComputeReply): void {
    const jobs = held.get(worker);
    const job = jobs?.shift();
    if (jobs?.length === 0) worker.unref();
    if (job !== undefined && 'error' in reply) job.reject(fromPlainError(reply.error));
    else if (job !== undefined && 'output' in reply) job.resolve(reply.output);
    dispatch();
  }

  function fail(reason: string): void {
    death = new TrainingError('TRAINING_FAILED', `a compute thread died: ${reason}`);
    for (const job of [...[...held.values()].flat(), ...waiting]) job.reject(death);
    held.clear();
    waiting.length = 0;
  }

  function dispatch(): void {
    while (waiting.length > 0) {
      const [worker, jobs] = [...held].reduce((least, each) => (each[1].length < least[1].length ? each : least));
      const job = jobs.length < HELD ? waiting.shift() : undefined;
      if (job === undefined) return;
      jobs.push(job);
      worker.ref();
      worker.postMessage(job.request);
    }
  }

  function run<K extends TaskName>(task: K, ...input: TaskInput<K>): Promise<TaskOutput<K>> {
    if (death !== null) return Promise.reject(death);
    const barsAt = input.findIndex((each) => each instanceof BarSeries);
    return new Promise((resolve, reject) => {
      waiting.push({ request: { task, input, barsAt }, resolve: resolve as (output: unknown) => void, reject });
      dispatch();
    });
  }

  async function close(): Promise<void> {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  return { size, run, close };
}
