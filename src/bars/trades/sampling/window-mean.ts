/**
 * Exponentially weighted mean of the latest values: at most `window` of them, and with their number as its span. Each value costs the same
 * however many there are.
 */
export class WindowMean {
  readonly #values: Float64Array;
  readonly #decay: number;
  /** Weight of the value that leaves the window, and sum of the weights of a full one. */
  readonly #leaving: number;
  readonly #weight: number;
  /** Weighted sum of a full window. */
  #sum = 0;
  #nAdded = 0;

  /** @param window - maximum number of values, >= 1. */
  constructor(window: number) {
    this.#values = new Float64Array(window);
    this.#decay = 1 - 2 / (window + 1);
    let weight = 1;
    for (let i = 1; i < window; i++) weight += this.#decay ** i;
    this.#weight = weight;
    this.#leaving = this.#decay ** window;
  }

  /** Number of all values that were added. */
  get nAdded(): number {
    return this.#nAdded;
  }

  add(value: number): void {
    const window = this.#values.length;
    const at = this.#nAdded % window;
    const old = this.#values[at];
    this.#values[at] = value;
    this.#nAdded++;
    if (this.#nAdded < window) return;
    // Once a window the sum is made anew, so that rounding does not add up.
    if (at === window - 1) this.#sum = this.#sumOf(window, this.#decay);
    else this.#sum = this.#sum * this.#decay + value - this.#leaving * old;
  }

  /** The mean; NaN without a value. */
  mean(): number {
    const n = this.#nAdded;
    if (n >= this.#values.length) return this.#sum / this.#weight;
    const decay = 1 - 2 / (n + 1);
    let weight = 1;
    for (let i = 1; i < n; i++) weight += decay ** i;
    return n === 0 ? Number.NaN : this.#sumOf(n, decay) / weight;
  }

  /** Weighted sum of the first `n` values of the memory, which are in their order then. */
  #sumOf(n: number, decay: number): number {
    let sum = 0;
    for (let i = 0; i < n; i++) sum = sum * decay + this.#values[i];
    return sum;
  }
}
