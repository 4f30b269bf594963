/** Share of its time that a busy thread works, and at most that of a calm one. */
const [BUSY, CALM] = [0.5, 0.3];
/** Looks in a row that make a spell, and that end it. */
const N_LOOKS = 3;

/** Tells once when a thread that was busy for a while has become calm. */
export class BusySpell {
  #nBusy = 0;
  #nCalm = 0;

  /**
   * One more look.
   *
   * @param utilization - share of the time since the last look that the thread worked, [0, 1].
   * @returns whether a busy spell has ended by it.
   */
  hasEnded(utilization: number): boolean {
    const wasBusy = this.#nBusy >= N_LOOKS;
    if (utilization >= BUSY) this.#nBusy++;
    else if (!wasBusy) this.#nBusy = 0; // a moment is no spell
    this.#nCalm = utilization <= CALM ? this.#nCalm + 1 : 0;
    if (!wasBusy || this.#nCalm < N_LOOKS) return false;
    this.#nBusy = 0;
    return true;
  }
}
