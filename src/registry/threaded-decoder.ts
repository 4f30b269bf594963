import { Worker } from 'node:worker_threads';
import { ModelError } from '../core/index.ts';
import { MetaModel } from '../model/index.ts';
import type { ModelDecoder } from '../ports/index.ts';
import { fromPlainError, threadEntry } from '../runtime/index.ts';
import type { DecoderReply, DecoderRequest } from './decoder-thread.ts';

interface Waiting {
  readonly resolve: (model: MetaModel) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Reads model files on its own thread, which starts with the first file and does not keep the process alive. When the thread
 * dies, the files it was reading fail, and the next file gets a new thread.
 */
export function threadedDecoder(): ModelDecoder {
  let thread: Worker | null = null;
  let waiting: Waiting[] = []; // in the order of the requests, which is also the order of the replies

  function start(): Worker {
    const started = new Worker(threadEntry(import.meta.url, './decoder-thread'));
    started.on('message', (reply: DecoderReply) => {
      const first = waiting.shift();
      if (waiting.length === 0) started.unref();
      if ('error' in reply) first?.reject(fromPlainError(reply.error));
      else first?.resolve(MetaModel.fromDecoded(reply.decoded));
    });
    started.on('error', (error) => end(started, String(error)));
    started.on('exit', () => end(started, 'it ended'));
    return started;
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
