import type { BarSeries } from '../../domain/index.ts';
import type { InferenceLoop } from '../../inference/index.ts';
import type { SignalReceipt } from '../../ports/index.ts';
import {
  answerWithBars,
  haltedAnswer,
  isHaltedAnswer,
  readAnswer,
  type SignalAnswer,
  wholeAnswer,
} from '../../wire/index.ts';
import type { RecordNumber } from '../record-numbers.ts';

/** An answer and how it came about this time. */
export interface GivenAnswer {
  readonly signalId: string;
  /** The lasting part, one JSON object. */
  readonly answer: string;
  readonly answerHash: string;
  readonly latencyNs: number;
  readonly late: boolean;
  readonly isDuplicate: boolean;
  /** (W,) shown where the sender asks for them; null where it does not. */
  readonly bars: BarSeries | null;
  readonly number: RecordNumber;
  readonly recorded: Promise<void>;
}

interface ReceiptOptions {
  readonly inferenceLoop: Pick<InferenceLoop, 'isHalted'>;
  /** SHA-256 of a text. */
  readonly hash: (text: string) => string;
}

/** What is said to a sender. */
interface SaidAnswer {
  /** The lasting part. */
  readonly lasting: string;
  readonly answerHash: string;
}

/**
 * A receipt whose text is written, and whose typed answer is read from it, when they are asked for. While the service is halted its text says so, although the
 * signal was judged before the halt: it may have waited for its record, or be a repeat.
 */
export class TypedReceipt implements SignalReceipt {
  readonly signalId: string;
  readonly isDuplicate: boolean;
  readonly recorded: Promise<void>;
  readonly #given: GivenAnswer;
  readonly #options: ReceiptOptions;
  readonly #recordedAnswer: SaidAnswer;
  #halted: SaidAnswer | null = null;
  /** The last text that was written, and what it says. */
  #written: { readonly said: SaidAnswer; readonly seq: number; readonly text: string } | null = null;
  #read: { readonly text: string; readonly answer: SignalAnswer } | null = null;

  constructor(given: GivenAnswer, options: ReceiptOptions) {
    const { signalId, isDuplicate, recorded, answer, answerHash } = given;
    this.signalId = signalId;
    this.isDuplicate = isDuplicate;
    this.recorded = recorded;
    this.#given = given;
    this.#options = options;
    this.#recordedAnswer = { lasting: answer, answerHash };
  }

  get text(): string {
    const said = this.#said();
    const { seq } = this.#given.number; // until the record is written it may change
    if (this.#written?.said !== said || this.#written.seq !== seq) {
      this.#written = { said, seq, text: this.#textOf(said, seq) };
    }
    return this.#written.text;
  }

  get answerHash(): string {
    return this.#said().answerHash;
  }

  get answer(): SignalAnswer {
    const { text } = this;
    if (this.#read?.text !== text) this.#read = { text, answer: readAnswer(text) };
    return this.#read.answer;
  }

  #said(): SaidAnswer {
    const { answer } = this.#given;
    if (!this.#options.inferenceLoop.isHalted || isHaltedAnswer(answer)) return this.#recordedAnswer;
    this.#halted ??= this.#haltedOf(haltedAnswer(answer));
    return this.#halted;
  }

  #haltedOf(lasting: string): SaidAnswer {
    return { lasting, answerHash: this.#options.hash(lasting) };
  }

  #textOf({ lasting, answerHash }: SaidAnswer, seq: number): string {
    const { latencyNs, late, isDuplicate, bars } = this.#given;
    const text = wholeAnswer(lasting, { answerHash, seq, latencyNs, late, duplicate: isDuplicate });
    return bars === null ? text : answerWithBars(text, bars);
  }
}
