import type { Worker } from 'node:worker_threads';
import { ModelError } from '../core/index.ts';
import { DEFAULT_LIMITS, type Own } from '../domain/index.ts';
import { FOREST, fromPlainModel, isBuiltIn, type Learner, MetaModel, type PlainModel } from '../model/index.ts';
import { readModel } from '../model/onnx/index.ts';
import type { ModelDecoder } from '../ports/index.ts';
import { fromPlainError, sha256, startThread } from '../runtime/index.ts';
import type { DecoderReply, DecoderRequest, DecoderThreadData } from './decoder-thread.ts';

interface Waiting {
  readonly resolve: (model: MetaModel) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Reads model files on its own thread, which starts with the first file and does not keep the process alive. When the thread
 * dies, the files it was reading fail, and the next file gets a new thread. A learner of a module is loaded there; with a
 * learner that is a closure, files are read on the calling thread.
 *
 * @param learner - the caller's, for models that no built-in learner fitted.
 * @param treeLevels - maximum number of splits above a leaf of built-in trees.
 */
export function threadedDecoder(
  learner: Own<Learner> = FOREST,
  treeLevels: number = DEFAULT_LIMITS.treeLevels,
): ModelDecoder {
  if (!isBuiltIn(learner) && learner.source === null) {
    return async (bytes, featureNames) =>
      readModel(bytes, { sha256, learner, treeLevels, ...(featureNames && { featureNames }) });
  }
  const workerData: DecoderThreadData = { learner: learner.source, treeLevels };
  let thread: Worker | null = null;
  let waiting: Waiting[] = []; // in the order of the requests, which is also the order of the replies

  function start(): Worker {
    const started = startThread(import.meta.url, './decoder-thread', workerData);
    started.on('message', (reply: DecoderReply) => {
      const first = waiting.shift();
      if (waiting.length === 0) started.unref();
      if ('error' in reply) first?.reject(fromPlainError(reply.error));
      else if (first !== undefined) settle(first, reply.decoded);
    });
    started.on('error', (error) => end(started, String(error)));
    started.on('exit', () => end(started, 'it ended'));
    return started;
  }

  function settle({ resolve, reject }: Waiting, decoded: PlainModel): void {
    try {
      resolve(MetaModel.fromDecoded(fromPlainModel(decoded, learner)));
    } catch (error) {
      reject(error as Error);
    }
  }

  function end(ended: Worker, reason: string): void {
    if (thread !== ended) return;
    thread = null;
    const failed = waiting;
    waiting = [];
    for (const { reject } of failed) {
      reject(new ModelError('MODEL_CORRUPT', `the thread that read the model died: ${reason}`));
    }
  }

  return (bytes, featureNames) =>
    new Promise((resolve, reject) => {
      thread ??= start();
      waiting.push({ resolve, reject });
      thread.ref();
      thread.postMessage({ bytes, featureNames } satisfies DecoderRequest);
    });
}
