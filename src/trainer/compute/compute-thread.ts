import { parentPort } from 'node:worker_threads';
import { toPlainError } from '../../runtime/index.ts';
import { runTask, type TaskInput, type TaskName } from '../../training/index.ts';
import type { ComputeReply } from './worker-pool.ts';

interface Request {
  readonly task: TaskName;
  readonly input: TaskInput<TaskName>;
}

parentPort?.on('message', (request: Request) => {
  parentPort?.postMessage(answer(request));
});

function answer(request: Request): ComputeReply {
  try {
    return { output: runTask(request.task, request.input) };
  } catch (error) {
    return { error: toPlainError(error) };
  }
}
