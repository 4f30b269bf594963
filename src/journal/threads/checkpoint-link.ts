import type { Worker } from 'node:worker_threads';
import { startThread } from '../../runtime/index.ts';
import type { CheckpointReply, CheckpointThreadData } from './checkpoint-thread.ts';
import { SMALL_HEAP } from './small-heap.ts';

export interface CheckpointListener {
  /** Called once, when every entry was verified. */
  readonly onVerified: (nRows: number, faults: readonly string[]) => void;
  /** Called when the log can no longer be moved into the database. */
  readonly onFault: (reason: string) => void;
}

/** The checkpoint thread, from this side. It never keeps the process alive. */
export class CheckpointLink {
  readonly #thread: Worker;
  #isClosing = false;

  constructor(data: CheckpointThreadData, { onVerified, onFault }: CheckpointListener) {
    this.#thread = startThread(import.meta.url, './checkpoint-thread', data, SMALL_HEAP);
    this.#thread.unref();
    this.#thread.on('message', (reply: CheckpointReply) => {
      if (reply.kind === 'verified') onVerified(reply.nRows, reply.faults);
      else onFault(reply.fault.message);
    });
    this.#thread.on('error', (error) => onFault(`its checkpoint thread died: ${String(error)}`));
    this.#thread.on('exit', () => {
      if (!this.#isClosing) onFault('its checkpoint thread ended');
    });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    const ended = new Promise((resolve) => this.#thread.once('exit', resolve));
    this.#thread.ref();
    this.#thread.postMessage('close');
    await ended;
  }
}
