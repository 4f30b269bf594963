import { Worker } from 'node:worker_threads';
import { TrainingError } from '../../core/index.ts';
import type { Trainer, TrainingOutput, TrainingProgress, TrainingRequest } from '../../training/index.ts';
import { fromPlainError, threadEntry } from '../compute/index.ts';
import type { TrainerReply, TrainerThreadData } from './trainer-thread.ts';

const STOPPED = 'the training was stopped';

/**
 * Trains on a thread of its own, which has `workers` compute threads, so that the calling thread goes on serving. A
 * training that throws or dies fails alone.
 */
export function workerTrainer(workers: number): Trainer {
  const running = new Set<Worker>();
  let isClosed = false;

  function train(request: TrainingRequest, onProgress: (progress: TrainingProgress) => void): Promise<TrainingOutput> {
    if (isClosed) return Promise.reject(new TrainingError('TRAINING_FAILED', STOPPED));
    const { tsEvent, open, high, low, close, volume, takerBuyVolume } = request.bars;
    const bars = { tsEvent, open, high, low, close, volume, takerBuyVolume };
    const workerData: TrainerThreadData = { request: { ...request, bars }, workers };
    const thread = new Worker(threadEntry(import.meta.url, './trainer-thread'), { workerData });
    running.add(thread);
    return new Promise<TrainingOutput>((resolve, reject) => {
      thread.on('message', (reply: TrainerReply) => {
        if ('progress' in reply) onProgress(reply.progress);
        else if ('output' in reply) resolve(reply.output);
        else reject(fromPlainError(reply.error));
      });
      thread.on('error', (error) =>
        reject(new TrainingError('TRAINING_FAILED', `the training thread died: ${String(error)}`)),
      );
      thread.on('exit', () =>
        reject(
          new TrainingError('TRAINING_FAILED', isClosed ? STOPPED : 'the training thread ended before it was done'),
        ),
      );
    }).finally(() => running.delete(thread));
  }

  async function close(): Promise<void> {
    isClosed = true;
    await Promise.all([...running].map((thread) => thread.terminate()));
  }

  return { train, close };
}
