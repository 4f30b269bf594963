import type { TurnShare } from '../admission/turn-share.ts';

/** Number of messages of a connection that are handled as they come, in one turn of the event loop. */
const PROMPT = 4;
/** Number of the others that are handled without a look at the time. */
const AT_ONCE = 4;

/**
 * The messages of one connection. A few in each turn of the event loop are handled as they come; the rest of a burst waits for the
 * share of the turn that all such bursts have together, so that one sender makes no other wait.
 */
export class MessageTurns {
  readonly #socket: { pause(): void; resume(): void };
  readonly #share: TurnShare;
  readonly #handle: (data: Buffer) => void;
  #waiting: Buffer[] = [];
  #nHandled = 0;
  #isScheduled = false;
  #isOver = false;

  /** @param socket - is paused while messages wait. */
  constructor(socket: { pause(): void; resume(): void }, share: TurnShare, handle: (data: Buffer) => void) {
    this.#socket = socket;
    this.#share = share;
    this.#handle = handle;
  }

  /** Handles a message at once or later; always after those before it. */
  add(data: Buffer): void {
    if (this.#isOver) return;
    if (this.#waiting.length === 0 && this.#nHandled < PROMPT) this.#takePromptly(data);
    else if (this.#waiting.push(data) === 1) {
      this.#socket.pause();
      setImmediate(() => this.#share.run(() => this.#takeSome())); // the rest of the burst comes in this turn
    }
  }

  /** Handles nothing more, and reads nothing more. */
  end(): void {
    this.#isOver = true;
    this.#waiting = [];
    this.#socket.pause();
  }

  #takePromptly(data: Buffer): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(() => {
        this.#isScheduled = false;
        this.#nHandled = 0;
      });
    }
    this.#nHandled++;
    this.#handle(data);
  }

  #takeSome(): void {
    for (const data of this.#waiting.splice(0, AT_ONCE)) if (!this.#isOver) this.#handle(data);
    if (this.#isOver) return;
    if (this.#waiting.length > 0) this.#share.run(() => this.#takeSome());
    else this.#socket.resume();
  }
}
