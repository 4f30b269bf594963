import { SlotMap } from '../core/index.ts';

/** The number of a record: 1 for the first of its kind in the journal. */
export interface RecordNumber {
  /** Certain once the record is written; until then it is lower by one for each record before it that is left out. */
  readonly seq: number;
}

/**
 * Foresees the numbers that the journal gives to records of one kind: they follow the last one, in the order in which records are
 * appended. Where one is left out, because the journal has no room for it, those behind it move up.
 */
export class RecordNumbers {
  /** On their way, in their order, by when they were added. */
  readonly #waiting = new SlotMap<WaitingNumber, number>();
  #nAdded = 0;
  #lastWritten: number;
  #last: number;
  #isOutdated = false;

  /** @param nWritten - records that the journal has already. */
  constructor(nWritten: number) {
    this.#lastWritten = nWritten;
    this.#last = nWritten;
  }

  /** Numbers a record that was appended just now. @param recorded - settles when it is written, or left out. */
  add(recorded: Promise<unknown>): RecordNumber {
    this.#update();
    const record = new WaitingNumber(++this.#last, () => this.#update());
    const nth = ++this.#nAdded;
    this.#waiting.set(nth, record);
    const leftOut = (): void => {
      this.#waiting.delete(nth);
      this.#isOutdated = true;
    };
    recorded.then(() => {
      this.#lastWritten = Math.max(this.#lastWritten, record.seq);
      this.#waiting.delete(nth);
    }, leftOut);
    return record;
  }

  /** Many are left out at once: those behind them are numbered again only when somebody asks. */
  #update(): void {
    if (!this.#isOutdated) return;
    this.#isOutdated = false;
    this.#last = this.#lastWritten;
    for (const record of this.#waiting.values()) record.foreseen = ++this.#last;
  }
}

class WaitingNumber implements RecordNumber {
  foreseen: number;
  readonly #update: () => void;

  constructor(foreseen: number, update: () => void) {
    this.foreseen = foreseen;
    this.#update = update;
  }

  get seq(): number {
    this.#update();
    return this.foreseen;
  }
}
