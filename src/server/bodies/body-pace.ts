import type { LoopLag } from '../loop-lag.ts';

/** Size of the pieces that are received in a second while others wait, bytes: about a quarter of the time of one core. */
const BYTES_PER_SECOND = 128 * 2 ** 20;
/** Size up to which a body is received without a wait, bytes. */
const PROMPT_BYTES = 128 * 1024;
/** Longest wait for the next piece, milliseconds. */
const MAX_WAIT_MS = 2000;
/** Delay of the event loop from which others wait, milliseconds. */
const LATE_MS = 10;

/** Bounds what large bodies take of the event loop, so that signals are answered meanwhile: their next pieces are read later. */
export class BodyPace {
  readonly #lag: Pick<LoopLag, 'currentMs'>;
  /** Time at which all pieces so far are paid for, milliseconds. */
  #paidMs = 0;

  constructor(lag: Pick<LoopLag, 'currentMs'>) {
    this.#lag = lag;
  }

  /**
   * Notes a piece.
   *
   * @param size - of the whole body so far, bytes.
   * @returns how long its sender should wait with the next, milliseconds; 0 while the event loop is in time.
   */
  waitMs(nBytes: number, size: number, nowMs: number): number {
    const paidMs = Math.max(this.#paidMs, nowMs) + (nBytes / BYTES_PER_SECOND) * 1000;
    this.#paidMs = Math.min(paidMs, nowMs + MAX_WAIT_MS);
    if (size <= PROMPT_BYTES || this.#lag.currentMs < LATE_MS) return 0;
    return this.#paidMs - nowMs;
  }
}
