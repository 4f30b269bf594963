import { barKernel } from '../windows/bar-kernel.ts';
import { windowedFeature } from '../windows/windowed-feature.ts';

/** Number of bars, so that what lies before the window would weigh less than 0.3 %. */
const lookbackOf = (n: number): number => 7 * n + 2;

/** Relative strength index in the direction of the trade: a short at 30 is what a long is at 70. */
export const rsiFeature = windowedFeature({
  name: 'rsi',
  directional: true,
  source: 'Wilder (1978), New Concepts in Technical Trading Systems; TA-Lib RSI of the same window',
  counts: 'changes in the average',
  usual: 14,
  lowest: 2,
  shape: (n) => ({
    lookback: lookbackOf(n),
    unit: 'points from 50',
    range: [-50, 50],
    formula: `side * (RSI(${n}) - 50): Wilder's averages of gains and losses, begun with the mean of the first ${n} changes of a window of ${lookbackOf(n)} bars; 0 where no price changed`,
  }),
  kernel: (n) => {
    const nChanges = lookbackOf(n) - 1;
    return barKernel(
      nChanges,
      ({ close }, i) => close[i] - close[i - 1],
      (changes, last) => relativeStrength(changes, last - nChanges + 1, last, n),
      true,
    );
  },
});

/**
 * RSI - 50 of the changes [first, last].
 *
 * @param n - changes in the average, at most the number of changes.
 * @returns in [-50, 50]; 0 where nothing changed. Reversed gains and losses give exactly the negated value.
 */
function relativeStrength(changes: Float64Array, first: number, last: number, n: number): number {
  let gain = 0;
  let loss = 0;
  for (let i = first; i < first + n; i++) {
    if (changes[i] > 0) gain += changes[i];
    else loss -= changes[i];
  }
  gain /= n;
  loss /= n;
  for (let i = first + n; i <= last; i++) {
    const change = changes[i];
    gain = (gain * (n - 1) + Math.max(change, 0)) / n;
    loss = (loss * (n - 1) + Math.max(-change, 0)) / n;
  }
  const total = gain + loss;
  return total > 0 ? (50 * (gain - loss)) / total : 0;
}
