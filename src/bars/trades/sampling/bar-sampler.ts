import type { TradeBatch } from '../trade-batch.ts';
import type { BarRule } from './bar-rule.ts';
import { OpenBar } from './open-bar.ts';

/** Receives each bar with its close, UNIX ns; the object is used again for the next bar. */
export type BarSink = (bar: Readonly<OpenBar>, closeTs: bigint) => void;

/** Makes bars of trades, one after the other, by a rule. */
export class BarSampler {
  readonly #rule: BarRule;
  readonly #sink: BarSink;
  readonly #bar = new OpenBar();
  #lastClose: bigint | null = null;
  nBars = 0;
  /** Number of bars that closed at the time of the one before, and were moved behind it by 1 ns. */
  nSameTime = 0;
  /** Number of bars of a single trade. */
  nSingle = 0;
  /** Smallest and largest number of trades of a bar; 0 without bars. */
  leastTrades = 0;
  mostTrades = 0;
  /** Number of trades in all bars. */
  nTrades = 0;

  constructor(rule: BarRule, sink: BarSink) {
    this.#rule = rule;
    this.#sink = sink;
  }

  /** Number of trades in the bar that is not finished. */
  get nOpen(): number {
    return this.#bar.nTrades;
  }

  add({ n, tsEvent, price, size, side }: TradeBatch): void {
    const bar = this.#bar;
    const rule = this.#rule;
    for (let i = 0; i < n; i++) {
      const ts = tsEvent[i];
      const closeTs = rule.closeBefore(ts, bar);
      if (closeTs !== null) this.#end(closeTs);
      bar.add(ts, price[i], size[i], side[i]);
      if (rule.endsBar(bar, price[i], size[i], side[i])) this.#end(ts);
    }
  }

  /** Gives the bar that is not finished, closed at its last trade. */
  finishPartial(): void {
    if (this.#bar.nTrades > 0) this.#end(this.#bar.lastTs);
  }

  #end(ts: bigint): void {
    const bar = this.#bar;
    const last = this.#lastClose;
    const closeTs = last !== null && ts <= last ? last + 1n : ts;
    if (closeTs !== ts) this.nSameTime++;
    this.#lastClose = closeTs;
    this.nBars++;
    if (bar.nTrades === 1) this.nSingle++;
    if (this.leastTrades === 0 || bar.nTrades < this.leastTrades) this.leastTrades = bar.nTrades;
    if (bar.nTrades > this.mostTrades) this.mostTrades = bar.nTrades;
    this.nTrades += bar.nTrades;
    this.#sink(bar, closeTs);
    bar.clear();
  }
}
