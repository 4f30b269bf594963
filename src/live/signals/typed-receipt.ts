import type { SignalReceipt } from '../../ports/index.ts';
import { readAnswer, type SignalAnswer } from '../../wire/index.ts';

/** A receipt whose typed answer is read from its text when it is asked for. */
export class TypedReceipt implements SignalReceipt {
  readonly signalId: string;
  readonly answerHash: string;
  readonly text: string;
  readonly isDuplicate: boolean;
  readonly recorded: Promise<void>;
  #answer: SignalAnswer | null = null;

  constructor(signalId: string, answerHash: string, text: string, isDuplicate: boolean, recorded: Promise<void>) {
    this.signalId = signalId;
    this.answerHash = answerHash;
    this.text = text;
    this.isDuplicate = isDuplicate;
    this.recorded = recorded;
  }

  get answer(): SignalAnswer {
    this.#answer ??= readAnswer(this.text);
    return this.#answer;
  }
}
