import { SlotMap } from '../../core/index.ts';
import type { BarSeries, Outcome } from '../../domain/index.ts';
import type { Journal, SignalEntry } from '../../ports/index.ts';

/** A decision, whether its record is written by now or on its way. */
export interface FoundSignal {
  readonly entry: Omit<SignalEntry, 'kind'>;
  /** Null where none is written. */
  readonly outcome: Outcome | null;
  /** Settles when the record is written. */
  readonly recorded: Promise<void>;
  /** (W,) the bars it was judged by. @throws {JournalError} `JOURNAL_DAMAGED`. */
  readonly window: () => BarSeries;
}

/** An answer that was sent and whose record is on its way. */
interface AnswerInFlight {
  readonly entry: SignalEntry;
  readonly window: BarSeries;
  readonly recorded: Promise<void>;
}

/** Every signal that was ever answered: those in the journal, and those on their way there. */
export class KnownSignals {
  readonly #journal: Journal;
  readonly #inFlight = new SlotMap<AnswerInFlight>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Number of answers whose record is not written yet. */
  get nInFlight(): number {
    return this.#inFlight.size;
  }

  /** A signal that was answered, now or long ago; null for one that never was. */
  find(signalId: string): FoundSignal | null {
    const inFlight = this.#inFlight.get(signalId);
    if (inFlight !== null) {
      const { entry, recorded } = inFlight;
      return { entry, outcome: null, recorded, window: () => inFlight.window };
    }
    const entry = this.#journal.findSignal(signalId);
    if (entry === null) return null;
    const window = (): BarSeries => this.#journal.readBars(entry.barIds);
    return { entry, outcome: entry.outcome, recorded: Promise.resolve(), window };
  }

  /**
   * Writes the record of an answer; until it stands, the answer is known from memory.
   *
   * @returns a promise that settles when it is written. @throws {JournalError} by the promise; the signal is forgotten then.
   */
  record(entry: SignalEntry, window: BarSeries, isDurable: boolean): Promise<void> {
    const recorded = this.#journal.append(entry, isDurable);
    this.#inFlight.set(entry.signalId, { entry, window, recorded });
    const forget = (): void => void this.#inFlight.delete(entry.signalId);
    recorded.then(forget, forget);
    return recorded;
  }
}
