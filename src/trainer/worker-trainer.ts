import type { Worker } from 'node:worker_threads';
import { type CancelSignal, TrainingError } from '../core/index.ts';
import { fromPlainError, startThread } from '../runtime/index.ts';
import {
  cancelledError,
  type OwnParts,
  orCancelled,
  type Trainer,
  type TrainingOutput,
  type TrainingProgress,
  type TrainingRequest,
} from '../training/index.ts';
import { refuseFixed, sourcesOf } from './own-sources.ts';
import { sharedBars } from './shared-bars.ts';
import type { SentRequest, TrainerReply, TrainerThreadData } from './trainer-thread.ts';

const STOPPED = 'the training was stopped';

export interface WorkerTrainerOptions {
  /** Threads of a training. */
  readonly workers: number;
  /** Whether trainings get the lowest priority, so that threads that serve go first; on Linux only. */
  readonly isBackground?: boolean;
  /** Maximum duration of a training, milliseconds; by default none. */
  readonly timeoutMs?: number;
}

/**
 * Trains on threads of its own, so that the calling thread goes on serving. A training that throws,
 * dies or takes too long does not affect others.
 */
export function workerTrainer({ workers, isBackground = false, timeoutMs }: WorkerTrainerOptions): Trainer {
  const running = new Set<Worker>();
  /** A thread that waits for its training, with the definitions that it has loaded. */
  let ready: { readonly thread: Worker; readonly own: OwnParts | undefined } | null = null;
  let isClosed = false;

  function start(own: OwnParts | undefined): Worker {
    const workerData: TrainerThreadData = { own: sourcesOf(own), workers, isBackground };
    const thread = startThread(import.meta.url, './trainer-thread', workerData);
    running.add(thread);
    thread.once('exit', () => {
      running.delete(thread);
      if (ready?.thread === thread) ready = null;
    });
    return thread;
  }

  /** The thread of the next training: the one that is ready for it, else a new one. */
  function take(own: OwnParts | undefined): Worker {
    if (ready === null || ready.own !== own) return start(own);
    const { thread } = ready;
    ready = null;
    thread.removeAllListeners('error');
    thread.ref();
    return thread;
  }

  function warm(own?: OwnParts): void {
    if (isClosed || ready !== null) return;
    const thread = start(own);
    thread.on('error', () => undefined); // the training starts another
    thread.unref();
    ready = { thread, own };
  }

  async function train(
    request: TrainingRequest,
    onProgress: (progress: TrainingProgress) => void,
    signal?: CancelSignal,
  ): Promise<TrainingOutput> {
    if (isClosed) throw new TrainingError('TRAINING_FAILED', STOPPED);
    if (signal?.aborted === true) throw cancelledError(signal);
    refuseFixed(request);
    const { own, ...rest } = request;
    const sent = withSharedBars(rest);
    const thread = take(own);
    let end = 'the training thread ended before it was done';
    const onTimeout = (): void => {
      end = `the training was ended after ${timeoutMs} ms; raise retrain.timeout_seconds if it needs longer`;
      void thread.terminate();
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs);
    const onAbort = (): void => {
      thread.removeAllListeners('message');
      void thread.terminate();
    };
    signal?.addEventListener('abort', onAbort);
    const ended = new Promise<TrainingOutput>((resolve, reject) => {
      thread.on('message', (reply: TrainerReply) => {
        if ('progress' in reply) onProgress(reply.progress);
        else if ('output' in reply) resolve(reply.output);
        else reject(fromPlainError(reply.error));
      });
      thread.on('error', (error) =>
        reject(new TrainingError('TRAINING_FAILED', `the training thread died: ${String(error)}`)),
      );
      thread.on('exit', () => reject(new TrainingError('TRAINING_FAILED', isClosed ? STOPPED : end)));
      thread.postMessage(sent satisfies SentRequest);
    });
    return orCancelled(ended, signal).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      void thread.terminate(); // a module of the caller may have left a timer, which would keep the thread and the process
    });
  }

  async function close(): Promise<void> {
    isClosed = true;
    await Promise.all([...running].map((thread) => thread.terminate()));
  }

  return { train, warm, close };
}

/** The same request with every bar on shared memory, so that no thread of the training copies any. */
function withSharedBars<T extends Pick<TrainingRequest, 'instruments' | 'context'>>(request: T): T {
  const { instruments, context } = request;
  return {
    ...request,
    instruments: instruments.map((each) => ({ ...each, bars: sharedBars(each.bars) })),
    ...(context && { context: context.map((each) => ({ ...each, bars: sharedBars(each.bars) })) }),
  };
}
