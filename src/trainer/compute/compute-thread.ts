import { parentPort, workerData } from 'node:worker_threads';
import { type BarColumns, BarSeries } from '../../domain/index.ts';
import type { ContextBars, FeatureContext } from '../../features/index.ts';
import { toPlainError } from '../../runtime/index.ts';
import { computeTasks, trainingParts } from '../../training/index.ts';
import { loadOwn } from '../own-sources.ts';
import type { ComputeReply, ComputeRequest, ComputeThreadData } from './worker-pool.ts';

// A thread whose definitions cannot be loaded answers every task with the reason.
const loaded = await loadOwn((workerData as ComputeThreadData).own).then(
  (own) => ({ tasks: computeTasks(trainingParts(own)) }),
  (error: unknown) => ({ error: toPlainError(error) }),
);

parentPort?.on('message', (request: ComputeRequest) => {
  const reply = answer(request);
  parentPort?.postMessage(reply, memoryOf(reply));
});

/** Memory of a result that is one column, which is handed over: nothing else here reads it. */
function memoryOf(reply: ComputeReply): ArrayBuffer[] {
  const output = 'output' in reply ? reply.output : null;
  return output instanceof Float64Array && output.buffer instanceof ArrayBuffer ? [output.buffer] : [];
}

/** What features read besides bars, with the bars of other instruments. */
function revived(input: unknown): unknown {
  const { instruments } = (input ?? {}) as FeatureContext;
  if (!(instruments instanceof Map)) return input;
  const all = Array.from(instruments, ([instrument, { bars, stepNs }]): [string, ContextBars] => {
    return [instrument, { bars: BarSeries.fromChecked(bars), stepNs }];
  });
  return { ...(input as FeatureContext), instruments: new Map(all) };
}

function answer({ task, input, barsAt }: ComputeRequest): ComputeReply {
  if ('error' in loaded) return loaded;
  try {
    // A class is lost between threads. Bars were checked before they were sent.
    const sent = input.map((each, i) => (i === barsAt ? BarSeries.fromChecked(each as BarColumns) : revived(each)));
    const run = loaded.tasks[task] as (...input: unknown[]) => unknown;
    return { output: run(...sent) };
  } catch (error) {
    return { error: toPlainError(error) };
  }
}
