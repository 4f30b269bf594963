/** The bar that is being made. */
export class OpenBar {
  open = 0;
  high = 0;
  low = 0;
  close = 0;
  /** Sum of the sizes. */
  volume = 0;
  /** Sum of the sizes that the taker bought; half of those whose side nobody knows. */
  takerBuyVolume = 0;
  /** Sum of price times size. */
  value = 0;
  nTrades = 0;
  /** Time of the last trade, UNIX ns. */
  lastTs = 0n;

  add(ts: bigint, price: number, size: number, side: number): void {
    if (this.nTrades === 0) {
      this.open = price;
      this.high = price;
      this.low = price;
      this.volume = 0;
      this.takerBuyVolume = 0;
      this.value = 0;
    } else {
      if (price > this.high) this.high = price;
      if (price < this.low) this.low = price;
    }
    this.close = price;
    this.volume += size;
    if (side > 0) this.takerBuyVolume += size;
    else if (side === 0) this.takerBuyVolume += size / 2;
    this.value += price * size;
    this.nTrades++;
    this.lastTs = ts;
  }

  clear(): void {
    this.nTrades = 0;
  }
}
