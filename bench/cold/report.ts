import { median, quantile } from '../support/statistics.ts';

/** Times of calls, by window, microseconds. */
export type Windows = readonly (readonly number[])[];

/** `p50 / p99` over all windows. */
export function showTimes(windows: Windows): string {
  const all = windows.flat();
  return [0.5, 0.99].map((q) => quantile(all, q).toFixed(2)).join(' / ');
}

/** Ratio of the medians of a pair of windows: the middle one, and its 10 and 90 %. */
export function showRatio(ours: Windows, other: Windows): string {
  const ratios = ours.map((window, k) => median(window) / median(other[k]));
  const [low, high] = [0.1, 0.9].map((q) => quantile(ratios, q).toFixed(2));
  return `${median(ratios).toFixed(2)} (${low}–${high})`;
}
