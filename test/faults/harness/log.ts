import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { AnswerLine, Medium, SentLine } from '../../checker/history.ts';

/** Log of the sender, written before each signal is sent, and log of the answers. */
export class SenderLog {
  readonly sentFile: string;
  readonly answersFile: string;
  readonly #sent: number;
  readonly #answers: number;
  nOk = 0;
  /** Id of the last signal of each run that was answered over HTTP, or taken by Redis. */
  readonly lastOf = new Map<string, string>();
  /** Whether senders stop trying again. */
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
    if (line.kind === 'ok' || line.kind === 'added')
      this.lastOf.set(line.id.slice(0, line.id.lastIndexOf('-')), line.id);
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
