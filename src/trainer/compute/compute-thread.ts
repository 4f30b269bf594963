import { parentPort } from 'node:worker_threads';
import { type BarColumns, BarSeries } from '../../domain/index.ts';
import { toPlainError } from '../../runtime/index.ts';
import { COMPUTE_TASKS } from '../../training/index.ts';
import type { ComputeReply, ComputeRequest } from './worker-pool.ts';

parentPort?.on('message', (request: ComputeRequest) => {
  parentPort?.postMessage(answer(request));
});

function answer({ task, input, barsAt }: ComputeRequest): ComputeReply {
  try {
    // A class is lost between threads. Bars were checked before they were sent.
    const sent = input.map((each, i) => (i === barsAt ? BarSeries.fromChecked(each as BarColumns) : each));
    const run = COMPUTE_TASKS[task] as (...input: unknown[]) => unknown;
    return { output: run(...sent) };
  } catch (error) {
    return { error: toPlainError(error) };
  }
}
