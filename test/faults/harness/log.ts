import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { AnswerLine, Medium, SentLine } from '../../checker/history.ts';

/** The sender's own log, written before a signal leaves, and the log of what came back. */
export class SenderLog {
  readonly sentFile: string;
  readonly answersFile: string;
  readonly #sent: number;
  readonly #answers: number;
  nOk = 0;
  /** Nobody is to be tried again. */
  isGivenUp = false;

  constructor(directory: string) {
    this.sentFile = join(directory, 'sent.ndjson');
    this.answersFile = join(directory, 'answers.ndjson');
    this.#sent = openSync(this.sentFile, 'a');
    this.#answers = openSync(this.answersFile, 'a');
  }

  sent(id: string, medium: Medium): void {
    this.#note({ kind: 'sent', id, medium });
  }

  redisEmptied(): void {
    this.#note({ kind: 'redis_emptied' });
  }

  answer(line: AnswerLine): void {
    if (line.kind === 'ok') this.nOk++;
    writeSync(this.#answers, `${JSON.stringify(line)}\n`);
  }

  close(): void {
    closeSync(this.#sent);
    closeSync(this.#answers);
  }

  #note(line: SentLine): void {
    writeSync(this.#sent, `${JSON.stringify(line)}\n`);
  }
}
