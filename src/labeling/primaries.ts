import { type BarSeries, LOOKBACK_BARS, type PrimaryName } from '../domain/index.ts';

const FAST_SPAN = 12;
const SLOW_SPAN = 26;
/**
 * Maximum sum of a window's distances at which a close counts as at its mean, as a share of the price: decimal prices are no
 * exact doubles, and their rounding must not pick a side. A hundred units in the last place, far below any tick.
 */
const TIE = 100 * Number.EPSILON;

/**
 * The side a built-in primary takes at every bar, from bars up to that bar only.
 *
 * - `ema_cross`: sign of EMA12 − EMA26 of the closes, each started at the first close.
 * - `momentum`: sign of the change over the last 20 bars; 0 on the first 20 bars.
 * - `mean_reversion`: against the distance of the close from its 20-bar mean; 0 at the mean and on the first 19 bars.
 *
 * @returns (nBars,) -1, 0 or 1.
 */
export function primarySides(bars: BarSeries, name: PrimaryName): Int8Array {
  switch (name) {
    case 'ema_cross':
      return emaCross(bars.close);
    case 'momentum':
      return momentum(bars.close);
    case 'mean_reversion':
      return meanReversion(bars.close);
  }
}

function emaCross(close: Float64Array): Int8Array {
  const side = new Int8Array(close.length);
  const fastAlpha = 2 / (FAST_SPAN + 1);
  const slowAlpha = 2 / (SLOW_SPAN + 1);
  let fast = close[0];
  let slow = close[0];
  for (let i = 0; i < close.length; i++) {
    fast += fastAlpha * (close[i] - fast);
    slow += slowAlpha * (close[i] - slow);
    side[i] = Math.sign(fast - slow);
  }
  return side;
}

function momentum(close: Float64Array): Int8Array {
  const side = new Int8Array(close.length);
  for (let i = LOOKBACK_BARS; i < close.length; i++) side[i] = Math.sign(close[i] - close[i - LOOKBACK_BARS]);
  return side;
}

function meanReversion(close: Float64Array): Int8Array {
  const side = new Int8Array(close.length);
  for (let i = LOOKBACK_BARS - 1; i < close.length; i++) {
    let sum = 0;
    for (let j = i - LOOKBACK_BARS + 1; j <= i; j++) sum += close[j] - close[i];
    side[i] = Math.abs(sum) > TIE * close[i] ? Math.sign(sum) : 0;
  }
  return side;
}
