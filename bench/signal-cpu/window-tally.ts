import { Tally } from '../live/tally.ts';
import { quantile } from '../support/statistics.ts';

/** Latencies of one window after the other, each with a schedule of its own. */
export class WindowTally extends Tally {
  #startMs = 0;
  #rate = 1;
  #first = 0;
  #latenciesMs: number[] = [];

  /** Begins a window. @param rate - signals a second. @param first - index of its first signal, which is due at `startMs`. */
  begin(startMs: number, rate: number, first: number): void {
    this.#startMs = startMs;
    this.#rate = rate;
    this.#first = first;
    this.#latenciesMs = [];
  }

  override dueMs(i: number): number {
    return this.#startMs + ((i - this.#first) * 1000) / this.#rate;
  }

  override answered(i: number, nowMs: number): void {
    super.answered(i, nowMs);
    if (i >= this.#first) this.#latenciesMs.push(nowMs - this.dueMs(i));
  }

  /** Time from when signals of this window were due to their answers, milliseconds. @param q - [0, 1]. */
  latencyMs(q: number): number {
    return quantile(this.#latenciesMs, q);
  }
}
