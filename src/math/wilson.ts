/** Quantile of the normal distribution for a two-sided interval of 95 %. */
const Z = 1.959964;

/**
 * Wilson score interval of a share, 95 %. Trials are assumed independent, which overlapping trades are not.
 *
 * @param share - [0, 1]. @param n - number of trials, > 0.
 * @returns the ends of the interval, in [0, 1].
 * @see Wilson (1927), Journal of the American Statistical Association 22, 209–212.
 */
export function wilsonInterval(share: number, n: number): { readonly low: number; readonly high: number } {
  const scale = 1 + (Z * Z) / n;
  const centre = (share + (Z * Z) / (2 * n)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n));
  return { low: centre - half, high: centre + half };
}
