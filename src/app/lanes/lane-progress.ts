/** How long a lane may be without progress. */
export interface LanePatience {
  /** Time between two looks, milliseconds. */
  readonly tickMs: number;
  /** Number of looks without progress after which a lane hangs. */
  readonly ticks: number;
  /** The same of one that still loads its modules. */
  readonly startTicks: number;
}

/** Ten seconds for one signal, a minute for a start. Looks are counted, since time passes for a machine that sleeps, too. */
export const LANE_PATIENCE: LanePatience = { tickMs: 1000, ticks: 10, startTicks: 60 };

/** Which signal a lane is at, as the thread of the service sees it without an answer of the lane. */
export class LaneProgress {
  /** Number of signals that the lane has begun; written by its thread. */
  readonly begun = new Int32Array(new SharedArrayBuffer(4));
  readonly #patience: LanePatience;
  #nAnswered = 0;
  #seen = '';
  #nTicks = 0;

  constructor(patience: LanePatience) {
    this.#patience = patience;
  }

  /** Position of the signal it is at among those that have no answer; -1 where it has begun none of them. */
  get position(): number {
    return ((Atomics.load(this.begun, 0) - this.#nAnswered) | 0) - 1; // the count wraps round
  }

  addAnswers(n: number): void {
    this.#nAnswered = (this.#nAnswered + n) | 0;
  }

  /** Forgets the looks so far: what comes next has all the time. */
  restart(): void {
    this.#nTicks = 0;
  }

  /** Looks once more. @returns whether the lane hangs. */
  hangs(isReady: boolean): boolean {
    const seen = `${isReady} ${Atomics.load(this.begun, 0)} ${this.#nAnswered}`;
    this.#nTicks = seen === this.#seen ? this.#nTicks + 1 : 0;
    this.#seen = seen;
    return this.#nTicks >= (isReady ? this.#patience.ticks : this.#patience.startTicks);
  }
}
