import type { Worker } from 'node:worker_threads';
import { JournalError } from '../../core/index.ts';
import { startThread } from '../../runtime/index.ts';
import type { GroupSink, WriteQueue } from '../write-queue.ts';
import type { WriterFault } from './fault.ts';
import { SMALL_HEAP } from './small-heap.ts';
import type { WriterReply, WriterRequest, WriterThreadData } from './writer-thread.ts';

const CLOSE_PATIENCE_MS = 5000;

/** The writing thread, from this side. It keeps the process alive only while it has something to write. */
export class WriterLink implements GroupSink {
  readonly #thread: Worker;
  readonly #started = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #isClosing = false;
  #queue: WriteQueue | null = null;
  #death: string | null = null;

  /** Starts the thread, which opens the database. */
  constructor(data: WriterThreadData) {
    this.#thread = startThread(import.meta.url, './writer-thread', data, SMALL_HEAP);
    this.#thread.on('message', (reply: WriterReply) => this.#hear(reply));
    this.#thread.on('error', (error) => this.#die(error instanceof Error ? error.message : String(error)));
    this.#thread.on('exit', () => this.#die('it ended'));
    this.#started.promise.catch(() => undefined); // whoever opens the journal looks
  }

  /** Settles when the database is open. @throws {JournalError} by the promise, when it cannot be. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  /** Answers go to this queue from now on. */
  attach(queue: WriteQueue): void {
    this.#queue = queue;
    if (this.#death !== null) queue.fail(this.#death);
  }

  send(memory: ArrayBuffer, length: number): void {
    this.#thread.ref();
    this.#thread.postMessage({ memory, length } satisfies WriterRequest, [memory]);
  }

  /**
   * Lets the thread finish, move the log into the database and close it; a disk that never answers is not waited for. It is not
   * terminated: a thread ended inside a call of SQLite can take the process with it.
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#thread.ref();
    this.#thread.postMessage({ close: true } satisfies WriterRequest);
    const patience = setTimeout(() => this.#ended.resolve(), CLOSE_PATIENCE_MS);
    await this.#ended.promise;
    clearTimeout(patience);
  }

  #hear(reply: WriterReply): void {
    if (!this.#isClosing) this.#thread.unref();
    if (reply.kind === 'ready') this.#started.resolve();
    else if (reply.kind === 'written') this.#queue?.written(reply.memory, reply.refused);
    else if (reply.kind === 'unwritten') this.#queue?.unwritten(reply.memory, reply.fault);
    else if (reply.kind === 'fault') this.#fail(reply.fault);
  }

  #fail({ code, message }: WriterFault): void {
    this.#started.reject(new JournalError(code, message));
    this.#queue?.fail(message);
  }

  #die(reason: string): void {
    this.#death ??= `the writing thread of the journal died: ${reason}`;
    this.#ended.resolve();
    this.#fail({ code: 'JOURNAL_FAILED', message: this.#death });
  }
}
