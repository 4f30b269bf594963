import type { Worker } from 'node:worker_threads';
import { JournalError } from '../../core/index.ts';
import { BarSeries } from '../../domain/index.ts';
import type { InstrumentHistory, NumberedAnswer, PromisedPage, RecordedOutcome } from '../../ports/index.ts';
import { startThread } from '../../runtime/index.ts';
import {
  END,
  type HistoryReply,
  type HistoryThreadData,
  type PastReadings,
  type PastRequest,
} from './history-thread.ts';
import { SMALL_HEAP } from './small-heap.ts';

type ReplyOf<R extends PastRequest> = PastReadings[R['what']];

/** Time without a page after which the thread that reads pages ends, milliseconds. */
const IDLE_MS = 1000;

/**
 * Reads the past of a journal on threads of their own, so that the serving one goes on. Of pages one is read at a time, by a thread that
 * stays while they are asked for: to start one takes longer than to read a page.
 */
export class PastReader {
  readonly #path: string;
  #page: Promise<unknown> = Promise.resolve();
  #pages: Worker | null = null;
  #idle: NodeJS.Timeout | undefined;

  /** @param path - of the database. */
  constructor(path: string) {
    this.#path = path;
  }

  /** @param key - of the series. @throws {JournalError} by the promise, as the others. */
  async history(key: string): Promise<InstrumentHistory> {
    const thread = this.#start({ what: 'history', key });
    const { bars, signals } = await replyOf<PastReadings['history']>(thread);
    return { bars: BarSeries.fromChecked(bars), signals };
  }

  signalsAfter(after: number, limit: number): Promise<readonly NumberedAnswer[]> {
    return this.#readInTurn({ what: 'signals', after, limit });
  }

  outcomesAfter(after: number, limit: number): Promise<readonly RecordedOutcome[]> {
    return this.#readInTurn({ what: 'outcomes', after, limit });
  }

  promisesAfter(modelVersion: string, after: number, limit: number): Promise<PromisedPage> {
    return this.#readInTurn({ what: 'promises', modelVersion, after, limit });
  }

  /** Ends the thread that reads pages once the pages under way are read; a page that is asked for later starts another. */
  async close(): Promise<void> {
    await this.#page;
    await this.#endPages();
  }

  #readInTurn<R extends PastRequest>(request: R): Promise<ReplyOf<R>> {
    const reading = this.#page.then(() => this.#readPage(request));
    this.#page = reading.catch(() => undefined);
    return reading;
  }

  async #readPage<R extends PastRequest>(request: R): Promise<ReplyOf<R>> {
    clearTimeout(this.#idle);
    const thread = this.#pages ?? this.#startPages();
    thread.ref();
    const reply = replyOf<ReplyOf<R>>(thread);
    thread.postMessage(request);
    try {
      return await reply;
    } catch (error) {
      await this.#endPages(); // what it still holds of the database may be as broken
      throw error;
    } finally {
      thread.unref();
      this.#idle = setTimeout(() => void this.#endPages(), IDLE_MS).unref();
    }
  }

  async #endPages(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#pages;
    if (thread === null) return;
    this.#pages = null;
    const ended = new Promise((resolve) => thread.once('exit', resolve));
    thread.ref();
    thread.postMessage(END);
    await ended;
  }

  #startPages(): Worker {
    const thread = this.#start(null);
    thread.on('error', () => undefined); // whoever waits for a reply hears of it, and nobody else is to
    thread.once('exit', () => {
      if (this.#pages === thread) this.#pages = null;
    });
    this.#pages = thread;
    return thread;
  }

  #start(request: PastRequest | null): Worker {
    const data: HistoryThreadData = { path: this.#path, request };
    return startThread(import.meta.url, './history-thread', data, SMALL_HEAP);
  }
}

/** The next reply of a thread. @throws {JournalError} by the promise, also where it ends without one. */
function replyOf<T extends PastReadings[keyof PastReadings]>(thread: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => settle(() => reject(new JournalError('JOURNAL_FAILED', reason)));
    const onMessage = (reply: HistoryReply): void =>
      settle(() => {
        if (reply.kind === 'fault') reject(new JournalError(reply.fault.code, reply.fault.message));
        else resolve(reply.found as T);
      });
    const onError = (error: unknown): void => fail(`its reading thread died: ${String(error)}`);
    const onExit = (): void => fail('its reading thread ended early');
    const settle = (end: () => void): void => {
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      end();
    };
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
