/** Number of messages of a connection that are handled in one turn of the event loop. */
const PER_TURN = 16;

/** The messages of one connection, a few of them in each turn of the event loop, so that a burst of one makes no other wait. */
export class MessageTurns {
  readonly #socket: { pause(): void; resume(): void };
  readonly #handle: (data: Buffer) => void;
  #waiting: Buffer[] = [];
  #nHandled = 0;
  #isScheduled = false;
  #isOver = false;

  /** @param socket - is paused while messages wait. */
  constructor(socket: { pause(): void; resume(): void }, handle: (data: Buffer) => void) {
    this.#socket = socket;
    this.#handle = handle;
  }

  /** Handles a message at once, or in a later turn; always after those before it. */
  add(data: Buffer): void {
    if (this.#isOver) return;
    if (!this.#isScheduled) this.#schedule();
    if (this.#waiting.length === 0 && this.#nHandled < PER_TURN) this.#take(data);
    else if (this.#waiting.push(data) === 1) this.#socket.pause();
  }

  /** Handles nothing more, and reads nothing more. */
  end(): void {
    this.#isOver = true;
    this.#waiting = [];
    this.#socket.pause();
  }

  #schedule(): void {
    this.#isScheduled = true;
    setImmediate(() => this.#nextTurn());
  }

  #nextTurn(): void {
    this.#isScheduled = false;
    this.#nHandled = 0;
    const due = this.#waiting.splice(0, PER_TURN);
    if (due.length > 0) this.#schedule();
    for (const data of due) if (!this.#isOver) this.#take(data);
    if (due.length > 0 && this.#waiting.length === 0 && !this.#isOver) this.#socket.resume();
  }

  #take(data: Buffer): void {
    this.#nHandled++;
    this.#handle(data);
  }
}
