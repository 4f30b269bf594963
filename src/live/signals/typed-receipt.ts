import type { SignalReceipt } from '../../ports/index.ts';
import { readAnswer, type SignalAnswer } from '../../wire/index.ts';
import type { RecordNumber } from '../record-numbers.ts';

export interface ReceiptParts extends Pick<SignalReceipt, 'signalId' | 'answerHash' | 'isDuplicate' | 'recorded'> {
  readonly number: RecordNumber;
  /** Writes the answer with its number. */
  readonly write: (seq: number) => string;
}

/** A receipt whose text is written, and whose typed answer is read from it, when they are asked for. */
export class TypedReceipt implements SignalReceipt {
  readonly signalId: string;
  readonly answerHash: string;
  readonly isDuplicate: boolean;
  readonly recorded: Promise<void>;
  readonly #number: RecordNumber;
  readonly #write: (seq: number) => string;
  #text: { readonly seq: number; readonly text: string } | null = null;
  #answer: { readonly text: string; readonly answer: SignalAnswer } | null = null;

  constructor({ signalId, answerHash, isDuplicate, recorded, number, write }: ReceiptParts) {
    this.signalId = signalId;
    this.answerHash = answerHash;
    this.isDuplicate = isDuplicate;
    this.recorded = recorded;
    this.#number = number;
    this.#write = write;
  }

  get text(): string {
    const { seq } = this.#number;
    if (this.#text?.seq !== seq) this.#text = { seq, text: this.#write(seq) };
    return this.#text.text;
  }

  get answer(): SignalAnswer {
    const { text } = this;
    if (this.#answer?.text !== text) this.#answer = { text, answer: readAnswer(text) };
    return this.#answer.answer;
  }
}
