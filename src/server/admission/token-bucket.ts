/** Limits a rate: `perSecond` tokens come back each second, and at most `burst` are there at once. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #lastNs: number;

  constructor(perSecond: number, burst: number, nowNs: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#lastNs = nowNs;
  }

  /** Takes `n` tokens. @returns whether they were there. */
  take(n: number, nowNs: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((nowNs - this.#lastNs) / 1e9) * this.#perSecond);
    this.#lastNs = nowNs;
    if (this.#tokens < n) return false;
    this.#tokens -= n;
    return true;
  }
}
