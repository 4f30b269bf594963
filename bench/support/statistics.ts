/** Middle value; of an even number of values the higher one. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Value below which a share `q` of the values lies. @param q - [0, 1]. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

/** Runs `work` for warm-up and then `n` times. @returns time of each of the `n` runs, milliseconds. */
export async function timeRuns(n: number, work: () => unknown, warmUps = 1): Promise<number[]> {
  const times: number[] = [];
  for (let run = 1 - warmUps; run <= n; run++) {
    const start = performance.now();
    await work();
    if (run > 0) times.push(performance.now() - start);
  }
  return times;
}

/** `12.3 ms (11.9–13.0, n=5)` */
export function showTimes(times: readonly number[], unit = 'ms'): string {
  const digits = median(times) < 10 ? 2 : 0;
  const [low, mid, high] = [Math.min(...times), median(times), Math.max(...times)].map((t) => t.toFixed(digits));
  return `${mid} ${unit} (${low}–${high}, n=${times.length})`;
}
