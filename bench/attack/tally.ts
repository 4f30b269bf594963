import type { AttackCounts } from './plan.ts';

/** Counts what an attack achieves. */
export class AttackTally {
  #nSent = 0;
  #bytesSent = 0;
  #bytesRead = 0;
  readonly #answers = new Map<string, number>();

  /** @param nBytes - of all of them. */
  sent(nBytes: number, n = 1): void {
    this.#nSent += n;
    this.#bytesSent += nBytes;
  }

  read(nBytes: number): void {
    this.#bytesRead += nBytes;
  }

  answered(kind: string, n = 1): void {
    this.#answers.set(kind, (this.#answers.get(kind) ?? 0) + n);
  }

  get counts(): AttackCounts {
    return {
      nSent: this.#nSent,
      answers: Object.fromEntries([...this.#answers].sort(([a], [b]) => a.localeCompare(b))),
      megabytesSent: this.#bytesSent / 2 ** 20,
      megabytesRead: this.#bytesRead / 2 ** 20,
    };
  }
}
