import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { JournalError } from '../core/index.ts';
import { type BarSeries, seriesKey } from '../domain/index.ts';
import type {
  InstrumentHistory,
  Journal,
  JournalEntry,
  JournalHealth,
  JournalRecovery,
  NumberedAnswer,
  PromisedPage,
  RecordedOutcome,
  RecordedSignal,
  RecoveryLimits,
  TriggerEntry,
} from '../ports/index.ts';
import { settlesWithin } from '../runtime/index.ts';
import { JournalReader, REMEDY, recoverJournal, toJournalError } from './store/index.ts';
import { PastReader } from './threads/history-link.ts';
import type { WriteQueue } from './write-queue.ts';

const CLOSE_DEADLINE_MS = 5000;
const CLOSED = 'the journal is closed';
/** Number of ids read at once, in some tenths of a millisecond. */
const IDS_AT_ONCE = 500;
/** Time between two slices of ids, which the traffic has for itself, ms. */
const IDS_PAUSE_MS = 1;

export interface SqliteJournalParts {
  readonly path: string;
  readonly queue: WriteQueue;
  readonly db: DatabaseSync;
  readonly listeners: Set<(health: JournalHealth) => void>;
  readonly warn: (message: string) => void;
  /** Ends the threads, the files and the lock. */
  readonly release: () => Promise<void>;
}

/**
 * The journal as the service sees it: writes by the queue, reads by a connection of its own. A single entry is read on the calling
 * thread: that takes some microseconds, less than the way to another thread.
 */
export class SqliteJournal implements Journal {
  readonly #parts: SqliteJournalParts;
  readonly #reader: JournalReader;
  readonly #past: PastReader;
  #closing: Promise<void> | null = null;

  constructor(parts: SqliteJournalParts) {
    this.#parts = parts;
    this.#reader = new JournalReader(parts.db);
    this.#past = new PastReader(parts.path);
  }

  get health(): JournalHealth {
    return this.#parts.queue.health;
  }

  append(entry: JournalEntry, durable: boolean): Promise<void> {
    return this.#parts.queue.append(entry, durable);
  }

  async findSignal(signalId: string): Promise<RecordedSignal | null> {
    return this.#read(() => this.#reader.findSignal(signalId));
  }

  async *signalIds(): AsyncGenerator<readonly string[]> {
    for (let after: string | null = null; ; ) {
      const ids: readonly string[] = this.#read(() => this.#reader.signalIds(after, IDS_AT_ONCE));
      if (ids.length > 0) yield ids;
      after = ids.at(-1) ?? null;
      if (ids.length < IDS_AT_ONCE) return;
      await sleep(IDS_PAUSE_MS);
    }
  }

  async readBars(ids: Float64Array): Promise<BarSeries> {
    return this.#read(() => this.#reader.readBars(ids));
  }

  async history(instrumentId: string, barType: string | null): Promise<InstrumentHistory> {
    return this.#readAside(this.#past.history(seriesKey(instrumentId, barType)));
  }

  async signalsAfter(after: number, limit: number): Promise<readonly NumberedAnswer[]> {
    return this.#readAside(this.#past.signalsAfter(after, limit));
  }

  async outcomesAfter(after: number, limit: number): Promise<readonly RecordedOutcome[]> {
    return this.#readAside(this.#past.outcomesAfter(after, limit));
  }

  async promisesAfter(modelVersion: string, after: number, limit: number): Promise<PromisedPage> {
    return this.#readAside(this.#past.promisesAfter(modelVersion, after, limit));
  }

  async findSettings(settingsId: string): Promise<string | null> {
    return this.#read(() => this.#reader.findSettings(settingsId));
  }

  async triggers(limit: number): Promise<readonly TriggerEntry[]> {
    return this.#read(() => this.#reader.triggers(limit));
  }

  async recover(limits: RecoveryLimits): Promise<JournalRecovery> {
    return this.#read(() => recoverJournal(this.#parts.db, limits));
  }

  onStatus(listener: (health: JournalHealth) => void): void {
    this.#parts.listeners.add(listener);
  }

  close(deadlineMs = CLOSE_DEADLINE_MS): Promise<void> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  async #close(deadlineMs: number): Promise<void> {
    const { queue, warn, release } = this.#parts;
    queue.stop();
    await settlesWithin(queue.drained(), deadlineMs);
    const { nQueued, reason } = queue.health;
    if (nQueued > 0)
      warn(`the journal is closed, and ${nQueued} entries are not in it: ${reason ?? 'there was no time'}`);
    queue.fail(CLOSED);
    await settlesWithin(this.#past.close(), deadlineMs);
    await release();
  }

  /** What another thread reads. */
  async #readAside<T>(reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } catch (error) {
      return this.#read(() => {
        throw error;
      });
    }
  }

  /** Damage that is met once ends all writing: a journal that cannot be trusted takes no more. */
  #read<T>(read: () => T): T {
    try {
      return read();
    } catch (cause) {
      const error = toJournalError(cause);
      if (!(error instanceof JournalError) || error.code !== 'JOURNAL_DAMAGED') throw error;
      const damage = new JournalError('JOURNAL_DAMAGED', `${error.message}; ${REMEDY}`, { cause });
      this.#parts.queue.fail(damage.message);
      throw damage;
    }
  }
}
