/** How far back, in numbers of outcomes, a span is compared with those before it. */
export const SPANS_KEPT = 1024;

/** One span, closed at both ends, UNIX ns. */
export interface Span {
  readonly entryTs: bigint;
  readonly exitTs: bigint;
}

/**
 * Counts, span by span, how many others begin inside each of them. Two that begin at the same time lie in each other. Only those of
 * the latest {@link SPANS_KEPT} numbers are looked at, so that a span costs the same however many there were.
 */
export class SpanOverlap {
  readonly #entry = new Float64Array(SPANS_KEPT);
  readonly #exit = new Float64Array(SPANS_KEPT);
  readonly #number = new Float64Array(SPANS_KEPT);
  #firstTs: bigint | null = null;
  #n = 0;

  /**
   * Takes a span in.
   *
   * @param number - higher than that of every span before.
   * @returns how many more begin inside another with it: of those before in it, and it in those before.
   */
  add({ entryTs, exitTs }: Span, number: number): number {
    this.#firstTs ??= entryTs;
    const entry = Number(entryTs - this.#firstTs);
    const exit = Number(exitTs - this.#firstTs);
    const nKept = Math.min(this.#n, SPANS_KEPT);
    let nInside = 0;
    for (let i = 0; i < nKept; i++) {
      if (this.#number[i] <= number - SPANS_KEPT) continue;
      if (entry <= this.#entry[i] && this.#entry[i] <= exit) nInside++;
      if (this.#entry[i] <= entry && entry <= this.#exit[i]) nInside++;
    }
    const place = this.#n++ % SPANS_KEPT;
    this.#entry[place] = entry;
    this.#exit[place] = exit;
    this.#number[place] = number;
    return nInside;
  }
}
