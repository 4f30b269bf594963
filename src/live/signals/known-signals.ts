import { SlotMap } from '../../core/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import type {
  Journal,
  JournalRecovery,
  Logger,
  RecordedAnswer,
  RecordedOutcome,
  SignalEntry,
} from '../../ports/index.ts';
import { type RecordNumber, RecordNumbers } from '../record-numbers.ts';
import { IdFilter } from './id-filter.ts';

/** Maximum number of recorded answers kept in memory. */
export const KNOWN_ANSWERS = 1000;

/** An answer that was given, whether its record is written by now or on its way. */
export interface KnownAnswer extends Omit<RecordedAnswer, 'seq'> {
  readonly number: RecordNumber;
  /** Settles when the record is written. */
  readonly recorded: Promise<void>;
  /** (W,) the bars it was judged by. @throws {JournalError} (by the promise) `JOURNAL_DAMAGED`. */
  readonly window: () => Promise<BarSeries>;
}

/** A decision with all that is recorded of it. */
export interface FoundSignal {
  readonly entry: Omit<SignalEntry, 'kind'>;
  readonly seq: number;
  /** Null where none is written. */
  readonly outcome: RecordedOutcome | null;
  /** (W,) the bars it was judged by. @throws {JournalError} (by the promise) `JOURNAL_DAMAGED`. */
  readonly window: () => Promise<BarSeries>;
}

/** An answer that was sent and whose record is on its way. */
interface AnswerInFlight {
  readonly entry: SignalEntry;
  readonly window: BarSeries;
  readonly number: RecordNumber;
  readonly recorded: Promise<void>;
}

/** The record of an answer, on its way. */
export interface AnswerRecord {
  readonly number: RecordNumber;
  /** Settles when it is written. @throws {JournalError} by the promise; the signal is forgotten then. */
  readonly recorded: Promise<void>;
}

const WRITTEN = Promise.resolve();

/**
 * Every signal that was ever answered. In memory are the answers whose records are on their way, the latest that are written, and a
 * filter of the ids of all others, so that a new signal is known to be new at once; only an id that the filter may hold is looked up
 * in the journal.
 */
export class KnownSignals {
  readonly #journal: Journal;
  readonly #logger: Logger;
  readonly #inFlight = new SlotMap<AnswerInFlight>();
  /** The latest answers whose records are written; the oldest are removed first. */
  readonly #latest = new SlotMap<RecordedAnswer>();
  readonly #ids = new IdFilter();
  readonly #numbers: RecordNumbers;
  /** Signals that are being looked up, by id: two deliveries of one signal share a look. */
  readonly #lookups = new Map<string, Promise<KnownAnswer | null>>();
  /** Whether every recorded id is in the filter. */
  #areIdsComplete: boolean;
  #nRemembered = 0;
  #isStopped = false;
  #reading: Promise<void> = Promise.resolve();

  /** @param recovery - what the journal has of the processes before. */
  constructor(journal: Journal, recovery: Pick<JournalRecovery, 'answers' | 'nSignals'>, logger: Logger) {
    this.#journal = journal;
    this.#logger = logger;
    this.#numbers = new RecordNumbers(recovery.nSignals);
    for (const answer of recovery.answers) this.#remember(answer);
    this.#areIdsComplete = recovery.answers.length === recovery.nSignals;
  }

  /** Number of answers whose record is not written yet. */
  get nInFlight(): number {
    return this.#inFlight.size;
  }

  /** Number of answers that came into memory so far: the time of a look, for {@link isOutdated}. */
  get nRemembered(): number {
    return this.#nRemembered;
  }

  /** Whether a signal that was not known at `nRemembered` may have been answered, and have left memory, since. */
  isOutdated(signalId: string, nRemembered: number): boolean {
    return this.#nRemembered - nRemembered >= KNOWN_ANSWERS && this.#ids.mayHold(signalId);
  }

