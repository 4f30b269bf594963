import { rowKernel } from '../windows/row-kernel.ts';
import { windowedFeature } from '../windows/windowed-feature.ts';

const SLOW = 26;

/** Number of bars, so that what lies before the window would weigh less than 1 %. */
const lookbackOf = (slow: number): number => 4 * slow - 4;
/** The fast average and the signal line keep their usual ratios to the slow average: 12 and 9 of 26. */
const fastOf = (slow: number): number => Math.round((12 * slow) / SLOW);
const signalOf = (slow: number): number => Math.round((9 * slow) / SLOW);

/** Histogram of the moving average convergence divergence, as a share of the price, in the direction of the trade. */
export const macdHistogramFeature = windowedFeature({
  name: 'macd_histogram',
  directional: true,
  source: 'Appel (1979), histogram by Aspray (1986); TA-Lib MACD of the same window, divided by the close',
  counts: 'bars of the slow average; the fast one and the signal line are 12/26 and 9/26 of it, rounded',
  usual: SLOW,
  lowest: 6,
  shape: (n) => ({
    lookback: lookbackOf(n),
    unit: 'share of price',
    range: null,
    formula: `side * (MACD - its EMA_${signalOf(n)}) / c_t, MACD = EMA_${fastOf(n)} - EMA_${n} of the closes; averages begin with plain means at bar ${n} of a window of ${lookbackOf(n)} bars, the signal line with that of the first ${signalOf(n)} MACDs`,
  }),
  kernel: (n) => {
    const nBars = lookbackOf(n);
    return rowKernel(({ close }, row) => histogram(close, row - nBars + 1, row, n) / close[row], true);
  },
});

/** Histogram at bar `last` of the closes [first, last], price units. */
function histogram(close: Float64Array, first: number, last: number, nSlow: number): number {
  const [nFast, nSignal] = [fastOf(nSlow), signalOf(nSlow)];
  const [slowStep, fastStep, signalStep] = [2 / (nSlow + 1), 2 / (nFast + 1), 2 / (nSignal + 1)];
  const start = first + nSlow - 1;
  let slow = meanOfCloses(close, first, start);
  let fast = meanOfCloses(close, start - nFast + 1, start);
  let signal = fast - slow;
  let i = start + 1;
  for (; i < start + nSignal; i++) {
    slow += slowStep * (close[i] - slow);
    fast += fastStep * (close[i] - fast);
    signal += fast - slow;
  }
  signal /= nSignal;
  for (; i <= last; i++) {
    slow += slowStep * (close[i] - slow);
    fast += fastStep * (close[i] - fast);
    signal += signalStep * (fast - slow - signal);
  }
  return fast - slow - signal;
}

function meanOfCloses(close: Float64Array, first: number, last: number): number {
  // Around the first close: closes that are all equal have exactly their own mean.
  let sum = 0;
  for (let i = first; i <= last; i++) sum += close[i] - close[first];
  return close[first] + sum / (last - first + 1);
}
