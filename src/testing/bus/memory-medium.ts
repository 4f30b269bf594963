/** A message on its way, as JSON text of the wire. */
export interface MemoryMessage {
  readonly id: string;
  readonly text: string;
  nDeliveries: number;
  /** Monotonic time before which it is not delivered again, milliseconds. */
  againAtMs: number;
}

/** A message that could not be taken. */
export interface MemoryDeadLetter {
  readonly id: string;
  readonly code: string;
  readonly reason: string;
  readonly text: string;
}

/** What outlives a bus in memory, as a server outlives its clients. */
export class MemoryMedium {
  /** Messages that are not acknowledged, oldest first. */
  readonly messages: MemoryMessage[] = [];
  /** Answers as JSON text, oldest first. */
  readonly answers: string[] = [];
  readonly deadLetters: MemoryDeadLetter[] = [];
  #nSent = 0;

  /** Adds a message at the end. @returns its id. */
  add(text: string): string {
    const id = String(this.#nSent++);
    this.messages.push({ id, text, nDeliveries: 0, againAtMs: 0 });
    return id;
  }

  acknowledge(message: MemoryMessage): void {
    const at = this.messages.indexOf(message);
    if (at >= 0) this.messages.splice(at, 1);
  }
}
