/** Counts in equally wide bins. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  /** (nBins,) number of values with low + b·width <= value < low + (b + 1)·width; the end bins also have all values outside. */
  readonly counts: Float64Array;
}

/** Counts values in `nBins` bins between two ends. @param high - > low. */
export function histogram(values: Iterable<number>, low: number, high: number, nBins: number): Histogram {
  const counts = new Float64Array(nBins);
  for (const value of values) {
    const bin = Math.floor(((value - low) / (high - low)) * nBins);
    counts[Math.min(nBins - 1, Math.max(0, bin))]++;
  }
  return { low, high, counts };
}

/** Middle of a bin. */
export function binCentre({ low, high, counts }: Histogram, bin: number): number {
  return low + ((bin + 0.5) * (high - low)) / counts.length;
}

/** Range of nearly all values: the 0.5 % and 99.5 % quantiles, never equal. */
export function bulkOf(values: Float64Array): { readonly low: number; readonly high: number } {
  const sorted = values.slice().sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  const [low, high] = [at(0.005), at(0.995)];
  return high > low ? { low, high } : { low: low - 1e-6, high: low + 1e-6 };
}
