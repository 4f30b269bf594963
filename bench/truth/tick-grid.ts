import { hashSeed, Rng } from '../../src/core/index.ts';
import { allocateBarColumns, BarSeries } from '../../src/domain/index.ts';

export interface TickGridMarket {
  readonly bars: BarSeries;
  /** (nBars,) value behind the last trade of every bar; a martingale. */
  readonly value: Float64Array;
}

const MINUTE_NS = 60_000_000_000n;
const START_NS = 1_577_836_800_000_000_000n; // 2020-01-01
const START_VALUE = 6400;
/** 0.8 bp of the price, as of the XBTUSD swap. */
export const TICK = 0.5;
const TRADES_PER_BAR = 10;

/**
 * A market on a grid of prices whose bid and ask are neighbours around a value that nobody can foresee. A trade happens at either,
 * in the mean at the value: prices bounce between the two, and that they come back is all there is to know.
 *
 * @param sigmaTicks - standard deviation of the value over a bar, ticks; 1 gives bars with a range of about two ticks.
 * @see Roll (1984), A simple implicit measure of the effective bid-ask spread, Journal of Finance 39(4).
 */
export function tickGrid(nBars: number, seed: number, sigmaTicks: number): TickGridMarket {
  const columns = allocateBarColumns(nBars, true);
  const taker = columns.takerBuyVolume ?? new Float64Array(nBars);
  const values = new Float64Array(nBars);
  const rng = new Rng(hashSeed(seed, 1));
  const deviation = (sigmaTicks * TICK) / Math.sqrt(TRADES_PER_BAR);
  let value = START_VALUE;
  for (let i = 0; i < nBars; i++) {
    columns.tsEvent[i] = START_NS + BigInt(i) * MINUTE_NS;
    columns.low[i] = Number.POSITIVE_INFINITY;
    for (let trade = 0; trade < TRADES_PER_BAR; trade++) {
      value += deviation * rng.nextGaussian();
      const bid = Math.floor(value / TICK) * TICK;
      const isBuy = rng.nextFloat() < (value - bid) / TICK;
      const price = isBuy ? bid + TICK : bid;
      const size = Math.ceil(100 * Math.exp(0.5 * rng.nextGaussian()));
      if (trade === 0) columns.open[i] = price;
      columns.high[i] = Math.max(columns.high[i], price);
      columns.low[i] = Math.min(columns.low[i], price);
      columns.close[i] = price;
      columns.volume[i] += size;
      if (isBuy) taker[i] += size;
    }
    values[i] = value;
  }
  return { bars: BarSeries.fromColumns(columns), value: values };
}