  /** Begins to read the ids that are not in memory yet. Until all are, every id that is not known is looked up. */
  start(): void {
    if (!this.#areIdsComplete) this.#reading = this.#readIds();
  }

  /** Ends the reading of ids. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#reading;
  }

  /**
   * The answer to a signal that was answered, now or long ago; null for one that never was. A promise where only the journal can
   * say; when it settles, {@link latest} may know more by then. @throws {JournalError} by the promise.
   */
  recall(signalId: string): KnownAnswer | null | Promise<KnownAnswer | null> {
    const latest = this.latest(signalId);
    if (latest !== null) return latest;
    if (this.#areIdsComplete && !this.#ids.mayHold(signalId)) return null;
    return this.#lookUp(signalId);
  }

  /** The answer to a signal, where it is in memory. */
  latest(signalId: string): KnownAnswer | null {
    const inFlight = this.#inFlight.get(signalId);
    if (inFlight !== null) {
      const { entry, number, recorded, window } = inFlight;
      const { signalId: id, bodyHash, answer, answerHash } = entry;
      return { signalId: id, number, bodyHash, answer, answerHash, recorded, window: async () => window };
    }
    const answer = this.#latest.get(signalId);
    return answer === null ? null : this.#written(answer);
  }

  /** All that is recorded of a signal. @throws {JournalError} by the promise. */
  async find(signalId: string): Promise<FoundSignal | null> {
    const inFlight = this.#inFlight.get(signalId);
    if (inFlight !== null) {
      const { entry, number, window } = inFlight;
      return { entry, seq: number.seq, outcome: null, window: async () => window };
    }
    const found = await this.#journal.findSignal(signalId);
    if (found === null) return null;
    const { outcome, seq, ...entry } = found;
    return { entry, seq, outcome, window: () => this.#journal.readBars(entry.barIds) };
  }

  /**
   * Writes the record of an answer; until it stands, the answer is known from memory.
   */
  record(entry: SignalEntry, window: BarSeries, isDurable: boolean): AnswerRecord {
    const { signalId, bodyHash, answer, answerHash } = entry;
    const recorded = this.#journal.append(entry, isDurable);
    const number = this.#numbers.add(recorded);
    this.#inFlight.set(signalId, { entry, window, number, recorded });
    const written = (): void => {
      this.#remember({ signalId, seq: number.seq, bodyHash, answer, answerHash });
      this.#inFlight.delete(signalId);
    };
    recorded.then(written, () => this.#inFlight.delete(signalId));
    return { number, recorded };
  }

  #remember(answer: RecordedAnswer): void {
    this.#nRemembered++;
    this.#ids.add(answer.signalId);
    this.#latest.set(answer.signalId, answer);
    if (this.#latest.size <= KNOWN_ANSWERS) return;
    for (const oldest of this.#latest.keys()) {
      this.#latest.delete(oldest);
      return;
    }
  }

  #lookUp(signalId: string): Promise<KnownAnswer | null> {
    const underWay = this.#lookups.get(signalId);
    if (underWay !== undefined) return underWay;
    const lookup = this.#readAnswer(signalId);
    this.#lookups.set(signalId, lookup);
    return lookup;
  }

  async #readAnswer(signalId: string): Promise<KnownAnswer | null> {
    try {
      const found = await this.#journal.findSignal(signalId);
      return found === null ? null : this.#written(found);
    } finally {
      this.#lookups.delete(signalId);
    }
  }

  #written({ signalId, seq, bodyHash, answer, answerHash }: RecordedAnswer): KnownAnswer {
    const window = (): Promise<BarSeries> => this.#windowOf(signalId);
    return { signalId, number: { seq }, bodyHash, answer, answerHash, recorded: WRITTEN, window };
  }

  async #windowOf(signalId: string): Promise<BarSeries> {
    const found = await this.#journal.findSignal(signalId);
    return this.#journal.readBars(found?.barIds ?? new Float64Array());
  }

  async #readIds(): Promise<void> {
    try {
      for await (const ids of this.#journal.signalIds()) {
        for (const id of ids) this.#ids.add(id);
        if (this.#isStopped) return;
      }
      this.#areIdsComplete = true;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#logger.warn(`the ids of earlier signals cannot be read, so each new one is looked up: ${why}`);
    }
  }
}
