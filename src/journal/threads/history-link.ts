import { JournalError } from '../../core/index.ts';
import { BarSeries } from '../../domain/index.ts';
import type { InstrumentHistory, NumberedAnswer, PromisedPage, RecordedOutcome } from '../../ports/index.ts';
import { startThread } from '../../runtime/index.ts';
import type { HistoryThreadData, PastReadings, PastRequest } from './history-thread.ts';
import { SMALL_HEAP } from './small-heap.ts';

type ReplyOf<R extends PastRequest> = PastReadings[R['what']];

/** Reads the past of a journal on threads of their own, so that the serving one goes on. Of pages one is read at a time. */
export class PastReader {
  readonly #path: string;
  #page: Promise<unknown> = Promise.resolve();

  /** @param path - of the database. */
  constructor(path: string) {
    this.#path = path;
  }

  /** @param key - of the series. @throws {JournalError} by the promise, as the others. */
  async history(key: string): Promise<InstrumentHistory> {
    const { bars, signals } = await this.#read({ what: 'history', key });
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

  #readInTurn<R extends PastRequest>(request: R): Promise<ReplyOf<R>> {
    const reading = this.#page.then(() => this.#read(request));
    this.#page = reading.catch(() => undefined);
    return reading;
  }

  #read<R extends PastRequest>(request: R): Promise<ReplyOf<R>> {
    const data: HistoryThreadData = { path: this.#path, request };
    const thread = startThread(import.meta.url, './history-thread', data, SMALL_HEAP);
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => reject(new JournalError('JOURNAL_FAILED', reason));
      thread.once('message', (reply) => {
        if (reply.kind === 'fault') reject(new JournalError(reply.fault.code, reply.fault.message));
        else resolve(reply.found as ReplyOf<R>);
      });
      thread.once('error', (error) => fail(`its reading thread died: ${String(error)}`));
      thread.once('exit', () => fail('its reading thread ended early'));
    });
  }
}
