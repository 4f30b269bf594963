import type { ResourceLimits, Worker } from 'node:worker_threads';
import { Ml4tError } from '../../core/index.ts';
import { fromPlainError, startThread } from '../../runtime/index.ts';
import type { AsideWriter, DecisionFile, DecisionPage } from './decision-writer.ts';
import type { WriterReply, WriterRequest } from './writer-thread.ts';

/** Heap of young objects of the thread, which holds a group of rows at a time; V8 would let it grow to 48 MB. */
const SMALL_HEAP: ResourceLimits = { maxYoungGenerationSizeMb: 12 };

interface Waiting {
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that writes a file of decisions, so that the serving one goes on. */
export class WriterLink implements AsideWriter {
  readonly #thread: Worker;
  /** Whoever waits for a reply, the first first. */
  #waiting: Waiting[] = [];
  #failure: Error | null = null;

  constructor(file: DecisionFile) {
    this.#thread = startThread(import.meta.url, './writer-thread', file, SMALL_HEAP);
    this.#thread.on('message', (reply: WriterReply) => this.#onReply(reply));
    this.#thread.on('error', (error) => this.#fail(`its thread died: ${String(error)}`));
    this.#thread.on('exit', () => this.#fail('its thread ended early'));
  }

  /** Sends a page at once. @throws {Ml4tError} by the promise, as `end`. */
  add(page: DecisionPage): Promise<Uint8Array> {
    return this.#ask(page);
  }

  end(): Promise<Uint8Array> {
    return this.#ask(null);
  }

  /** Ends the thread, whatever it is at. */
  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  #ask(request: WriterRequest): Promise<Uint8Array> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const reply = new Promise<Uint8Array>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    reply.catch(() => undefined); // it may fail before it is waited for
    this.#thread.postMessage(request);
    return reply;
  }

  #onReply(reply: WriterReply): void {
    const waiting = this.#waiting.shift();
    if (reply.kind === 'bytes') waiting?.resolve(reply.bytes);
    else waiting?.reject(fromPlainError(reply.fault));
  }

  #fail(reason: string): void {
    this.#failure ??= new Ml4tError('EXPORT_FAILED', `the export broke off: ${reason}`);
    for (const { reject } of this.#waiting) reject(this.#failure);
    this.#waiting = [];
  }
}
