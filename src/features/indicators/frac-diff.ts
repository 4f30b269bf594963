import { barKernel } from '../windows/bar-kernel.ts';
import { windowedFeature } from '../windows/windowed-feature.ts';

/** Order of differencing: a price less 0.4 of a difference is about stationary and keeps most of its memory (AFML, table 5.1). */
const ORDER = 0.4;

/** Fractionally differenced log price, in the direction of the trade. */
export const fracDiffFeature = windowedFeature({
  name: 'frac_diff',
  directional: true,
  source: 'López de Prado (2018), AFML 5.5, fixed-width window; Hosking (1981)',
  counts: 'weights',
  usual: 100,
  lowest: 2,
  shape: (n) => ({
    lookback: n,
    unit: 'log price, differenced 0.4 times; depends on the unit of price',
    range: null,
    formula: `side * sum of w_k ln(c_(t-k)), k = 0..${n - 1}; w_0 = 1, w_k = -w_(k-1) (0.4 - k + 1) / k`,
  }),
  kernel: (n) => {
    const weights = weightsOf(n);
    return barKernel(
      n,
      ({ close }, i) => Math.log(close[i]),
      (logs, last) => {
        let sum = 0;
        for (let k = n - 1; k >= 0; k--) sum += weights[k] * logs[last - k];
        return sum;
      },
      true,
    );
  },
});

/** (n,) weights of the binomial series of (1 - B)^d, that of the event's own bar first. */
function weightsOf(n: number): Float64Array {
  const weights = new Float64Array(n).fill(1);
  for (let k = 1; k < n; k++) weights[k] = (-weights[k - 1] * (ORDER - k + 1)) / k;
  return weights;
}
