import { SlotMap } from '../../core/index.ts';
import type { RecordedOutcome } from '../../ports/index.ts';

/** One signal that was answered since the start. */
export interface RecentSignal {
  readonly signalId: string;
  readonly instrumentId: string;
  /** The whole answer, one line of JSON. */
  readonly answer: string;
  /** Null while it is open, or flat. */
  readonly outcome: RecordedOutcome | null;
}

/** The latest answers in memory, so that showing them never waits for the journal. It is empty at the start. */
export class RecentSignals {
  readonly #limit: number;
  /** In order of arrival; the oldest are removed first. */
  readonly #signals = new SlotMap<RecentSignal>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(signalId: string, instrumentId: string, answer: string): void {
    this.#signals.set(signalId, { signalId, instrumentId, answer, outcome: null });
    if (this.#signals.size <= this.#limit) return;
    for (const oldest of this.#signals.keys()) {
      this.#signals.delete(oldest);
      return;
    }
  }

  /** Notes the outcome of a signal; one that is not in memory any more is ignored. */
  end(outcome: RecordedOutcome): void {
    const signal = this.#signals.get(outcome.signalId);
    if (signal !== null) this.#signals.set(outcome.signalId, { ...signal, outcome });
  }

  /** The latest `limit` signals, of one instrument or of all (null), newest first. */
  list(instrumentId: string | null, limit: number): readonly RecentSignal[] {
    const all = this.#signals.values();
    const asked = instrumentId === null ? all : all.filter((signal) => signal.instrumentId === instrumentId);
    return asked.slice(-limit).reverse();
  }
}
