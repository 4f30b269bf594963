import { SlotMap } from '../../core/index.ts';
import type { Outcome } from '../../domain/index.ts';
import type { Journal, RecordedOutcome } from '../../ports/index.ts';
import { RecordNumbers } from '../record-numbers.ts';
import type { OutcomeReceipt } from '../service-api.ts';

/** Time between two ticks, ms. */
const TICK_MS = 1;
/** Number of outcomes that are written without a wait, in one tick. */
const AT_ONCE = 64;
/** Least number of waiting outcomes that are written in one tick. */
const PER_TICK = 8;
/** Share of the waiting outcomes that are written in one tick, where that is more: most are gone in half a second. */
const SHARE_PER_TICK = 1 / 256;

/**
 * Outcomes on their way to the journal. One bar can end thousands of trades at once; their records let those of the signals
 * that come meanwhile go first. One that a crash takes is found again by the bars, which are recorded.
 */
export class OutcomeWriter {
  readonly #journal: Journal;
  readonly #numbers: RecordNumbers;
  readonly #onRecorded: (outcome: RecordedOutcome) => void;
  /** Not yet recorded, which {@link Journal.findSignal} does not know of; by signal. */
  readonly #unwritten = new SlotMap<Outcome>();
  readonly #waiting: Outcome[] = [];
  #next = 0;
  #nInTick = 0;
  #timer: NodeJS.Timeout | null = null;

  /** @param nRecorded - outcomes that the journal has already. @param onRecorded - called with each that is written, in order. */
  constructor(journal: Journal, nRecorded: number, onRecorded: (outcome: RecordedOutcome) => void) {
    this.#journal = journal;
    this.#numbers = new RecordNumbers(nRecorded);
    this.#onRecorded = onRecorded;
  }

  /** The outcome of a signal, where it is not yet recorded. */
  find(signalId: string): Outcome | null {
    return this.#unwritten.get(signalId);
  }

  /** Writes it when its turn comes. */
  queue(outcome: Outcome): void {
    this.#unwritten.set(outcome.signalId, outcome);
    if (this.#nWaiting === 0 && this.#nInTick < AT_ONCE) this.#send(outcome);
    else this.#waiting.push(outcome);
    this.#timer ??= setTimeout(() => this.#tick(), TICK_MS);
  }

  /** Writes it now. */
  write(outcome: Outcome): OutcomeReceipt {
    this.#unwritten.set(outcome.signalId, outcome);
    return this.#send(outcome);
  }

  /** Writes all that waits. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sendWaiting(this.#nWaiting);
  }

  get #nWaiting(): number {
    return this.#waiting.length - this.#next;
  }

  #tick(): void {
    this.#nInTick = 0;
    this.#timer = null;
    if (this.#nWaiting === 0) return;
    this.#timer = setTimeout(() => this.#tick(), TICK_MS);
    this.#sendWaiting(Math.max(PER_TICK, Math.ceil(this.#nWaiting * SHARE_PER_TICK)));
  }

  #sendWaiting(n: number): void {
    const end = Math.min(this.#waiting.length, this.#next + n);
    while (this.#next < end) this.#send(this.#waiting[this.#next++]);
    if (this.#nWaiting > 0) return;
    this.#waiting.length = 0;
    this.#next = 0;
  }

  #send(outcome: Outcome): OutcomeReceipt {
    this.#nInTick++;
    const recorded = this.#journal.append({ kind: 'outcome', ...outcome }, false);
    const number = this.#numbers.add(recorded);
    recorded.then(
      () => {
        this.#unwritten.delete(outcome.signalId);
        this.#onRecorded({ ...outcome, seq: number.seq });
      },
      () => this.#unwritten.delete(outcome.signalId), // the journal's own status says when it cannot write
    );
    return {
      outcome,
      get seq() {
        return number.seq;
      },
      recorded,
    };
  }
}
