/**
 * Quantile of the binomial distribution: the smallest number for which the chance of no more successes is at least `share`.
 *
 * @param share - chance, (0, 1). @param n - number of trials, an integer >= 0. @param p - chance of each success, [0, 1].
 * @returns an integer in [0, n].
 */
export function binomialQuantile(share: number, n: number, p: number): number {
  if (n === 0 || p <= 0) return 0;
  if (p >= 1) return n;
  // Chances relative to the likeliest number: they neither vanish nor overflow, and then sum to what makes them whole.
  const chance = new Float64Array(n + 1);
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const odds = p / (1 - p);
  chance[mode] = 1;
  for (let k = mode; k > 0; k--) chance[k - 1] = (chance[k] * k) / ((n - k + 1) * odds);
  for (let k = mode; k < n; k++) chance[k + 1] = (chance[k] * (n - k) * odds) / (k + 1);
  let total = 0;
  for (let k = 0; k <= n; k++) total += chance[k];
  let below = 0;
  for (let k = 0; k < n; k++) {
    below += chance[k];
    if (below >= share * total) return k;
  }
  return n;
}
