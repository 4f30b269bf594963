const BARS = 10;

/**
 * Your strategy: 1 where it buys at the close of bar i, -1 where it sells, 0 where it does nothing. It may look at bars up to i and at none
 * behind. This one follows the market where ten bars went one way: where they came further than half of the way that they went.
 *
 * @param close - prices, oldest first.
 */
export function sideAt(close: Float64Array, i: number): -1 | 0 | 1 {
  if (i < BARS) return 0;
  let way = 0;
  for (let k = i + 1 - BARS; k <= i; k++) way += Math.abs(close[k] - close[k - 1]);
  const move = close[i] - close[i - BARS];
  if (Math.abs(move) <= way / 2) return 0;
  return move > 0 ? 1 : -1;
}
