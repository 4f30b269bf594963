import { allocateTrades, copyTrade, type TradeBatch } from '../trade-batch.ts';

const FIRST_ROOM = 1024;

/**
 * Puts trades in the order of time that come late by no more than a given time: it holds those of the latest stretch of time, and gives the
 * others. Trades of one time stay in the order of the file.
 */
export class Reorder {
  readonly #latestNs: bigint;
  #held = allocateTrades(FIRST_ROOM);
  #newest: bigint | null = null;
  /** Number of trades that were put before others. */
  nMoved = 0;

  /** @param lateNs - maximum time by which a trade comes late, ns. */
  constructor(lateNs: bigint) {
    this.#latestNs = lateNs;
  }

  /** @returns the trades that none can come before any more; one that came later than that is among them, out of order. */
  add(trades: TradeBatch): TradeBatch {
    for (let i = 0; i < trades.n; i++) this.#insert(trades, i);
    const { tsEvent, n } = this.#held;
    const end = (this.#newest ?? 0n) - this.#latestNs;
    let nReady = 0;
    while (nReady < n && tsEvent[nReady] < end) nReady++;
    return this.#take(nReady);
  }

  /** @returns the trades that are left. */
  finish(): TradeBatch {
    return this.#take(this.#held.n);
  }

  #insert(trades: TradeBatch, i: number): void {
    if (this.#held.n === this.#held.price.length) this.#grow();
    const held = this.#held;
    const ts = trades.tsEvent[i];
    let j = held.n++;
    // One that is later than the time allows stays at the end, where it is refused.
    const isTooLate = this.#newest !== null && ts < this.#newest - this.#latestNs;
    if (!isTooLate && j > 0 && held.tsEvent[j - 1] > ts) this.nMoved++;
    for (; !isTooLate && j > 0 && held.tsEvent[j - 1] > ts; j--) copyTrade(held, j - 1, held, j);
    copyTrade(trades, i, held, j);
    if (this.#newest === null || ts > this.#newest) this.#newest = ts;
  }

  #grow(): void {
    const grown = allocateTrades(2 * this.#held.price.length);
    for (let i = 0; i < this.#held.n; i++) copyTrade(this.#held, i, grown, i);
    grown.n = this.#held.n;
    this.#held = grown;
  }

  #take(n: number): TradeBatch {
    const held = this.#held;
    const taken = allocateTrades(n);
    for (let i = 0; i < n; i++) copyTrade(held, i, taken, i);
    taken.n = n;
    for (let i = n; i < held.n; i++) copyTrade(held, i, held, i - n);
    held.n -= n;
    return taken;
  }
}
