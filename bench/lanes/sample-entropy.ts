import { defineFeature } from '../../src/features/index.ts';

/** Number of features; together they take some hundred microseconds a signal. */
const N_FEATURES = 6;
const LOOKBACK = 100;
/** Length of the patterns that are compared, returns. */
const M = 2;

/** Features of a caller that cost: sample entropies of the window's returns, one for each tolerance. */
export const features = Array.from({ length: N_FEATURES }, (_, k) =>
  defineFeature({
    name: `sample_entropy_${k + 1}`,
    lookback: LOOKBACK,
    compute: ({ close, n }) => {
      const returns = Float64Array.from({ length: n - 1 }, (_, i) => Math.log(close[i + 1] / close[i]));
      return sampleEntropy(returns, 0.1 * (k + 1) * deviation(returns));
    },
  }),
);

/** @see Richman and Moorman (2000). 0 where no pattern of M + 1 returns comes twice. */
function sampleEntropy(x: Float64Array, tolerance: number): number {
  let [short, long] = [0, 0];
  for (let i = 0; i < x.length - M; i++) {
    for (let j = i + 1; j < x.length - M; j++) {
      let m = 0;
      while (m <= M && Math.abs(x[i + m] - x[j + m]) <= tolerance) m++;
      if (m >= M) short++;
      if (m > M) long++;
    }
  }
  return long === 0 ? 0 : Math.log(short / long);
}

function deviation(x: Float64Array): number {
  const mean = x.reduce((sum, each) => sum + each, 0) / x.length;
  return Math.sqrt(x.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (x.length - 1));
}
