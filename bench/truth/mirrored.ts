import { Rng } from '../../src/core/index.ts';
import { allocateBarColumns, BarSeries } from '../../src/domain/index.ts';

/**
 * Bars of a real market, each mirrored or not by a coin: log moves from the last close are negated, high and low change places, and
 * what was bought was sold. The logarithm of the price is a martingale, with the real market's volatility, ranges, volume and hours.
 *
 * @param bars - the real bars; the first one stays as it is.
 */
export function mirrorByCoin(bars: BarSeries, seed: number): BarSeries {
  const rng = new Rng(seed);
  const coin = Int8Array.from({ length: bars.length }, (_, i) => (i > 0 && rng.nextInt(2) === 1 ? -1 : 1));
  return mirrorBars(bars, coin);
}

/** @param sign - (nBars,) -1 for the bars to be mirrored, 1 for the others; sign[0] is not used. */
export function mirrorBars(bars: BarSeries, sign: Int8Array): BarSeries {
  const { length, open, high, low, close, volume, takerBuyVolume } = bars;
  const out = allocateBarColumns(length, takerBuyVolume !== null);
  out.tsEvent.set(bars.tsEvent);
  out.volume.set(volume);
  let last = close[0];
  for (let i = 0; i < length; i++) {
    const isMirrored = i > 0 && sign[i] === -1;
    const before = i > 0 ? close[i - 1] : close[0];
    const moved = (price: number): number => last * (isMirrored ? before / price : price / before);
    out.open[i] = moved(open[i]);
    out.high[i] = moved(isMirrored ? low[i] : high[i]);
    out.low[i] = moved(isMirrored ? high[i] : low[i]);
    out.close[i] = moved(close[i]);
    last = out.close[i];
    if (out.takerBuyVolume !== null && takerBuyVolume !== null)
      out.takerBuyVolume[i] = isMirrored ? volume[i] - takerBuyVolume[i] : takerBuyVolume[i];
  }
  return BarSeries.fromColumns(out);
}
