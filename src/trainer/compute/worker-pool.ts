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
  /** Runs the task on the calling thread; null where that takes no part. */
  readonly runHere: (() => Promise<unknown>) | null;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Message from a compute thread. */
export type ComputeReply = { readonly output: unknown } | { readonly error: PlainError };

/** Tasks that a thread holds: the one that runs and the next, so that it works on while the calling thread is busy. */
const HELD = 2;

/**
 * Runs tasks on `size` threads, each one task at a time, in the order of the calls. Columns in shared memory are not
 * copied. A task that throws fails alone; when a thread dies, every open task of the pool fails.
 *
 * @param size - at least 1, and 2 with `here`.
 * @param here - where the calling thread is one of them: it runs a task that no other thread is free for in a turn of its event loop.
 */
export function workerPool(size: number, own: OwnSources = {}, here: ComputePool | null = null): ComputePool {
  const workerData: ComputeThreadData = { own };
  const waiting: Job[] = [];
  let death: Error | null = null;
  let isWithdrawn = here === null;
  const nThreads = here === null ? size : size - 1;
  const workers = Array.from({ length: nThreads }, () => startThread(import.meta.url, './compute-thread', workerData));
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
      // The last one is left to whichever thread is free first, the calling one among them.
      const most = !isWithdrawn && waiting.length === 1 ? 1 : HELD;
      const job = jobs.length < most ? waiting.shift() : undefined;
      if (job === undefined) break;
      jobs.push(job);
      worker.ref();
      worker.postMessage(job.request);
    }
    if (waiting.length > 0) takePart();
  }

  const takePart = oncePerTurn(() => {
    if (isWithdrawn) return;
    const job = waiting.shift();
    job?.runHere?.().then(job.resolve, job.reject);
    dispatch();
  });

  function run<K extends TaskName>(task: K, ...input: TaskInput<K>): Promise<TaskOutput<K>> {
    if (death !== null) return Promise.reject(death);
    const barsAt = input.findIndex((each) => each instanceof BarSeries);
    return new Promise((resolve, reject) => {
      waiting.push({
        request: { task, input, barsAt },
        runHere: here && (() => here.run(task, ...input)),
        resolve: resolve as (output: unknown) => void,
        reject,
      });
      dispatch();
    });
  }

  async function close(): Promise<void> {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  function withdraw(): void {
    isWithdrawn = true;
    dispatch();
  }

  function rejoin(): void {
    isWithdrawn = here === null;
    dispatch();
  }

  return { size, run, withdraw, rejoin, close };
}

/** Calls back in the next turn of the event loop, once however often it is asked to before. */
function oncePerTurn(onTurn: () => void): () => void {
  let isComing = false;
  return () => {
    if (isComing) return;
    isComing = true;
    setImmediate(() => {
      isComing = false;
      onTurn();
    });
  };
}
